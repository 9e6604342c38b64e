/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fingerprint-command.h"

#include "chat-cli-keys.h"
#include "chat-cli-options.h"
#include "chat-error.h"
#include "chat-key-file.h"

#include <glib/gi18n-lib.h>

/* Either half of a pair has the fingerprint of the pair. */
static ChatPublicKey *
load (const char *path, const char *passphrase_file, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (ChatPrivateKey) private_key = NULL;
  ChatPublicKey *key = chat_key_file_load_public (path, NULL, &cause);

  if (key != NULL)
    return key;
  if (!g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PRIVATE))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  private_key = chat_cli_load_private_key (path, passphrase_file, error);

  return private_key != NULL ? g_object_ref (chat_private_key_get_public (private_key)) : NULL;
}

static int
run (int argc, char **argv, const char *passphrase_file)
{
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatPublicKey) key = load (argv[i], passphrase_file, &error);

      if (key == NULL)
        {
          g_printerr ("chat-client fingerprint: %s\n", error->message);
          return CHAT_CLI_FAILED;
        }
      g_print (_("%s  %s  (RSA, %u bits)\n"), chat_public_key_get_fingerprint (key), argv[i],
               chat_public_key_get_bits (key));
    }

  return CHAT_CLI_OK;
}

/**
 * chat_fingerprint_command:
 * @argc: number of arguments
 * @argv: arguments; the first is the name of the subcommand
 *
 * Returns: the exit status
 */
int
chat_fingerprint_command (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE…"));
  g_autoptr (GError) error = NULL;
  g_autofree char *passphrase_file = NULL;
  const GOptionEntry entries[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
      N_("The first line of this file opens a private key"), N_("FILE") },
    G_OPTION_ENTRY_NULL,
  };

  g_set_prgname ("chat-client fingerprint");
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, N_("Prints the fingerprints of key files."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2)
    {
      g_printerr ("chat-client fingerprint: %s\n",
                  error != NULL ? error->message : _("which key file?"));
      return CHAT_CLI_USAGE;
    }

  return run (argc, argv, passphrase_file);
}
