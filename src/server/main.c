/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-admin.h"
#include "chat-config.h"
#include "chat-file.h"
#include "chat-limits.h"
#include "chat-locale.h"
#include "chat-log.h"
#include "chat-server.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct
{
  char *directory;
  char *passphrase_file;
  gboolean verbose;
  gboolean version;
  char **rest;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->directory);
  g_free (self->passphrase_file);
  g_strfreev (self->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "directory", 'd', 0, G_OPTION_ARG_FILENAME, &options->directory,
      N_("The folder with config.json and keys/ (default: the current one)"), N_("DIR") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->passphrase_file,
      N_("Read the passphrase of the server's private key from FILE"), N_("FILE") },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, N_("Log more"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Show the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (
      _("[COMMAND …] – a private group chat that you enter with an RSA key"));
  g_autofree char *help = chat_admin_dup_help ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (context, help);
  return g_option_context_parse (context, argc, argv, error);
}

static ChatSecret *
read_passphrase (const char *path, GError **error)
{
  gsize size;
  char *text = chat_file_read (path, CHAT_MAX_CONFIG_FILE, &size, error);
  ChatSecret *passphrase;

  if (text == NULL)
    return NULL;

  passphrase = chat_secret_new (text, strcspn (text, "\r\n"));
  chat_wipe_string (text);
  return passphrase;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (ChatServerFolder) folder = NULL;
  g_autoptr (ChatSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  chat_wipe_gmp_memory ();
  chat_locale_init ();
  umask (077); /* what the server makes is its own, but for the public key */

  if (!parse_options (&options, &argc, &argv, &error))
    {
      chat_log_complain ("chat-server: %s", error->message);
      return 2;
    }
  if (options.version)
    {
      g_print ("chat-server %s\n", CHAT_VERSION);
      return EXIT_SUCCESS;
    }

  if (options.passphrase_file != NULL
      && (passphrase = read_passphrase (options.passphrase_file, &error)) == NULL)
    {
      chat_log_complain ("chat-server: %s", error->message);
      return EXIT_FAILURE;
    }

  folder = chat_server_folder_new (options.directory != NULL ? options.directory : ".");
  if (options.rest == NULL)
    return chat_server_run (folder, passphrase, options.verbose);

  status = chat_admin_run (folder, passphrase, options.rest[0], options.rest + 1);
  if (status < 0)
    {
      g_printerr (_("chat-server: there is no command \"%s\"; see chat-server --help\n"),
                  options.rest[0]);
      return 2;
    }

  return status;
}
