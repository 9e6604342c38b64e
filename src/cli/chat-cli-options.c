/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli-options.h"

#include "chat-config.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define MAX_PORT 65535
#define NO_PORT G_MININT /* what nobody gives; 0 can be given, and is refused */

static const char summary[] = N_("Talks in a Conclave room from a terminal or from a script.");

static const char description[] = N_(
    "Commands:\n"
    "  keygen             Make a key pair (chat-client keygen --help)\n"
    "  fingerprint FILE   Print the fingerprint of a key file\n"
    "\n"
    "What is not given by an option comes from user_config.json; what is not there either is asked "
    "for,\n"
    "if there is a terminal. The key files lie beside user_config.json, as client_private_key.pem\n"
    "and server_public_key.pem.\n"
    "\n"
    "In the room, a line is a message to all; /help lists the commands. Without a terminal, lines\n"
    "are read from standard input; at its end, all that was said is delivered, and the program "
    "ends.\n"
    "\n"
    "With --json, standard output has one JSON object in each line, told apart by \"event\":\n"
    "  state        state (connecting, handshaking, joining, open, leaving, waiting, stopped,\n"
    "               closed, failed); text, where there is a reason; seconds, when waiting;\n"
    "               by, when stopped; username, admin, history_limit, when open\n"
    "  message      origin (live, missed, history), seq, at, from, own, verified; if verified:\n"
    "               mid, sent, audience (room, direct, others), text (absent: the type needs a\n"
    "               newer version), readers (unless it is the room), with (the other of a direct\n"
    "               message), doubt (the author's key is not the known one, and why); if not:\n"
    "               problem\n"
    "  sent         mid, seq, at, text: a message of yours is stored\n"
    "  failed       mid, text, problem: it is not, and will not be\n"
    "  online, offline, added, removed    username, fingerprint\n"
    "  new          username, fingerprint: was not known in this room before\n"
    "  key-changed  username, fingerprint, known (the fingerprint until now): nothing is sealed\n"
    "               for them until “/accept username”\n"
    "  key-accepted username, fingerprint\n"
    "  members      members: array of username, fingerprint, known, online, own\n"
    "  caught-up    count, withheld, lost: what was missed has come\n"
    "  history-end  count, withheld, more: all of it has come\n"
    "  throttled    rate, ms: the server reads on in so many milliseconds\n"
    "  note, problem    text: anything else to tell a person\n"
    "Times are in milliseconds since 1970. docs/PROTOCOL.md explains the numbers.\n"
    "\n"
    "The exit status is 0 when all went well, 1 when the connection was refused or something was\n"
    "not delivered, 2 when the command line was wrong.");

static gboolean
print_version_cb (const char *name, const char *value, gpointer data, GError **error)
{
  g_print ("chat-client %s\n", CHAT_VERSION);
  exit (CHAT_CLI_OK);
}

static void
add_entries (GOptionContext *context, ChatCliOptions *self)
{
  const GOptionEntry entries[] = {
    { "address", 'a', 0, G_OPTION_ARG_STRING, &self->address,
      N_("The server's IP address or host name"), N_("HOST") },
    { "port", 'p', 0, G_OPTION_ARG_INT, &self->port, N_("The server's port"), N_("PORT") },
    { "username", 'u', 0, G_OPTION_ARG_STRING, &self->username, N_("Your name in the room"),
      N_("NAME") },
    { "private-key", 'k', 0, G_OPTION_ARG_FILENAME, &self->private_key, N_("Your private key"),
      N_("FILE") },
    { "server-key", 's', 0, G_OPTION_ARG_FILENAME, &self->server_key,
      N_("The server's public key"), N_("FILE") },
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &self->config,
      N_("Read this file instead of user_config.json"), N_("FILE") },
    { "directory", 'd', 0, G_OPTION_ARG_FILENAME, &self->directory,
      N_("Look for user_config.json and the key files there"), N_("DIR") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &self->passphrase_file,
      N_("The first line of this file opens the private key"), N_("FILE") },
    { "save", 0, 0, G_OPTION_ARG_NONE, &self->save,
      N_("Write address, port and username to user_config.json"), NULL },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &self->json, N_("Print one JSON object for each event"),
      NULL },
    { "no-color", 0, 0, G_OPTION_ARG_NONE, &self->no_color,
      N_("No colors; so does the environment variable NO_COLOR"), NULL },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, print_version_cb,
      N_("Print the version and exit"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

static gboolean
check (ChatCliOptions *self, int argc, char **argv, GError **error)
{
  if (argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 _("“%s” is not a command; “chat-client --help” lists them"), argv[1]);
  else if (self->port != NO_PORT && (self->port < 1 || self->port > MAX_PORT))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--port is %d where a number from 1 to %d is expected"), self->port, MAX_PORT);
  else
    return self->username == NULL || chat_username_check (self->username, error);

  return FALSE;
}

/**
 * chat_cli_options_parse:
 * @argc: (inout): number of arguments
 * @argv: (inout): arguments; options are taken out
 * @error: return location: what is wrong with them
 *
 * Prints and exits for `--help` and `--version`.
 *
 * Returns: (transfer full) (nullable): the options
 */
ChatCliOptions *
chat_cli_options_parse (int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_("[COMMAND]"));
  g_autoptr (ChatCliOptions) self = g_new0 (ChatCliOptions, 1);
  g_autoptr (GError) cause = NULL;

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  add_entries (context, self);
  self->port = NO_PORT;
  if (!g_option_context_parse (context, argc, argv, &cause))
    {
      g_set_error (error, cause->domain, cause->code, _("%s; see “chat-client --help”"),
                   cause->message);
      return NULL;
    }
  if (!check (self, *argc, *argv, error))
    return NULL;
  if (self->port == NO_PORT)
    self->port = 0;
  if (self->directory == NULL)
    self->directory = g_strdup (".");

  return g_steal_pointer (&self);
}

/**
 * chat_cli_options_free:
 * @self: (transfer full): options
 */
void
chat_cli_options_free (ChatCliOptions *self)
{
  g_free (self->directory);
  g_free (self->config);
  g_free (self->address);
  g_free (self->username);
  g_free (self->private_key);
  g_free (self->server_key);
  g_free (self->passphrase_file);
  g_free (self);
}
