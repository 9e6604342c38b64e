/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-keygen-command.h"

#include "chat-cli-keys.h"
#include "chat-cli-options.h"
#include "chat-error.h"
#include "chat-key-file.h"
#include "chat-limits.h"
#include "chat-prompt.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <gio/gio.h>
#include <unistd.h>

#define DEFAULT_PRIVATE "client_private_key.pem"
#define DEFAULT_PUBLIC "client_public_key.pem"

typedef struct
{
  int bits;
  char *output;
  char *username;
  char *passphrase_file;
  gboolean no_passphrase;

  char *public_output;
} Keygen;

static void
keygen_free (Keygen *self)
{
  g_free (self->output);
  g_free (self->username);
  g_free (self->passphrase_file);
  g_free (self->public_output);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keygen, keygen_free)

static gboolean
check (Keygen *self, int argc, char **argv, GError **error)
{
  if (argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 _("“%s” is not understood; see “chat-client keygen --help”"), argv[1]);
  else if (self->bits < CHAT_MIN_RSA_BITS || self->bits > CHAT_MAX_RSA_BITS)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("--bits is %d where a number from %d to %d is expected: shorter keys can be "
                    "broken, longer ones are slow"),
                 self->bits, CHAT_MIN_RSA_BITS, CHAT_MAX_RSA_BITS);
  else
    return self->username == NULL || chat_username_check (self->username, error);

  return FALSE;
}

/* The public file lies beside the private one. */
static char *
name_public_output (Keygen *self)
{
  g_autofree char *directory = g_path_get_dirname (self->output);
  g_autofree char *name = self->username != NULL ? g_strdup_printf ("key_%s.pem", self->username)
                                                 : g_strdup (DEFAULT_PUBLIC);

  return g_str_equal (directory, ".") ? g_steal_pointer (&name)
                                      : g_build_filename (directory, name, NULL);
}

static Keygen *
parse (int argc, char **argv, GError **error)
{
  g_autoptr (Keygen) self = g_new0 (Keygen, 1);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "bits", 'b', 0, G_OPTION_ARG_INT, &self->bits, N_("Length of the key (3072)"), N_("N") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      N_("Where to put the private key (client_private_key.pem)"), N_("FILE") },
    { "username", 'u', 0, G_OPTION_ARG_STRING, &self->username,
      N_("Name the public file key_NAME.pem, as the server wants it"), N_("NAME") },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &self->passphrase_file,
      N_("Protect the private key by the first line of this file"), N_("FILE") },
    { "no-passphrase", 0, 0, G_OPTION_ARG_NONE, &self->no_passphrase,
      N_("Do not ask for a passphrase"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  self->bits = CHAT_DEFAULT_RSA_BITS;
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, N_("Makes an RSA key pair. Never overwrites a file."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, error) || !check (self, argc, argv, error))
    return NULL;

  if (self->output == NULL)
    self->output = g_strdup (DEFAULT_PRIVATE);
  self->public_output = name_public_output (self);

  return g_steal_pointer (&self);
}

/* Before the work, which takes seconds; saving checks again. */
static gboolean
check_files (Keygen *self, GError **error)
{
  const char *const paths[] = { self->output, self->public_output };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
      {
        g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_EXISTS,
                     _("%s is there already, and a key that is overwritten is lost. Move it away, "
                        "or choose another name by --output."),
                     paths[i]);
        return FALSE;
      }

  return TRUE;
}

static ChatSecret *
ask_passphrase (GError **error)
{
  g_autoptr (ChatSecret) first =
      chat_prompt_passphrase (_("Passphrase for the new key (empty for none)"), error);
  g_autoptr (ChatSecret) second = NULL;

  if (first == NULL)
    return NULL;
  if (*chat_secret_get_string (first) == '\0')
    return g_steal_pointer (&first);

  second = chat_prompt_passphrase (_("The same once more"), error);
  if (second == NULL)
    return NULL;
  if (chat_secret_equal (first, second))
    return g_steal_pointer (&first);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("The two passphrases differ. Start again."));

  return NULL;
}

/* An empty passphrase is none. Nobody is asked where there is nobody to answer. */
static gboolean
get_passphrase (Keygen *self, ChatSecret **passphrase, GError **error)
{
  g_autoptr (ChatSecret) given = NULL;

  if (self->passphrase_file != NULL)
    given = chat_cli_read_passphrase_file (self->passphrase_file, error);
  else if (self->no_passphrase || !isatty (STDIN_FILENO))
    return TRUE;
  else
    given = ask_passphrase (error);
  if (given == NULL)
    return FALSE;

  if (*chat_secret_get_string (given) != '\0')
    *passphrase = g_steal_pointer (&given);

  return TRUE;
}

static void
print_what_next (Keygen *self, ChatPublicKey *key)
{
  g_print (_("Private key: %s  (keep it to yourself; whoever has it is you)\n"), self->output);
  g_print (_("Public key:  %s\n"), self->public_output);
  g_print (_("Fingerprint: %s\n\n"), chat_public_key_get_fingerprint (key));
  g_print (_("What to do next:\n"
              "1. Send %s to the admin of the server, who runs:\n"
              "     chat-server add-user %s %s\n"
              "2. Read each other the fingerprint by phone: it must be the same on both sides.\n"
              "3. Ask the admin for server_public_key.pem, put it beside your private key,\n"
              "   and start chat-client.\n"),
           self->public_output, self->username != NULL ? self->username : _("NAME"),
           self->public_output);
}

static gboolean
run (Keygen *self, GError **error)
{
  g_autoptr (ChatSecret) passphrase = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;
  ChatPublicKey *public_key;

  if (!check_files (self, error) || !get_passphrase (self, &passphrase, error))
    return FALSE;

  g_printerr (_("Making a key of %d bits; this can take a while…\n"), self->bits);
  key = chat_private_key_generate ((guint)self->bits, error);
  if (key == NULL)
    return FALSE;

  public_key = chat_private_key_get_public (key);
  if (!chat_key_file_save_private (key, self->output, passphrase, FALSE, error)
      || !chat_key_file_save_public (public_key, self->public_output, FALSE, error))
    return FALSE;
  print_what_next (self, public_key);

  return TRUE;
}

/**
 * chat_keygen_command:
 * @argc: number of arguments
 * @argv: arguments; the first is the name of the subcommand
 *
 * Returns: the exit status
 */
int
chat_keygen_command (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Keygen) self = NULL;

  g_set_prgname ("chat-client keygen");
  self = parse (argc, argv, &error);
  if (self == NULL)
    {
      g_printerr ("chat-client keygen: %s\n", error->message);
      return CHAT_CLI_USAGE;
    }
  if (run (self, &error))
    return CHAT_CLI_OK;
  g_printerr ("chat-client keygen: %s\n", error->message);

  return CHAT_CLI_FAILED;
}
