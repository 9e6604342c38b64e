/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-commands.h"

#include "chat-command.h"
#include "chat-help-dialog.h"

#include <glib/gi18n-lib.h>

static gboolean
say (ChatSession *session, const char *text, ChatMember *to, GError **error)
{
  return chat_session_send (session, text, to, error) != NULL;
}

static gboolean
say_privately (ChatSession *session, const ChatCommand *command, GError **error)
{
  ChatMember *member =
      chat_member_list_find (chat_session_get_members (session), command->name);

  if (member != NULL)
    return say (session, command->text, member, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("There is no member named “%s”, so this was not sent. /members lists them."),
               command->name);

  return FALSE;
}

static gboolean
request_history (ChatSession *session, const ChatCommand *command, GError **error)
{
  if (chat_session_request_history (session, command->limit, 0))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                       _("There is no connection to ask for the history on. Wait, or try "
                          "/retry."));

  return FALSE;
}

static gboolean
activate (GtkWidget *widget, const char *action, GError **error)
{
  if (gtk_widget_activate_action (widget, action, NULL))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _("This cannot be done here and now."));

  return FALSE;
}

/* Asked of the window, which shows both keys first. */
static gboolean
accept_key (GtkWidget *widget, ChatSession *session, const char *name, GError **error)
{
  ChatMember *member = chat_member_list_find (chat_session_get_members (session), name);

  if (member == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no member named “%s”. /members lists them."), name);
  else if (!chat_member_get_changed (member))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The key of %s has not changed; there is nothing to accept."),
                 chat_member_get_username (member));
  else if (gtk_widget_activate_action (widget, "win.review-key", "s",
                                       chat_member_get_username (member)))
    return TRUE;
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         _("This cannot be done here and now."));

  return FALSE;
}

static void
show_help (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (GTK_WINDOW (
      chat_help_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL)));
}

/* Asked of the window, which asks the user first. */
static gboolean
shut_down (GtkWidget *widget, ChatSession *session, GError **error)
{
  if (chat_session_get_state (session) != CHAT_SESSION_OPEN)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           _("There is no connection over which the server could be stopped. Wait, "
                             "or try /retry."));
      return FALSE;
    }
  if (!chat_session_get_admin (session))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _("Only admins can stop the server, and you are not one. Whoever runs "
                             "it lists them as “admins” in its config.json."));
      return FALSE;
    }

  return activate (widget, "win.shut-down", error);
}

static gboolean
retry (ChatSession *session, GError **error)
{
  if (chat_session_get_state (session) == CHAT_SESSION_OPEN)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("You are connected; there is nothing to try again."));
      return FALSE;
    }
  if (chat_session_is_over (session))
    chat_session_start (session);
  else
    chat_session_try_now (session);

  return TRUE;
}

static gboolean
run (GtkWidget *widget, ChatSession *session, const ChatCommand *command, GError **error)
{
  switch (command->kind)
    {
    case CHAT_COMMAND_SAY:
      return say (session, command->text, NULL, error);
    case CHAT_COMMAND_MSG:
      return say_privately (session, command, error);
    case CHAT_COMMAND_HISTORY:
      return request_history (session, command, error);
    case CHAT_COMMAND_MEMBERS:
      return activate (widget, "win.members", error);
    case CHAT_COMMAND_ACCEPT:
      return accept_key (widget, session, command->name, error);
    case CHAT_COMMAND_RETRY:
      return retry (session, error);
    case CHAT_COMMAND_EXIT:
      return activate (widget, "win.leave", error);
    case CHAT_COMMAND_SHUTDOWN:
      return shut_down (widget, session, error);
    case CHAT_COMMAND_HELP:
      show_help (widget);
      return TRUE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * chat_room_commands_run:
 * @widget: a widget in the window
 * @session: the session
 * @feed: where answers appear
 * @typed: what was typed
 *
 * Returns: whether it was done
 */
gboolean
chat_room_commands_run (GtkWidget *widget, ChatSession *session, ChatFeed *feed, const char *typed)
{
  g_autoptr (ChatCommand) command = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (widget) && CHAT_IS_SESSION (session), FALSE);
  g_return_val_if_fail (CHAT_IS_FEED (feed) && typed != NULL, FALSE);

  command = chat_command_parse (typed, &error);
  if (command != NULL && run (widget, session, command, &error))
    return TRUE;
  chat_feed_add_notice (feed, error->message);

  return FALSE;
}
