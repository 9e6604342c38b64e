/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-copy.h"

#include "chat-file.h"
#include "chat-limits.h"
#include "chat-room-folder.h"
#include "chat-secret.h"

/* A file that is protected does not tell which key is in it: so its folder is named by the hash of
 * its bytes. The file keeps its name, because that is what the user knows it by. */
static char *
make_path (const char *path, const char *text, gsize size)
{
  g_autofree char *digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, size);
  g_autofree char *name = g_path_get_basename (path);

  return g_build_filename (g_get_user_data_dir (), "conclave", "keys", digest, name, NULL);
}

static char *
copy (const char *path, GError **error)
{
  gsize size = 0;
  char *text = chat_file_read (path, CHAT_MAX_KEY_FILE, &size, error);
  g_autofree char *target = NULL;
  g_autofree char *folder = NULL;
  gboolean done;

  if (text == NULL)
    return NULL;

  target = make_path (path, text, size);
  folder = g_path_get_dirname (target);
  done = chat_room_folder_make (folder, error)
         && chat_file_write (target, text, size, 0600, TRUE, error);
  chat_wipe (text, size);
  g_free (text);

  return done ? g_steal_pointer (&target) : NULL;
}

static void
copy_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *target = copy (data, &error);

  if (target != NULL)
    g_task_return_pointer (task, target, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * chat_key_copy_async:
 * @path: a file
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Copies it, for its owner alone, in a thread.
 */
void
chat_key_copy_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_key_copy_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, copy_in_thread);
}

/**
 * chat_key_copy_finish:
 * @result: a result
 * @error: return location for a #GFileError with a whole sentence
 *
 * Returns: (transfer full) (nullable): where the copy is
 */
char *
chat_key_copy_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
