/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-folder.h"

#include "chat-file.h"
#include "chat-key-file.h"
#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define PRIVATE_KEY "server_private_key.pem"
#define PUBLIC_KEY "server_public_key.pem"

/* The names that an older version of the Python program used. */
#define OLD_PRIVATE_KEY "private_key.pem"
#define OLD_PUBLIC_KEY "public_key.pem"

/* A link that leads nowhere is there, too: what it stands for is not made in its place. */
static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static char *
in_folder (const char *directory, const char *name)
{
  return g_str_equal (directory, ".") ? g_strdup (name) : g_build_filename (directory, name, NULL);
}

static void
use_old_names_if_only_they_exist (ChatServerFolder *self, const char *directory)
{
  g_autofree char *old = in_folder (directory, OLD_PRIVATE_KEY);

  if (is_there (self->private_key_path) || !is_there (old))
    return;

  g_free (self->private_key_path);
  g_free (self->public_key_path);
  self->private_key_path = g_steal_pointer (&old);
  self->public_key_path = in_folder (directory, OLD_PUBLIC_KEY);
}

/**
 * chat_server_folder_new:
 * @directory: the folder, absolute or relative
 *
 * Returns: (transfer full): the names of what is or will be in it
 */
ChatServerFolder *
chat_server_folder_new (const char *directory)
{
  ChatServerFolder *self = g_new0 (ChatServerFolder, 1);

  self->lock_fd = -1;
  self->path = g_strdup (directory);
  self->config_path = in_folder (directory, "config.json");
  self->keys_path = in_folder (directory, "keys");
  self->private_key_path = in_folder (directory, PRIVATE_KEY);
  self->public_key_path = in_folder (directory, PUBLIC_KEY);
  self->history_path = in_folder (directory, "history.db");
  use_old_names_if_only_they_exist (self, directory);

  return self;
}

/**
 * chat_server_folder_free:
 * @self: (transfer full): the names
 */
void
chat_server_folder_free (ChatServerFolder *self)
{
  g_free (self->path);
  g_free (self->config_path);
  g_free (self->keys_path);
  g_free (self->private_key_path);
  g_free (self->public_key_path);
  g_free (self->history_path);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self);
}

/**
 * chat_server_folder_lock:
 * @self: the folder
 * @error: return location for a #GFileError
 *
 * Locks the folder itself, so that no file is left behind, whatever happens to the process.
 *
 * Returns: whether no other server runs in it
 */
gboolean
chat_server_folder_lock (ChatServerFolder *self, GError **error)
{
  int saved;

  self->lock_fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->lock_fd >= 0 && flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  saved = errno;
  if (saved == EWOULDBLOCK)
    g_set_error (
        error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
        _("Another chat-server runs in this folder (%s); stop it first, or choose another "
           "folder with --directory"),
        self->path);
  else
    g_set_error (
        error, G_FILE_ERROR, (int) g_file_error_from_errno (saved),
        _("The folder %s cannot be used: %s. Make it, or choose another one with --directory"),
        self->path, g_strerror (saved));
  return FALSE;
}

static gboolean
make_folder (const char *path, GPtrArray *made, GError **error)
{
  int saved;

  if (g_mkdir (path, 0700) == 0)
    {
      g_ptr_array_add (
          made, g_strdup_printf (_("%s/ (the guest list: a public key for each user)"), path));
      return TRUE;
    }
  saved = errno;
  if (saved == EEXIST && g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;

  g_set_error (
      error, G_FILE_ERROR, (int) g_file_error_from_errno (saved),
      _("The folder %s cannot be made: %s. Move away what is in its place, or let the user "
         "who runs this program write there"),
      path, g_strerror (saved));
  return FALSE;
}

static gboolean
make_config (ChatServerFolder *self, GPtrArray *made, GError **error)
{
  static const char text[] = "{\n  \"server_ip\": \"" CHAT_DEFAULT_ADDRESS
                             "\",\n  \"server_port\": " G_STRINGIFY (CHAT_DEFAULT_PORT) "\n}\n";

  if (is_there (self->config_path))
    return TRUE;

  if (!chat_file_write (self->config_path, text, strlen (text), 0644, FALSE, error))
    return FALSE;

  g_ptr_array_add (made, g_strdup_printf (_("%s (set \"server_ip\" to \"0.0.0.0\", or \"::\" for "
                                             "IPv6 too, to be reached from other computers)"),
                                          self->config_path));
  return TRUE;
}

static gboolean
make_key_pair (ChatServerFolder *self, GPtrArray *made, GError **error)
{
  g_autoptr (ChatPrivateKey) key = NULL;

  if (is_there (self->private_key_path))
    return TRUE;

  /* A public key without its private half: making a new pair would replace a key that users hold.
   */
  if (is_there (self->public_key_path))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                   _("%s is there and %s is not. Put the private key back, or move %s away: a new "
                      "pair is made then, and all "
                      "users need its public key"),
                   self->public_key_path, self->private_key_path, self->public_key_path);
      return FALSE;
    }

  key = chat_private_key_generate (CHAT_DEFAULT_RSA_BITS, error);
  if (key == NULL || !chat_key_file_save_private (key, self->private_key_path, NULL, FALSE, error)
      || !chat_key_file_save_public (chat_private_key_get_public (key), self->public_key_path,
                                     FALSE, error))
    return FALSE;

  g_ptr_array_add (made, g_strdup_printf (_("%s (the server's secret: never give it away)"),
                                          self->private_key_path));
  g_ptr_array_add (made, g_strdup_printf (_("%s (for your users)"), self->public_key_path));
  return TRUE;
}

/**
 * chat_server_folder_prepare_keys:
 * @self: the folder
 * @made: (element-type utf8): gets a line when the folder for the guests' keys was missing
 * @error: return location
 *
 * Returns: whether it is there now
 */
gboolean
chat_server_folder_prepare_keys (ChatServerFolder *self, GPtrArray *made, GError **error)
{
  return make_folder (self->keys_path, made, error);
}

/**
 * chat_server_folder_prepare:
 * @self: the folder
 * @made: (element-type utf8): gets a line for everything that was missing
 * @error: return location
 *
 * Makes what a server needs and does not find, once the config is known to be right. Replaces
 * nothing.
 *
 * Returns: (transfer full): the settings, when all is there
 */
ChatServerConfig *
chat_server_folder_prepare (ChatServerFolder *self, GPtrArray *made, GError **error)
{
  g_autoptr (ChatServerConfig) config = NULL;

  if (!make_config (self, made, error))
    return NULL;

  config = chat_server_config_load (self->config_path, error);
  if (config == NULL || !chat_server_folder_prepare_keys (self, made, error)
      || !make_key_pair (self, made, error))
    return NULL;

  return g_steal_pointer (&config);
}

/**
 * chat_server_folder_load_key:
 * @self: the folder
 * @passphrase: (nullable): for a protected key
 * @error: return location for a #ChatKeyError
 *
 * Returns: (transfer full): the server's key; its public file is there, too
 */
ChatPrivateKey *
chat_server_folder_load_key (ChatServerFolder *self, const ChatSecret *passphrase, GError **error)
{
  g_autoptr (ChatPrivateKey) key =
      chat_key_file_load_private (self->private_key_path, passphrase, error);
  g_autoptr (ChatPublicKey) public = NULL;

  if (key == NULL)
    return NULL;

  if (!is_there (self->public_key_path))
    return chat_key_file_save_public (chat_private_key_get_public (key), self->public_key_path,
                                      FALSE, error)
               ? g_steal_pointer (&key)
               : NULL;

  public = chat_key_file_load_public (self->public_key_path, CHAT_KEY_OWNER_SERVER, error);
  if (public == NULL)
    return NULL;
  if (!chat_public_key_equal (public, chat_private_key_get_public (key)))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   _("%s does not belong to %s. Put back the file that does, or remove it: it is "
                      "made anew from the private key"),
                   self->public_key_path, self->private_key_path);
      return NULL;
    }

  return g_steal_pointer (&key);
}

/**
 * chat_server_folder_check_history:
 * @self: the folder
 * @error: return location for a #GFileError
 *
 * SQLite would open a device or a pipe as well, and blame the disk.
 *
 * Returns: whether the history is a file, or none
 */
gboolean
chat_server_folder_check_history (ChatServerFolder *self, GError **error)
{
  if (!g_file_test (self->history_path, G_FILE_TEST_EXISTS)
      || g_file_test (self->history_path, G_FILE_TEST_IS_REGULAR))
    return TRUE;

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("%s is not a regular file"),
               self->history_path);
  g_prefix_error (error, _("The history in %s cannot be used: "), self->history_path);
  return FALSE;
}
