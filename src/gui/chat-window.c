/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window.h"

#include "chat-library-names.h"
#include "chat-room-id.h"
#include "chat-settings.h"
#include "chat-text.h"
#include "chat-window-actions.h"
#include "chat-window-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (ChatWindow, chat_window, ADW_TYPE_APPLICATION_WINDOW)

static void unread_cb (ChatWindow *self);

/* A second window begins like the first; the one that is changed last is remembered. */
static void
bind_settings (ChatWindow *self, GSettings *settings)
{
  const GSettingsBindFlags flags = G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES;

  self->settings = g_object_ref (settings);
  g_settings_bind (settings, CHAT_SETTING_WINDOW_WIDTH, self, "default-width", flags);
  g_settings_bind (settings, CHAT_SETTING_WINDOW_HEIGHT, self, "default-height", flags);
  g_settings_bind (settings, CHAT_SETTING_WINDOW_MAXIMIZED, self, "maximized", flags);
}

/* A window that was hidden may still believe that it is active. */
static void
watched_cb (ChatWindow *self)
{
  gboolean watched =
      gtk_widget_get_visible (GTK_WIDGET (self)) && gtk_window_is_active (GTK_WINDOW (self));

  if (self->notifier != NULL)
    chat_notifier_set_watched (self->notifier, watched);
}

/**
 * chat_window_new:
 * @app: the application
 * @settings: what the user prefers
 *
 * Returns: (transfer none): a window, which GTK owns until it is closed
 */
ChatWindow *
chat_window_new (GtkApplication *app, GSettings *settings)
{
  ChatWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (app) && G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CHAT_TYPE_WINDOW, "application", app, NULL);
  bind_settings (self, settings);
  self->notifier = chat_notifier_new (G_APPLICATION (app), settings);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (watched_cb), NULL);
  g_signal_connect (self, "notify::visible", G_CALLBACK (watched_cb), NULL);
  g_signal_connect_object (self->notifier, "notify::unseen", G_CALLBACK (unread_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

static void
chat_window_dispose (GObject *object)
{
  ChatWindow *self = CHAT_WINDOW (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_object (&self->signals);
  if (self->session != NULL)
    chat_session_close (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->notifier);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->toast);

  G_OBJECT_CLASS (chat_window_parent_class)->dispose (object);
}

/* The title */

/* Those below what is shown, or all that came while the window was not in front. */
static guint
count_unread (ChatWindow *self)
{
  return MAX (chat_room_view_get_unread (self->room_view),
              chat_notifier_get_unseen (self->notifier));
}

static void
unread_cb (ChatWindow *self)
{
  guint unread = self->session != NULL ? count_unread (self) : 0;
  g_autofree char *title = NULL;

  if (self->session == NULL)
    title = g_strdup (_("Conclave"));
  else if (unread > 0)
    /* TRANSLATORS: title of the window: unread messages, the room */
    title = g_strdup_printf (_("(%u) %s – Conclave"), unread,
                             chat_session_get_address (self->session));
  else
    title = g_strdup_printf (_("%s – Conclave"), chat_session_get_address (self->session));
  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* The room, and out of it */

/* The first frame of the window need not wait for what is not in it. */
static void
make_room_view (ChatWindow *self)
{
  if (self->room_view != NULL)
    return;

  self->room_view = g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
  chat_room_view_follow_settings (self->room_view, self->settings);
  g_signal_connect_object (self->room_view, "notify::unread", G_CALLBACK (unread_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->room_view), "room");
}

void
chat_window_set_session (ChatWindow *self, ChatSession *session)
{
  make_room_view (self);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->signals, session);
  gtk_stack_set_visible_child_name (self->stack, session != NULL ? "room" : "connect");
  chat_room_view_set_session (self->room_view, session);
  chat_notifier_set_session (self->notifier, session);
  chat_window_update_actions (self);
  unread_cb (self);
}

static void
joined_cb (ChatWindow *self, ChatSession *session)
{
  chat_window_set_session (self, session);
}

static void
state_cb (ChatWindow *self)
{
  ChatSessionState state = chat_session_get_state (self->session);

  chat_window_update_actions (self);
  if (self->closing && chat_session_is_over (self->session))
    gtk_window_destroy (GTK_WINDOW (self));
  else if (state == CHAT_SESSION_CLOSED)
    chat_window_set_session (self, NULL);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  ChatWindow *self = CHAT_WINDOW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));

  if (self->session != NULL || !G_VALUE_HOLDS (value, G_TYPE_FILE))
    return FALSE;
  chat_window_import (self, g_value_get_object (value));

  return TRUE;
}

static void
chat_window_class_init (ChatWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = chat_window_handle_close_request;

  g_type_ensure (CHAT_TYPE_CONNECT_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, connect_view);
  gtk_widget_class_bind_template_child (widget_class, ChatWindow, drop);
  gtk_widget_class_bind_template_callback (widget_class, joined_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
  chat_window_class_install_actions (widget_class);
}

static void
chat_window_init (ChatWindow *self)
{
  GType types[] = { G_TYPE_FILE };

  self->signals = g_signal_group_new (CHAT_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_library_names_watch_toasts (self->toasts);
  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));
  chat_window_update_actions (self);
}

/**
 * chat_window_load_last_room:
 * @self: a window
 *
 * Offers the rooms that one has been in, the last one first.
 */
void
chat_window_load_last_room (ChatWindow *self)
{
  g_return_if_fail (CHAT_IS_WINDOW (self));

  chat_connect_view_show_rooms (self->connect_view);
}

/**
 * chat_window_import:
 * @self: a window
 * @file: a file like `user_config.json`
 *
 * Fills in what is in the file.
 */
void
chat_window_import (ChatWindow *self, GFile *file)
{
  g_autofree char *path = NULL;

  g_return_if_fail (CHAT_IS_WINDOW (self) && G_IS_FILE (file));

  path = g_file_get_path (file);
  if (path != NULL)
    chat_connect_view_load (self->connect_view, path);
  else
    chat_window_show_toast (self, _("This file is not on this computer. Copy it here first."));
}

/**
 * chat_window_connect:
 * @self: a window
 * @file: a file like `user_config.json`
 *
 * Fills in what is in the file, and connects as soon as all of it is found to be right.
 */
void
chat_window_connect (ChatWindow *self, GFile *file)
{
  g_return_if_fail (CHAT_IS_WINDOW (self) && G_IS_FILE (file));

  chat_window_import (self, file);
  chat_connect_view_connect_when_ready (self->connect_view);
}

/**
 * chat_window_is_in_room:
 * @self: a window
 * @room_id: what chat_room_id_for_session() makes
 *
 * Returns: whether it shows this room
 */
gboolean
chat_window_is_in_room (ChatWindow *self, const char *room_id)
{
  g_autofree char *own = NULL;

  g_return_val_if_fail (CHAT_IS_WINDOW (self) && room_id != NULL, FALSE);

  if (self->session == NULL || self->closing)
    return FALSE;
  own = chat_room_id_for_session (self->session);

  return g_str_equal (own, room_id);
}

/**
 * chat_window_show_message:
 * @self: a window
 * @mid: a message, or ""
 *
 * Comes to the front, and shows it if it is still there.
 */
void
chat_window_show_message (ChatWindow *self, const char *mid)
{
  g_return_if_fail (CHAT_IS_WINDOW (self) && mid != NULL);

  gtk_window_present (GTK_WINDOW (self));
  if (self->session != NULL)
    chat_room_view_show_message (self->room_view, mid);
}

/**
 * chat_window_show_toast:
 * @self: a window
 * @text: a sentence, perhaps with words of others
 */
void
chat_window_show_toast (ChatWindow *self, const char *text)
{
  g_autofree char *safe = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  g_return_if_fail (CHAT_IS_WINDOW (self) && text != NULL);

  safe = chat_text_make_safe (text, CHAT_TEXT_ONE_LINE);
  /* The title of a toast is markup. */
  escaped = g_markup_escape_text (safe, -1);
  toast = adw_toast_new (escaped);
  /* One waits for none that is older. */
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * chat_window_get_session:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): the session, while one is in a room
 */
ChatSession *
chat_window_get_session (ChatWindow *self)
{
  g_return_val_if_fail (CHAT_IS_WINDOW (self), NULL);

  return self->session;
}

/**
 * chat_window_get_room_view:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): the room; %NULL before the first one
 */
ChatRoomView *
chat_window_get_room_view (ChatWindow *self)
{
  g_return_val_if_fail (CHAT_IS_WINDOW (self), NULL);

  return self->room_view;
}

/**
 * chat_window_get_connect_view:
 * @self: a window
 *
 * Returns: (transfer none): the connect view
 */
ChatConnectView *
chat_window_get_connect_view (ChatWindow *self)
{
  g_return_val_if_fail (CHAT_IS_WINDOW (self), NULL);

  return self->connect_view;
}
