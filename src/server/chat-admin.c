/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-admin.h"

#include "chat-backup.h"
#include "chat-column.h"
#include "chat-error.h"
#include "chat-guest-folder.h"
#include "chat-key-file.h"
#include "chat-lookalike.h"
#include "chat-username.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>

typedef gboolean (*AdminFunc) (ChatServerFolder *folder, const ChatSecret *passphrase,
                               char **arguments, GError **error);

/* The server's own key, when its file can be read: for one more check, and not worth an error. */
static ChatPublicKey *
load_server_key (ChatServerFolder *folder)
{
  return chat_key_file_load_public (folder->public_key_path, CHAT_KEY_OWNER_SERVER, NULL);
}

static ChatGuestScan *
scan_keys (ChatServerFolder *folder, GError **error)
{
  g_autoptr (ChatPublicKey) server_key = load_server_key (folder);
  ChatGuestScan *scan = chat_guest_folder_scan (folder->keys_path, server_key, NULL, error);

  if (scan == NULL)
    g_prefix_error (error, _("Is %s the server's folder? Name it with --directory. "),
                    folder->path);
  return scan;
}

static gboolean
check_new_look (ChatGuestScan *scan, const char *name, GError **error)
{
  g_autofree char *shape = chat_lookalike_shape (name);

  for (guint i = 0; i < scan->guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (scan->guests, i);

      if (!g_str_equal (guest->shape, shape))
        continue;

      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_EXISTS,
                   _("The name \"%s\" looks like that of the user \"%s\", so people would take one "
                     "for the other. Choose another name"),
                   name, guest->username);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_new_guest (ChatGuestScan *scan, const char *name, ChatPublicKey *key,
                 ChatPublicKey *server_key, GError **error)
{
  ChatGuest *same_name = chat_guest_scan_find (scan, name);

  if (same_name != NULL)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_EXISTS,
                   _("There is a user \"%s\" already. Choose another name, or remove that user "
                      "first: chat-server remove-user %s"),
                   same_name->username, same_name->username);
      return FALSE;
    }
  if (!check_new_look (scan, name, error))
    return FALSE;
  if (server_key != NULL && chat_public_key_equal (server_key, key))
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_DUPLICATE,
                   _("That is the server's own key; ask %s for the public key of theirs"), name);
      return FALSE;
    }

  for (guint i = 0; i < scan->guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (scan->guests, i);

      if (chat_public_key_equal (guest->key, key))
        {
          g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_DUPLICATE,
                       _("That key is registered as \"%s\" already; a key belongs to one name. "
                          "Ask %s for a key of their own"),
                       guest->username, name);
          return FALSE;
        }
    }

  return TRUE;
}

/* The doctor's remedy is for a file in its place. This one has come from somebody, and what is in
 * the way may be their only copy: nothing is to be put there. */
static ChatPublicKey *
load_sent_key (const char *path, const char *name, GError **error)
{
  g_autoptr (GError) cause = NULL;
  ChatPublicKey *key = chat_key_file_load_public (path, name, &cause);

  if (g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PRIVATE))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PRIVATE,
                 _("%s holds a private key, which nobody should give away. Ask %s for the public "
                    "file, which this makes: openssl pkey -in PRIVATE.pem -pubout -out key_%s.pem. "
                    "If the private key has travelled, a new pair is better"),
                 path, name, name);
  else if (g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING,
                 _("%s does not exist. Name the file with the public key that %s has sent you"),
                 path, name);
  else if (key == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));

  return key;
}

static gboolean
add_user (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments, GError **error)
{
  const char *name = arguments[0];
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (ChatPublicKey) server_key = load_server_key (folder);
  g_autoptr (ChatGuestScan) scan = NULL;
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = NULL;

  if (!chat_username_check (name, error))
    return FALSE;

  key = load_sent_key (arguments[1], name, error);
  if (key == NULL || !chat_server_folder_prepare_keys (folder, made, error))
    return FALSE;

  scan = scan_keys (folder, error);
  if (scan == NULL || !check_new_guest (scan, name, key, server_key, error))
    return FALSE;

  path = chat_guest_folder_get_path (folder->keys_path, name);
  if (!chat_key_file_save_public (key, path, FALSE, error))
    return FALSE;

  g_print (_("Added %s with the key in %s (%u bits).\n"
              "Fingerprint: %s\n"
              "Compare it with %s by phone or in person: it proves that nobody has swapped the key "
              "on its way.\n"),
           name, path, chat_public_key_get_bits (key), chat_public_key_get_fingerprint (key), name);
  return TRUE;
}

static gboolean
remove_user (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments,
             GError **error)
{
  g_autoptr (ChatGuestScan) scan = NULL;
  ChatGuest *guest;
  g_autofree char *path = NULL;

  if (!chat_username_check (arguments[0], error))
    return FALSE;
  scan = scan_keys (folder, error);
  if (scan == NULL)
    return FALSE;

  /* A file that is broken can be removed, too, by its exact name. */
  guest = chat_guest_scan_find (scan, arguments[0]);
  path = chat_guest_folder_get_path (folder->keys_path,
                                     guest != NULL ? guest->username : arguments[0]);
  if (g_unlink (path) < 0)
    {
      int saved = errno;

      if (saved == ENOENT)
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                     _("There is no user \"%s\"; chat-server list-users shows who is there"),
                     arguments[0]);
      else
        g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (saved),
                     _("%s cannot be removed: %s"), path, g_strerror (saved));
      return FALSE;
    }

  g_print (_("Removed %s. A running server closes that user's connections and tells the room.\n"),
           guest != NULL ? guest->username : arguments[0]);
  return TRUE;
}

static void
print_problems (ChatGuestScan *scan)
{
  for (guint i = 0; i < scan->problems->len; i++)
    chat_log_complain ("%s", (const char *) g_ptr_array_index (scan->problems, i));
}

static gboolean
list_users (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments,
            GError **error)
{
  g_autoptr (ChatGuestScan) scan = scan_keys (folder, error);

  if (scan == NULL)
    return FALSE;

  for (guint i = 0; i < scan->guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (scan->guests, i);

      g_autofree char *name = chat_column_pad (guest->username, 20);

      /* TRANSLATORS: a line of a table: name, length and fingerprint of a key */
      g_print (_("%s %4u bits  %s\n"), name, chat_public_key_get_bits (guest->key),
               chat_public_key_get_fingerprint (guest->key));
    }
  if (scan->guests->len == 0)
    g_print (_("Nobody yet. Add somebody with: chat-server add-user NAME FILE.pem\n"));
  print_problems (scan);

  return TRUE;
}

static gboolean
print_fingerprint (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments,
                   GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (ChatPublicKey) key =
      chat_key_file_load_public (folder->public_key_path, CHAT_KEY_OWNER_SERVER, &cause);

  if (g_error_matches (cause, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING,
                 _("There is no %s. Start chat-server in this folder once: it makes the key pair, "
                    "or the public file from %s"),
                 folder->public_key_path, folder->private_key_path);
  else if (key == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  if (key == NULL)
    return FALSE;

  g_print ("%s\n", chat_public_key_get_fingerprint (key));
  return TRUE;
}

/* Everything that a start would complain about, at once. */
static gboolean
check (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments, GError **error)
{
  g_autoptr (GError) config_error = NULL, key_error = NULL, keys_error = NULL;
  g_autoptr (ChatServerConfig) config =
      chat_server_config_load (folder->config_path, &config_error);
  g_autoptr (ChatPrivateKey) key = chat_server_folder_load_key (folder, passphrase, &key_error);
  g_autoptr (ChatGuestScan) scan = scan_keys (folder, &keys_error);
  g_autofree char *advice = chat_key_file_advise (folder->private_key_path);

  if (config == NULL)
    chat_log_complain ("%s", config_error->message);
  if (key == NULL)
    chat_log_complain ("%s", key_error->message);
  if (scan == NULL)
    chat_log_complain ("%s", keys_error->message);
  else
    print_problems (scan);
  if (advice != NULL)
    g_printerr (_("Warning: %s\n"), advice);

  for (guint i = 0; config != NULL && scan != NULL && config->admins[i] != NULL; i++)
    if (chat_guest_scan_find (scan, config->admins[i]) == NULL)
      g_printerr (_("Warning: %s: the admin \"%s\" has no key in %s yet; give them one by: "
                     "chat-server add-user %s FILE.pem\n"),
                  folder->config_path, config->admins[i], folder->keys_path, config->admins[i]);

  if (config == NULL || key == NULL || scan == NULL || scan->problems->len > 0)
    {
      g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                           _("something has to be put right, see above"));
      return FALSE;
    }

  g_print (g_dngettext (GETTEXT_PACKAGE,
                        "All is well: %s, the server's key and %u user's key can be used.\n",
                        "All is well: %s, the server's key and %u users' keys can be used.\n",
                        scan->guests->len),
           folder->config_path, scan->guests->len);
  return TRUE;
}

static gboolean
backup (ChatServerFolder *folder, const ChatSecret *passphrase, char **arguments, GError **error)
{
  if (!chat_backup_make (folder, arguments[0], error))
    return FALSE;

  g_print (_("The backup is in %s. It holds the server's private key: keep it as safe as the "
              "server itself.\n"
              "To go on from it, copy it to where the server is to run, and start: chat-server "
              "--directory COPY\n"),
           arguments[0]);
  return TRUE;
}

static const struct
{
  const char *name;
  const char *arguments; /* NULL: it takes none */
  const char *help;
  guint n_arguments;
  AdminFunc run;
} commands[] = {
  { "add-user", N_("NAME FILE.pem"), N_("check a public key and put it on the guest list"), 2,
    add_user },
  { "remove-user", N_("NAME"), N_("take somebody off the guest list"), 1, remove_user },
  { "list-users", NULL, N_("show names, key sizes and fingerprints"), 0, list_users },
  { "fingerprint", NULL, N_("show the fingerprint of the server's key"), 0, print_fingerprint },
  { "check", NULL, N_("check config.json and all keys without starting; the exit status says"), 0,
    check },
  { "backup", N_("DIR"), N_("copy all that the server needs to a new folder, while it runs or not"),
    1, backup },
};

/**
 * chat_admin_dup_help:
 *
 * Returns: (transfer full): a line for each subcommand
 */
char *
chat_admin_dup_help (void)
{
  GString *help = g_string_new (_("Commands (without one the server runs):"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *arguments = commands[i].arguments != NULL ? _ (commands[i].arguments) : "";
      g_autofree char *usage = g_strconcat (commands[i].name, " ", arguments, NULL);
      g_autofree char *padded = chat_column_pad (usage, 26);

      g_string_append_printf (help, "\n  %s %s", padded, _ (commands[i].help));
    }

  return g_string_free (help, FALSE);
}

/**
 * chat_admin_run:
 * @folder: the server's folder
 * @passphrase: (nullable): of the server's private key
 * @command: a subcommand's name
 * @arguments: (array zero-terminated=1): what follows it
 *
 * Returns: an exit status, or -1 when there is no such subcommand
 */
int
chat_admin_run (ChatServerFolder *folder, const ChatSecret *passphrase, const char *command,
                char **arguments)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (!g_str_equal (commands[i].name, command))
        continue;
      if (g_strv_length (arguments) != commands[i].n_arguments)
        {
          g_printerr (_("Usage: chat-server [--directory DIR] %s %s\n"), command,
                      commands[i].arguments);
          return 2;
        }
      if (commands[i].run (folder, passphrase, arguments, &error))
        return EXIT_SUCCESS;

      chat_log_complain ("chat-server: %s", error->message);
      return EXIT_FAILURE;
    }

  return -1;
}
