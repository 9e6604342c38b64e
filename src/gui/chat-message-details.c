/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-details.h"

#include "chat-library-names.h"
#include "chat-text.h"
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>

/* With a row for each; more are listed in one. */
#define MAX_READER_ROWS 20

struct _ChatMessageDetails
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwAvatar *avatar;
  AdwActionRow *author;
  AdwActionRow *fingerprint;
  AdwActionRow *state;
  GtkImage *state_icon;
  AdwActionRow *sent;
  AdwActionRow *stored;
  AdwActionRow *id;
  AdwPreferencesGroup *readers;

  ChatMessage *message;
  ChatMemberList *members;
  char *username;
  GPtrArray *reader_rows; /* borrowed from their group */
  GSignalGroup *signals;  /* of the message */
};

G_DEFINE_FINAL_TYPE (ChatMessageDetails, chat_message_details, ADW_TYPE_WINDOW)

static void
chat_message_details_dispose (GObject *object)
{
  ChatMessageDetails *self = CHAT_MESSAGE_DETAILS (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->message);
  g_clear_object (&self->members);
  g_clear_pointer (&self->username, g_free);
  g_clear_pointer (&self->reader_rows, g_ptr_array_unref);

  G_OBJECT_CLASS (chat_message_details_parent_class)->dispose (object);
}

static void
set_subtitle (AdwActionRow *row, const char *subtitle)
{
  gtk_widget_set_visible (GTK_WIDGET (row), subtitle != NULL);
  adw_action_row_set_subtitle (row, subtitle != NULL ? subtitle : "");
}

/* Whose it is */

static char *
dup_display_name (ChatMessageDetails *self, const char *name)
{
  g_autofree char *safe = chat_text_make_safe (name, CHAT_TEXT_ONE_LINE);

  /* TRANSLATORS: one's own name in a list */
  return g_strcmp0 (name, self->username) == 0 ? g_strdup_printf (_("%s (you)"), safe)
                                               : g_steal_pointer (&safe);
}

static void
show_author (ChatMessageDetails *self)
{
  const char *name = chat_message_get_author (self->message);
  const char *kid = chat_message_get_author_kid (self->message);
  ChatMember *member =
      kid != NULL ? chat_member_list_find_author (self->members, kid, name) : NULL;
  g_autofree char *display = dup_display_name (self, name);

  adw_avatar_set_text (self->avatar, name);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->author), display);
  if (kid == NULL)
    adw_action_row_set_subtitle (self->author, _("Only the server says so"));
  else if (member == NULL || chat_member_get_former (member))
    adw_action_row_set_subtitle (self->author, _("No longer a member"));
  else
    adw_action_row_set_subtitle (self->author, _("Author"));
  set_subtitle (self->fingerprint,
                member != NULL ? chat_public_key_get_fingerprint (chat_member_get_key (member))
                               : NULL);
}

/* How it stands */

static char *
describe_state (ChatMessage *message, const char **icon)
{
  const char *problem = chat_message_get_problem (message);

  switch (chat_message_get_state (message))
    {
    case CHAT_MESSAGE_SENDING:
      *icon = "content-loading-symbolic";
      return g_strdup (_("Waits to be stored by the server"));
    case CHAT_MESSAGE_SENT:
      *icon = "object-select-symbolic";
      return g_strdup (_("Signed by you, and stored by the server"));
    case CHAT_MESSAGE_FAILED:
      *icon = "dialog-error-symbolic";
      return g_strdup_printf (_("Not sent: %s"), problem != NULL ? problem : "–");
    case CHAT_MESSAGE_UNVERIFIED:
      *icon = "dialog-warning-symbolic";
      return g_strdup_printf (_("Not verified: %s. Do not believe what it says."),
                              problem != NULL ? problem : "–");
    case CHAT_MESSAGE_RECEIVED:
    default:
      if (chat_message_get_doubt (message) != NULL)
        {
          *icon = "dialog-warning-symbolic";
          return g_strdup_printf (_("In doubt: %s"), chat_message_get_doubt (message));
        }
      *icon = "object-select-symbolic";
      return g_strdup (_("Verified: signed with the author's key, and sealed for these readers"));
    }
}

static char *
dup_time (gint64 ms)
{
  return ms != 0 ? chat_time_format_full (ms) : NULL;
}

static void
show_state (ChatMessageDetails *self)
{
  const char *icon;
  g_autofree char *state = describe_state (self->message, &icon);
  g_autofree char *sent = dup_time (chat_message_get_sent (self->message));
  g_autofree char *stored = dup_time (chat_message_get_at (self->message));

  gtk_image_set_from_icon_name (self->state_icon, icon);
  set_subtitle (self->state, state);
  set_subtitle (self->sent, sent);
  set_subtitle (self->stored, stored);
  set_subtitle (self->id, chat_message_get_mid (self->message));
}

/* Who can read it */

static const char *
describe_audience (ChatAudience *audience)
{
  if (audience == NULL)
    return _("Not known, because the message is not verified.");

  switch (chat_audience_get_kind (audience))
    {
    case CHAT_AUDIENCE_DIRECT:
      return _("It is sealed for these keys only. Neither the server nor other members can read "
               "it.");
    case CHAT_AUDIENCE_OTHERS:
      return _("It is sealed for these keys, which were not all that are in the room now. The "
               "server cannot read it.");
    case CHAT_AUDIENCE_ROOM:
    default:
      return _("It is sealed for all who were members when it was sent. The server cannot read "
               "it.");
    }
}

static void
add_reader (ChatMessageDetails *self, const char *name, const char *more)
{
  g_autofree char *title = more == NULL ? dup_display_name (self, name) : g_strdup (name);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title,
                                 "subtitle", more != NULL ? more : "", NULL);

  if (more == NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (24, name, TRUE));
  adw_preferences_group_add (self->readers, row);
  g_ptr_array_add (self->reader_rows, row);
}

static void
add_more_readers (ChatMessageDetails *self, const char *const *names)
{
  guint n = g_strv_length ((char **)names);
  g_autofree char *joined = g_strjoinv (", ", (char **)names);
  g_autofree char *safe = chat_text_make_safe (joined, CHAT_TEXT_ONE_LINE);
  g_autofree char *title = g_strdup_printf (ngettext ("And %u more", "And %u more", n), n);

  add_reader (self, title, safe);
}

static void
show_readers (ChatMessageDetails *self)
{
  ChatAudience *audience = chat_message_get_audience (self->message);
  const char *const *names = audience != NULL ? chat_audience_get_names (audience) : NULL;

  for (guint i = 0; i < self->reader_rows->len; i++)
    adw_preferences_group_remove (self->readers, g_ptr_array_index (self->reader_rows, i));
  g_ptr_array_set_size (self->reader_rows, 0);
  adw_preferences_group_set_description (self->readers, describe_audience (audience));
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (i == MAX_READER_ROWS)
        {
          add_more_readers (self, names + i);
          return;
        }
      add_reader (self, names[i], NULL);
    }
}

/* Copying */

static void
copy (ChatMessageDetails *self, AdwActionRow *row, const char *toast)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          adw_action_row_get_subtitle (row));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (toast));
}

static void
copy_fingerprint_cb (ChatMessageDetails *self)
{
  copy (self, self->fingerprint, _("Fingerprint copied"));
}

static void
copy_id_cb (ChatMessageDetails *self)
{
  copy (self, self->id, _("Message id copied"));
}

static void
chat_message_details_class_init (ChatMessageDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_message_details_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-message-details.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, avatar);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, author);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, state);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, state_icon);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, sent);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, stored);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, id);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageDetails, readers);
  gtk_widget_class_bind_template_callback (widget_class, copy_fingerprint_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_id_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_message_details_init (ChatMessageDetails *self)
{
  self->reader_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_library_names_watch_toasts (self->toasts);
  self->signals = g_signal_group_new (CHAT_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (show_state), self);
  g_signal_group_connect_swapped (self->signals, "notify::time", G_CALLBACK (show_state), self);
  g_signal_group_connect_swapped (self->signals, "notify::audience", G_CALLBACK (show_readers),
                                  self);
}

/**
 * chat_message_details_new:
 * @parent: (nullable): the window that it stands before
 * @message: a message
 * @members: those who are, or were, in the room
 * @username: one's own name
 *
 * Returns: (transfer full): a window that tells all about it
 */
ChatMessageDetails *
chat_message_details_new (GtkWindow *parent, ChatMessage *message, ChatMemberList *members,
                          const char *username)
{
  ChatMessageDetails *self;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message) && CHAT_IS_MEMBER_LIST (members), NULL);
  g_return_val_if_fail (username != NULL, NULL);

  self = g_object_new (CHAT_TYPE_MESSAGE_DETAILS, "transient-for", parent, NULL);
  self->message = g_object_ref (message);
  self->members = g_object_ref (members);
  self->username = g_strdup (username);
  g_signal_group_set_target (self->signals, message);
  show_author (self);
  show_state (self);
  show_readers (self);

  return self;
}
