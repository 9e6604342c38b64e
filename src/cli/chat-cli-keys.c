/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli-keys.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-key-file.h"
#include "chat-limits.h"
#include "chat-prompt.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ATTEMPTS 3

/**
 * chat_cli_read_passphrase_file:
 * @path: a file
 * @error: return location for an error, a whole sentence
 *
 * Returns: (transfer full) (nullable): its first line
 */
ChatSecret *
chat_cli_read_passphrase_file (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  ChatSecret *passphrase;
  gsize size;
  char *text;

  g_return_val_if_fail (path != NULL, NULL);

  text = chat_file_read (path, CHAT_MAX_PASSPHRASE, &size, &cause);
  if (text == NULL)
    {
      g_set_error (error, cause->domain, cause->code,
                   _("The passphrase cannot be read: %s. --passphrase-file names a file that has "
                      "it in its first line."),
                   cause->message);
      return NULL;
    }

  passphrase = chat_secret_new (text, strcspn (text, "\r\n"));
  chat_wipe (text, size);
  g_free (text);

  return passphrase;
}

static ChatPrivateKey *
ask_and_load (const char *path, GError **error)
{
  g_autofree char *question = g_strdup_printf (_("Passphrase for %s"), path);

  for (guint i = 1;; i++)
    {
      g_autoptr (ChatSecret) passphrase = chat_prompt_passphrase (question, error);
      g_autoptr (GError) cause = NULL;
      ChatPrivateKey *key;

      if (passphrase == NULL)
        return NULL;
      key = chat_key_file_load_private (path, passphrase, &cause);
      if (key != NULL)
        return key;
      if (i == MAX_ATTEMPTS
          || !g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_WRONG_PASSPHRASE))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
      g_printerr ("%s\n", cause->message);
    }
}

/**
 * chat_cli_load_private_key:
 * @path: a private key file
 * @passphrase_file: (nullable): what opens it; otherwise it is asked for if need be
 * @error: return location for an error, a whole sentence
 *
 * Returns: (transfer full) (nullable): the key
 */
ChatPrivateKey *
chat_cli_load_private_key (const char *path, const char *passphrase_file, GError **error)
{
  g_autoptr (ChatSecret) passphrase = NULL;
  g_autoptr (GError) cause = NULL;
  ChatPrivateKey *key;

  g_return_val_if_fail (path != NULL, NULL);

  if (passphrase_file != NULL)
    {
      passphrase = chat_cli_read_passphrase_file (passphrase_file, error);
      if (passphrase == NULL)
        return NULL;
    }

  key = chat_key_file_load_private (path, passphrase, &cause);
  if (key != NULL)
    return key;
  if (passphrase_file == NULL
      && g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NEEDS_PASSPHRASE))
    return ask_and_load (path, error);
  g_propagate_error (error, g_steal_pointer (&cause));

  return NULL;
}
