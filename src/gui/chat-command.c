/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-command.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static const ChatCommandInfo table[] = {
  { "msg", CHAT_COMMAND_MSG, N_("NAME TEXT"), N_("A message to one member only") },
  { "history", CHAT_COMMAND_HISTORY, N_("[N]"),
    N_("The last N messages, or all that the server keeps") },
  { "members", CHAT_COMMAND_MEMBERS, NULL, N_("Who is a member and online") },
  { "accept", CHAT_COMMAND_ACCEPT, N_("NAME"), N_("Take a member's new key for theirs") },
  { "retry", CHAT_COMMAND_RETRY, NULL, N_("When the connection is lost: try again now") },
  { "exit", CHAT_COMMAND_EXIT, NULL, N_("Leave, when all has been delivered") },
  { "shutdown", CHAT_COMMAND_SHUTDOWN, NULL, N_("Stop the server (admins only)") },
  { "help", CHAT_COMMAND_HELP, NULL, N_("What all these commands do") },
};

/**
 * chat_command_free:
 * @self: (transfer full): a command
 */
void
chat_command_free (ChatCommand *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->text);
  g_free (self->name);
  g_free (self);
}

static gboolean
parse_msg (ChatCommand *self, const char *arguments, GError **error)
{
  gsize length = strcspn (arguments, " \t\n");
  g_autofree char *text = g_strstrip (g_strdup (arguments + length));

  if (length == 0 || *text == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("Use: /msg NAME TEXT"));
      return FALSE;
    }
  self->name = g_strndup (arguments, length);
  self->text = g_steal_pointer (&text);

  return TRUE;
}

static gboolean
parse_accept (ChatCommand *self, const char *arguments, GError **error)
{
  if (*arguments == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("Use: /accept NAME"));
      return FALSE;
    }
  self->name = g_strdup (arguments);

  return TRUE;
}

static gboolean
parse_history (ChatCommand *self, const char *arguments, GError **error)
{
  guint64 limit = 0;

  if (*arguments != '\0'
      && !g_ascii_string_to_unsigned (arguments, 10, 1, G_MAXINT32, &limit, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("Use: /history, or /history N for the last N messages"));
      return FALSE;
    }
  self->limit = (gint64)limit;

  return TRUE;
}

static gboolean
parse_arguments (ChatCommand *self, const char *arguments, GError **error)
{
  switch (self->kind)
    {
    case CHAT_COMMAND_MSG:
      return parse_msg (self, arguments, error);
    case CHAT_COMMAND_HISTORY:
      return parse_history (self, arguments, error);
    case CHAT_COMMAND_ACCEPT:
      return parse_accept (self, arguments, error);
    case CHAT_COMMAND_SAY:
    case CHAT_COMMAND_MEMBERS:
    case CHAT_COMMAND_RETRY:
    case CHAT_COMMAND_EXIT:
    case CHAT_COMMAND_SHUTDOWN:
    case CHAT_COMMAND_HELP:
    default:
      return TRUE;
    }
}

static gboolean
parse_command (ChatCommand *self, const char *line, GError **error)
{
  gsize length = strcspn (line, " \t\n");
  g_autofree char *name = g_strndup (line, length);
  g_autofree char *arguments = g_strstrip (g_strdup (line + length));

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (!g_str_equal (table[i].name, name))
        continue;
      if (table[i].arguments == NULL && *arguments != '\0')
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("/%s takes nothing after it; this was not done."), name);
          return FALSE;
        }
      self->kind = table[i].kind;
      return parse_arguments (self, arguments, error);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("There is no command /%s, and nothing was sent. /help lists the commands; a "
                  "message that begins with a slash begins with two."),
               name);

  return FALSE;
}

/**
 * chat_command_parse:
 * @typed: what was typed
 * @error: return location for a `G_IO_ERROR_INVALID_ARGUMENT` with a whole sentence
 *
 * It is a message, unless it begins with one slash.
 *
 * Returns: (transfer full) (nullable): what to do
 */
ChatCommand *
chat_command_parse (const char *typed, GError **error)
{
  g_autoptr (ChatCommand) self = NULL;

  g_return_val_if_fail (typed != NULL, NULL);

  self = g_new0 (ChatCommand, 1);
  if (typed[0] != '/')
    self->text = g_strdup (typed);
  else if (typed[1] == '/')
    self->text = g_strdup (typed + 1);
  else if (!parse_command (self, typed + 1, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_command_get_all:
 * @n_commands: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_commands): what can follow a slash
 */
const ChatCommandInfo *
chat_command_get_all (gsize *n_commands)
{
  g_return_val_if_fail (n_commands != NULL, NULL);

  *n_commands = G_N_ELEMENTS (table);

  return table;
}

/**
 * chat_command_dup_usage:
 * @info: a command
 *
 * Returns: (transfer full): the command as it is typed
 */
char *
chat_command_dup_usage (const ChatCommandInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  return g_strconcat ("/", info->name, info->arguments != NULL ? " " : "",
                      info->arguments != NULL ? _ (info->arguments) : "", NULL);
}

/**
 * chat_command_split_msg:
 * @typed: what stands in the composer
 * @rest: (out) (optional) (transfer none): what follows the name
 *
 * Returns: (transfer full) (nullable): the name, if it begins with `/msg NAME ` and so is for one
 *   member only
 */
char *
chat_command_split_msg (const char *typed, const char **rest)
{
  const char *name;
  gsize length;

  g_return_val_if_fail (typed != NULL, NULL);

  if (!g_str_has_prefix (typed, "/msg "))
    return NULL;
  name = typed + strlen ("/msg ");
  name += strspn (name, " ");
  length = strcspn (name, " \t\n");
  if (length == 0 || name[length] == '\0')
    return NULL;
  if (rest != NULL)
    *rest = name + length + 1;

  return g_strndup (name, length);
}
