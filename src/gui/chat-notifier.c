/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notifier.h"

#include "chat-notice-text.h"
#include "chat-room-id.h"
#include "chat-settings.h"

#include <glib/gi18n-lib.h>

/* However many messages come, one notification changes only this often. */
#define PAUSE_MILLISECONDS 1000

/* One notification: the messages of one kind, in the room or from one member. A later message takes
 * the place of the earlier ones, and a mention is never hidden by small talk. */
typedef struct
{
  char *id;
  ChatNoticeKind kind;
  ChatMessage *last;
  guint count;
  gboolean changed; /* and not sent yet */
} Notice;

struct _ChatNotifier
{
  GObject parent_instance;

  GApplication *app;
  GSettings *settings;
  ChatSession *session;
  GSignalGroup *signals; /* of the session */
  GHashTable *notices;   /* id -> Notice */
  char *room_id;
  guint pause; /* a timer: what comes meanwhile is gathered */
  guint unseen;
  gboolean watched;
};

G_DEFINE_FINAL_TYPE (ChatNotifier, chat_notifier, G_TYPE_OBJECT)

enum
{
  PROP_WATCHED = 1,
  PROP_UNSEEN,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  g_free (notice->id);
  g_clear_object (&notice->last);
  g_free (notice);
}

/**
 * chat_notifier_new:
 * @app: the application, whose notifications they are
 * @settings: what the user prefers
 *
 * Returns: (transfer full): a notifier
 */
ChatNotifier *
chat_notifier_new (GApplication *app, GSettings *settings)
{
  ChatNotifier *self;

  g_return_val_if_fail (G_IS_APPLICATION (app) && G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CHAT_TYPE_NOTIFIER, NULL);
  self->app = g_object_ref (app);
  self->settings = g_object_ref (settings);

  return self;
}

static void
set_unseen (ChatNotifier *self, guint unseen)
{
  if (self->unseen == unseen)
    return;

  self->unseen = unseen;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNSEEN]);
}

static void
withdraw_all (ChatNotifier *self)
{
  GHashTableIter iter;
  gpointer id;

  g_clear_handle_id (&self->pause, g_source_remove);
  g_hash_table_iter_init (&iter, self->notices);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_application_withdraw_notification (self->app, id);
  g_hash_table_remove_all (self->notices);
}

static void
chat_notifier_dispose (GObject *object)
{
  ChatNotifier *self = CHAT_NOTIFIER (object);

  chat_notifier_set_session (self, NULL);
  g_clear_object (&self->signals);

  G_OBJECT_CLASS (chat_notifier_parent_class)->dispose (object);
}

static void
chat_notifier_finalize (GObject *object)
{
  ChatNotifier *self = CHAT_NOTIFIER (object);

  g_hash_table_unref (self->notices);
  g_clear_object (&self->settings);
  g_clear_object (&self->app);

  G_OBJECT_CLASS (chat_notifier_parent_class)->finalize (object);
}

static void
chat_notifier_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatNotifier *self = CHAT_NOTIFIER (object);

  switch (id)
    {
    case PROP_WATCHED:
      g_value_set_boolean (value, self->watched);
      break;
    case PROP_UNSEEN:
      g_value_set_uint (value, self->unseen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_notifier_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WATCHED:
      chat_notifier_set_watched (CHAT_NOTIFIER (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Sending */

static void
send_text (ChatNotifier *self, const char *id, const char *title, const char *body,
           GNotificationPriority priority, const char *mid)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, priority);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.show-message", "(ss)",
                                                self->room_id, mid != NULL ? mid : "");
  g_application_send_notification (self->app, id, notification);
}

static void
send_notice (ChatNotifier *self, Notice *notice)
{
  g_autofree char *title = chat_notice_text_dup_title (
      notice->kind, notice->last, chat_session_get_address (self->session), notice->count);
  g_autofree char *body = chat_notice_text_dup_body (notice->last, notice->count);

  notice->changed = FALSE;
  send_text (self, notice->id, title, body,
             notice->kind == CHAT_NOTICE_ROOM ? G_NOTIFICATION_PRIORITY_NORMAL
                                              : G_NOTIFICATION_PRIORITY_HIGH,
             chat_message_get_mid (notice->last));
}

static gboolean
send_changed (ChatNotifier *self)
{
  GHashTableIter iter;
  gpointer value;
  gboolean any = FALSE;

  g_hash_table_iter_init (&iter, self->notices);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Notice *)value)->changed)
      {
        send_notice (self, value);
        any = TRUE;
      }

  return any;
}

static gboolean
pause_cb (gpointer user_data)
{
  ChatNotifier *self = user_data;

  if (send_changed (self))
    return G_SOURCE_CONTINUE;
  self->pause = 0;

  return G_SOURCE_REMOVE;
}

static char *
make_id (ChatNotifier *self, ChatNoticeKind kind, ChatMessage *message)
{
  if (kind == CHAT_NOTICE_DIRECT)
    return g_strdup_printf ("%s/direct/%s", self->room_id, chat_message_get_peer (message));

  return g_strdup_printf ("%s/%s", self->room_id,
                          kind == CHAT_NOTICE_MENTION ? "mention" : "room");
}

static Notice *
get_notice (ChatNotifier *self, ChatNoticeKind kind, ChatMessage *message)
{
  g_autofree char *id = make_id (self, kind, message);
  Notice *notice = g_hash_table_lookup (self->notices, id);

  if (notice != NULL)
    return notice;

  notice = g_new0 (Notice, 1);
  notice->kind = kind;
  notice->id = g_steal_pointer (&id);
  g_hash_table_insert (self->notices, notice->id, notice);

  return notice;
}

static void
tell (ChatNotifier *self, ChatNoticeKind kind, ChatMessage *message)
{
  Notice *notice = get_notice (self, kind, message);

  g_set_object (&notice->last, message);
  notice->count++;
  notice->changed = TRUE;
  if (self->pause != 0)
    return;

  send_changed (self);
  self->pause = g_timeout_add (PAUSE_MILLISECONDS, pause_cb, self);
}

/* The session */

static void
delivered_cb (ChatNotifier *self, ChatMessage *message, guint origin)
{
  ChatNoticeKind kind;

  if (self->watched || origin == CHAT_ORIGIN_HISTORY || chat_message_get_own (message))
    return;
  set_unseen (self, self->unseen + 1);

  /* What is not verified is nobody's word. */
  if (chat_message_get_state (message) != CHAT_MESSAGE_RECEIVED)
    return;
  kind = chat_notice_text_classify (message, chat_session_get_username (self->session));
  if (kind != CHAT_NOTICE_ROOM
      || g_settings_get_boolean (self->settings, CHAT_SETTING_NOTIFY_ALL))
    tell (self, kind, message);
}

/* A hidden window cannot say that one is no longer in the room. */
static void
state_cb (ChatNotifier *self)
{
  ChatSessionState state = chat_session_get_state (self->session);
  const GError *error = chat_session_get_error (self->session);
  g_autofree char *id = g_strdup_printf ("%s/state", self->room_id);
  g_autofree char *title = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *body = NULL;

  if (self->watched || (state != CHAT_SESSION_STOPPED && state != CHAT_SESSION_FAILED))
    return;

  /* TRANSLATORS: title of a notification; the address of a room */
  title = g_strdup_printf (_("Disconnected from %s"), chat_session_get_address (self->session));
  reason = state == CHAT_SESSION_STOPPED
               ? g_strdup_printf (_("%s has stopped the server."),
                                  chat_session_get_stopped_by (self->session))
               : g_strdup (error != NULL ? error->message : "");
  body = chat_notice_text_shorten (reason);
  if (!g_hash_table_contains (self->notices, id))
    {
      Notice *notice = g_new0 (Notice, 1);

      notice->id = g_strdup (id);
      g_hash_table_insert (self->notices, notice->id, notice);
    }
  send_text (self, id, title, body, G_NOTIFICATION_PRIORITY_NORMAL, NULL);
}

static void
chat_notifier_class_init (ChatNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = chat_notifier_dispose;
  object_class->finalize = chat_notifier_finalize;
  object_class->get_property = chat_notifier_get_property;
  object_class->set_property = chat_notifier_set_property;

  props[PROP_WATCHED] =
      g_param_spec_boolean ("watched", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_UNSEEN] =
      g_param_spec_uint ("unseen", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_notifier_init (ChatNotifier *self)
{
  self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, notice_free);
  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "delivered", G_CALLBACK (delivered_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_cb), self);
}

/**
 * chat_notifier_set_session:
 * @self: a notifier
 * @session: (nullable): whose messages it tells of from now on
 */
void
chat_notifier_set_session (ChatNotifier *self, ChatSession *session)
{
  g_return_if_fail (CHAT_IS_NOTIFIER (self));
  g_return_if_fail (session == NULL || CHAT_IS_SESSION (session));

  withdraw_all (self);
  set_unseen (self, 0);
  g_set_object (&self->session, session);
  g_clear_pointer (&self->room_id, g_free);
  if (session != NULL)
    self->room_id = chat_room_id_for_session (session);
  if (self->signals != NULL)
    g_signal_group_set_target (self->signals, session);
}

/**
 * chat_notifier_set_watched:
 * @self: a notifier
 * @watched: whether the user has the window in front
 */
void
chat_notifier_set_watched (ChatNotifier *self, gboolean watched)
{
  g_return_if_fail (CHAT_IS_NOTIFIER (self));

  watched = !!watched;
  if (self->watched == watched)
    return;

  self->watched = watched;
  if (watched)
    {
      withdraw_all (self);
      set_unseen (self, 0);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WATCHED]);
}

/**
 * chat_notifier_get_unseen:
 * @self: a notifier
 *
 * Returns: how many messages came since the window was last in front
 */
guint
chat_notifier_get_unseen (ChatNotifier *self)
{
  g_return_val_if_fail (CHAT_IS_NOTIFIER (self), 0);

  return self->unseen;
}
