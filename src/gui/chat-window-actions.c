/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window-actions.h"

#include "chat-key-dialog.h"

#include <glib/gi18n-lib.h>

/* The connect view */

static void
response_cb (ChatWindow *self, int response, GtkFileChooserNative *chooser)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      chat_window_import (self, file);
    }
  /* It was kept for this answer. */
  g_object_unref (chooser);
}

static void
add_filter (GtkFileChooserNative *chooser, const char *name, const char *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
}

static void
import_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_("Import user_config.json"), GTK_WINDOW (widget),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  add_filter (chooser, _("Configuration files"), "*.json");
  add_filter (chooser, _("All files"), "*");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (response_cb), widget,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* GTK would find gtk/help-overlay.ui by itself, but build it before the window is shown. */
static void
make_help_overlay (GtkApplicationWindow *window)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/conclave_chat/Conclave/help-overlay.ui");

  gtk_application_window_set_help_overlay (
      window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
}

static void
show_help_overlay_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (widget);

  if (gtk_application_window_get_help_overlay (window) == NULL)
    make_help_overlay (window);
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

/* The room */

static void
history_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_session_request_history (chat_window_get_session (CHAT_WINDOW (widget)), 0, 0);
}

static void
members_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_toggle_members (chat_window_get_room_view (CHAT_WINDOW (widget)));
}

static void
search_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_begin_search (chat_window_get_room_view (CHAT_WINDOW (widget)));
}

static void
jump_to_end_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatRoomView *view = chat_window_get_room_view (CHAT_WINDOW (widget));

  chat_message_list_jump_to_end (chat_room_view_get_list (view));
}

static void
message_privately_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_room_view_write_to (chat_window_get_room_view (CHAT_WINDOW (widget)),
                           g_variant_get_string (parameter, NULL));
}

static void
review_key_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatSession *session = chat_window_get_session (CHAT_WINDOW (widget));
  ChatMember *member = chat_member_list_find (chat_session_get_members (session),
                                              g_variant_get_string (parameter, NULL));

  if (member != NULL && chat_member_get_changed (member))
    gtk_window_present (GTK_WINDOW (chat_key_dialog_new (GTK_WINDOW (widget), session, member)));
}

static void
toast_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_show_toast (CHAT_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* Messages that failed are near the end. */
static ChatMessage *
find_message (ChatSession *session, const char *mid)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (session));

  for (guint i = g_list_model_get_n_items (timeline); i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i - 1);

      if (g_strcmp0 (chat_message_get_mid (message), mid) == 0)
        return g_steal_pointer (&message);
    }

  return NULL;
}

static void
send_again_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatSession *session = chat_window_get_session (CHAT_WINDOW (widget));
  g_autoptr (ChatMessage) message =
      find_message (session, g_variant_get_string (parameter, NULL));
  g_autoptr (GError) error = NULL;

  if (message != NULL && !chat_session_send_again (session, message, &error))
    chat_window_show_toast (CHAT_WINDOW (widget), error->message);
}

static void
try_now_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ChatSession *session = chat_window_get_session (CHAT_WINDOW (widget));

  if (chat_session_is_over (session))
    chat_session_start (session);
  else
    chat_session_try_now (session);
}

static void
leave_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  chat_window_leave (CHAT_WINDOW (widget));
}

/* Stopping the server */

static void
shut_down_response_cb (ChatWindow *self, const char *response)
{
  ChatSession *session = chat_window_get_session (self);

  if (!g_str_equal (response, "stop") || session == NULL)
    return;
  if (!chat_session_shut_server_down (session))
    chat_window_show_toast (self, _("There is no connection over which the server could be "
                                     "stopped."));
}

static void
shut_down_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (widget), _("Stop the Server?"),
      _("Everybody in the room is disconnected, until somebody starts the server again."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "stop",
                                    _("_Stop the Server"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (shut_down_response_cb), widget,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * chat_window_class_install_actions:
 * @widget_class: the class of #ChatWindow
 *
 * Adds the actions `win.…`.
 */
void
chat_window_class_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL,
                                   show_help_overlay_cb);
  gtk_widget_class_install_action (widget_class, "win.import", NULL, import_cb);
  gtk_widget_class_install_action (widget_class, "win.history", NULL, history_cb);
  gtk_widget_class_install_action (widget_class, "win.members", NULL, members_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_cb);
  gtk_widget_class_install_action (widget_class, "win.jump-to-end", NULL, jump_to_end_cb);
  gtk_widget_class_install_action (widget_class, "win.message-privately", "s",
                                   message_privately_cb);
  gtk_widget_class_install_action (widget_class, "win.review-key", "s", review_key_cb);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast_cb);
  gtk_widget_class_install_action (widget_class, "win.send-again", "s", send_again_cb);
  gtk_widget_class_install_action (widget_class, "win.try-now", NULL, try_now_cb);
  gtk_widget_class_install_action (widget_class, "win.leave", NULL, leave_cb);
  gtk_widget_class_install_action (widget_class, "win.shut-down", NULL, shut_down_cb);
}

/**
 * chat_window_update_actions:
 * @self: a window
 *
 * The one place that says what can be done.
 */
void
chat_window_update_actions (ChatWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  ChatSession *session = chat_window_get_session (self);
  gboolean in_room = session != NULL;
  ChatSessionState state = in_room ? chat_session_get_state (session) : CHAT_SESSION_IDLE;
  gboolean open = state == CHAT_SESSION_OPEN;

  gtk_widget_action_set_enabled (widget, "win.import", !in_room);
  gtk_widget_action_set_enabled (widget, "win.history", open);
  gtk_widget_action_set_enabled (widget, "win.members", in_room);
  gtk_widget_action_set_enabled (widget, "win.search", in_room);
  gtk_widget_action_set_enabled (widget, "win.jump-to-end", in_room);
  gtk_widget_action_set_enabled (widget, "win.message-privately", in_room);
  gtk_widget_action_set_enabled (widget, "win.review-key", in_room);
  gtk_widget_action_set_enabled (widget, "win.send-again", in_room);
  gtk_widget_action_set_enabled (widget, "win.leave", in_room);
  gtk_widget_action_set_enabled (widget, "win.try-now",
                                 in_room
                                     && (state == CHAT_SESSION_WAITING
                                         || chat_session_is_over (session)));
  gtk_widget_action_set_enabled (widget, "win.shut-down",
                                 open && chat_session_get_admin (session));
}
