/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-commands.h"

#include "chat-column.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
run_msg (ChatCliApp *app, const char *arguments)
{
  g_auto (GStrv) words = g_strsplit_set (arguments, " \t", 2);
  const char *text = words[0] != NULL && words[1] != NULL ? words[1] : "";
  ChatMember *member;

  if (*text == '\0')
    {
      chat_cli_app_complain (app, _("Use: /msg NAME TEXT"));
      return;
    }
  member =
      chat_member_list_find (chat_session_get_members (chat_cli_app_get_session (app)), words[0]);
  if (member != NULL)
    {
      chat_cli_app_send (app, text, member);
      return;
    }
  chat_cli_app_complain (app,
                         _("There is no member named “%s”, so this was not sent. /members lists "
                            "them."),
                         words[0]);
  chat_cli_app_count_refused (app);
}

static void
run_history (ChatCliApp *app, const char *arguments)
{
  guint64 limit = 0;

  if (*arguments != '\0'
      && !g_ascii_string_to_unsigned (arguments, 10, 1, G_MAXINT32, &limit, NULL))
    chat_cli_app_complain (app, _("Use: /history, or /history N for the last N messages"));
  else if (!chat_session_request_history (chat_cli_app_get_session (app), (gint64)limit, 0))
    chat_cli_app_complain (app, _("There is no connection to ask for the history on. Wait, or try "
                                   "/retry."));
}

static void
run_members (ChatCliApp *app, const char *arguments)
{
  ChatView *view = chat_cli_app_get_view (app);

  CHAT_VIEW_GET_IFACE (view)->members (view, chat_cli_app_get_session (app));
}

static void
run_accept (ChatCliApp *app, const char *arguments)
{
  ChatSession *session = chat_cli_app_get_session (app);
  ChatMember *member = chat_member_list_find (chat_session_get_members (session), arguments);

  if (*arguments == '\0')
    chat_cli_app_complain (app, _("Use: /accept NAME"));
  else if (member == NULL)
    chat_cli_app_complain (app, _("There is no member named “%s”. /members lists them."),
                           arguments);
  else if (!chat_member_get_changed (member))
    chat_cli_app_complain (app, _("The key of %s has not changed; there is nothing to accept."),
                           chat_member_get_username (member));
  else
    chat_session_accept_key (session, member);
}

static void
run_retry (ChatCliApp *app, const char *arguments)
{
  chat_session_try_now (chat_cli_app_get_session (app));
}

static void
run_exit (ChatCliApp *app, const char *arguments)
{
  chat_cli_app_leave (app);
}

static void
run_shutdown (ChatCliApp *app, const char *arguments)
{
  if (!chat_session_shut_server_down (chat_cli_app_get_session (app)))
    chat_cli_app_complain (app, _("There is no connection over which the server could be "
                                   "stopped."));
}

static void
add_line (GString *text, const char *usage, const char *help)
{
  g_autofree char *padded = chat_column_pad (usage, 17);

  g_string_append_printf (text, "\n%s %s", padded, help);
}

static void
run_help (ChatCliApp *app, const char *arguments)
{
  g_autoptr (GString) text = g_string_new (_("A line is a message to all in the room."));

  for (const ChatCommand *command = chat_commands; command->name != NULL; command++)
    {
      g_autofree char *usage = g_strdup_printf (
          "/%s %s", command->name, command->arguments != NULL ? _(command->arguments) : "");

      add_line (text, usage, _(command->help));
    }
  add_line (text, _("//TEXT"), _("A message that begins with a slash"));
  chat_view_note (chat_cli_app_get_view (app), CHAT_NOTE_INFO, "%s", text->str);
}

const ChatCommand chat_commands[] = {
  { "msg", N_("NAME TEXT"), N_("A message to one member only"), run_msg },
  { "history", N_("[N]"), N_("The last N messages, or all that the server keeps"), run_history },
  { "members", NULL, N_("Who is a member and online, with fingerprints to compare"), run_members },
  { "accept", N_("NAME"), N_("Take a member's new key for theirs"), run_accept },
  { "retry", NULL, N_("When the connection is lost: try again now"), run_retry },
  { "exit", NULL, N_("Leave, when all has been delivered; so does Ctrl+D"), run_exit },
  { "shutdown", NULL, N_("Stop the server (admins only)"), run_shutdown },
  { "help", NULL, N_("These lines"), run_help },
  { NULL, NULL, NULL, NULL },
};

static void
run_command (ChatCliApp *app, const char *line)
{
  gsize length = strcspn (line, " \t");
  g_autofree char *name = g_strndup (line, length);
  g_autofree char *arguments = g_strstrip (g_strdup (line + length));

  for (const ChatCommand *command = chat_commands; command->name != NULL; command++)
    if (g_str_equal (command->name, name))
      {
        if (command->arguments == NULL && *arguments != '\0')
          chat_cli_app_complain (app, _("/%s takes nothing after it; this was not done."), name);
        else
          command->run (app, arguments);
        return;
      }
  chat_cli_app_complain (
      app,
      _("There is no command /%s, and nothing was sent. /help lists the commands; "
         "a message that begins with a slash begins with two."),
      name);
}

/**
 * chat_commands_run_line:
 * @app: the program
 * @line: what was typed or piped
 *
 * A line is a message, unless it begins with one slash.
 */
void
chat_commands_run_line (ChatCliApp *app, const char *line)
{
  g_return_if_fail (app != NULL && line != NULL);

  if (*line == '\0')
    return;

  if (line[0] != '/')
    chat_cli_app_send (app, line, NULL);
  else if (line[1] == '/')
    chat_cli_app_send (app, line + 1, NULL);
  else
    run_command (app, line + 1);
}
