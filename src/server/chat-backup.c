/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-backup.h"

#include "chat-database.h"
#include "chat-file.h"
#include "chat-limits.h"
#include "chat-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

static void
set_file_error (const char *path, const GError *cause, GError **error)
{
  g_set_error (error, cause->domain, cause->code, _("%s could not be backed up: %s"), path,
               cause->message);
}

/* Under its own name, whichever of the old and new ones that is. */
static gboolean
copy_file (const char *path, const char *folder, gsize max_size, int mode, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *target = g_build_filename (folder, name, NULL);
  g_autoptr (GError) cause = NULL;
  gsize size;
  char *data = chat_file_read (path, max_size, &size, &cause);
  gboolean ok = data != NULL && chat_file_write (target, data, size, mode, FALSE, &cause);

  if (data != NULL)
    chat_wipe (data, size);
  g_free (data);
  if (!ok)
    set_file_error (path, cause, error);
  return ok;
}

static gboolean
copy_guests (const char *folder, const char *target, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &cause);
  g_autofree char *keys = g_build_filename (target, "keys", NULL);
  const char *name;

  if (dir == NULL || g_mkdir (keys, 0700) < 0)
    {
      if (cause == NULL)
        cause = g_error_new_literal (G_FILE_ERROR, (int) g_file_error_from_errno (errno),
                                     g_strerror (errno));
      set_file_error (folder, cause, error);
      return FALSE;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_prefix (name, "key_") && g_str_has_suffix (name, ".pem")
          && !copy_file (path, keys, CHAT_MAX_KEY_FILE, 0644, error))
        return FALSE;
    }

  return TRUE;
}

/* A server that was never started has none. */
static gboolean
copy_history (const char *path, const char *target, GError **error)
{
  g_autofree char *copy = g_build_filename (target, "history.db", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (chat_database_copy (path, copy, error))
    return TRUE;

  g_prefix_error (error, _("The history in %s cannot be used: "), path);
  return FALSE;
}

/* The history last: all that was acknowledged before is in it. */
static gboolean
copy_all (ChatServerFolder *folder, const char *target, GError **error)
{
  return copy_file (folder->config_path, target, CHAT_MAX_CONFIG_FILE, 0644, error)
         && copy_file (folder->private_key_path, target, CHAT_MAX_KEY_FILE, 0600, error)
         && copy_file (folder->public_key_path, target, CHAT_MAX_KEY_FILE, 0644, error)
         && copy_guests (folder->keys_path, target, error)
         && copy_history (folder->history_path, target, error);
}

/* Of a folder that we have made, and its "keys". */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_unlink (child) < 0)
        remove_folder (child);
    }
  g_rmdir (path);
}

static void
sync_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static void
set_no_room_error (const char *target, int code, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (target);

  if (code == ENOENT)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                 _("The folder %s cannot be made, because there is no folder %s. Make that one "
                   "first"),
                 target, parent);
  else
    g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (code),
                 _("The folder %s cannot be made: %s. Move away what is in its place, or let the "
                   "user who runs this program write there"),
                 target, g_strerror (code));
}

static gboolean
move_into_place (const char *made, const char *target, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (target);

  sync_folder (made);
  if (g_rename (made, target) < 0)
    {
      int saved = errno;

      g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (saved),
                   _("%s could not be backed up: %s"), target, g_strerror (saved));
      return FALSE;
    }

  sync_folder (parent);
  return TRUE;
}

/**
 * chat_backup_make:
 * @folder: the server's folder
 * @path: a folder that is not there yet
 * @error: return location: a sentence with the remedy
 *
 * What has the name @path is a whole backup: it is made beside it and moved there at the end.
 *
 * Returns: whether the backup is there
 */
gboolean
chat_backup_make (ChatServerFolder *folder, const char *path, GError **error)
{
  /* Without the slash that a shell may add to its end. */
  g_autofree char *target = g_canonicalize_filename (path, NULL);
  g_autofree char *made = g_strconcat (target, ".XXXXXX", NULL);

  if (g_file_test (target, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                   _("%s is there already. Name a new folder for the backup, such as one with "
                      "today's date"),
                   target);
      return FALSE;
    }
  if (g_mkdtemp (made) == NULL)
    {
      set_no_room_error (target, errno, error);
      return FALSE;
    }

  if (copy_all (folder, made, error) && move_into_place (made, target, error))
    return TRUE;

  remove_folder (made);
  return FALSE;
}
