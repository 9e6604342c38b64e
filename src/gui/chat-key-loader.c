/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-loader.h"

#include "chat-document.h"
#include "chat-key-file.h"

#include <glib/gi18n-lib.h>

/* What a thread needs; it owns all of it. */
typedef struct
{
  char *path;
  ChatSecret *passphrase;
  ChatPrivateKey *private_key;
  ChatPublicKey *public_key;
  gboolean overwrite;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_clear_pointer (&job->passphrase, chat_secret_unref);
  g_clear_object (&job->private_key);
  g_clear_object (&job->public_key);
  g_free (job);
}

static void
run (Job *job, gpointer tag, GTaskThreadFunc func, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  /* The thread only reads or writes a file: giving up on it at once harms nobody. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, func);
}

static Job *
job_new (const char *path, ChatSecret *passphrase)
{
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (path);
  job->passphrase = passphrase != NULL ? chat_secret_ref (passphrase) : NULL;

  return job;
}

static void
load_public_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  ChatPublicKey *key = chat_key_file_load_chosen_public (job->path, CHAT_KEY_OWNER_SERVER, &error);

  if (key != NULL)
    {
      g_task_return_pointer (task, key, g_object_unref);
      return;
    }
  chat_document_explain (job->path, error);
  g_task_return_error (task, error);
}

static void
load_private_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  ChatPrivateKey *key = chat_key_file_load_chosen_private (job->path, job->passphrase, &error);

  if (key != NULL)
    {
      g_task_return_pointer (task, key, g_object_unref);
      return;
    }
  chat_document_explain (job->path, error);
  g_task_return_error (task, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  gboolean saved = job->private_key != NULL
                       ? chat_key_file_save_private (job->private_key, job->path, job->passphrase,
                                                     job->overwrite, &error)
                       : chat_key_file_save_public (job->public_key, job->path,
                                                    job->overwrite, &error);

  if (saved)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * chat_key_loader_load_public_async:
 * @path: the file of the server's public key
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * chat_key_file_load_chosen_public() in a thread.
 */
void
chat_key_loader_load_public_async (const char *path, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (path != NULL);

  run (job_new (path, NULL), chat_key_loader_load_public_async, load_public_in_thread, cancellable,
       callback, user_data);
}

/**
 * chat_key_loader_load_public_finish:
 * @result: a result
 * @error: return location for a %CHAT_KEY_ERROR with a whole sentence
 *
 * Returns: (transfer full) (nullable): the key
 */
ChatPublicKey *
chat_key_loader_load_public_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_key_loader_load_private_async:
 * @path: the file of one's own key
 * @passphrase: (nullable): what opens it
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * chat_key_file_load_chosen_private() in a thread.
 */
void
chat_key_loader_load_private_async (const char *path, ChatSecret *passphrase,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (path != NULL);

  run (job_new (path, passphrase), chat_key_loader_load_private_async, load_private_in_thread,
       cancellable, callback, user_data);
}

/**
 * chat_key_loader_load_private_finish:
 * @result: a result
 * @error: return location for a %CHAT_KEY_ERROR with a whole sentence
 *
 * Returns: (transfer full) (nullable): the key
 */
ChatPrivateKey *
chat_key_loader_load_private_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_key_loader_save_private_async:
 * @key: a key
 * @path: a file
 * @passphrase: (nullable): to protect it by
 * @overwrite: whether the user wants a file that is there to be replaced
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * chat_key_file_save_private() in a thread.
 */
void
chat_key_loader_save_private_async (ChatPrivateKey *key, const char *path, ChatSecret *passphrase,
                                    gboolean overwrite, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job;

  g_return_if_fail (CHAT_IS_PRIVATE_KEY (key) && path != NULL);

  job = job_new (path, passphrase);
  job->private_key = g_object_ref (key);
  job->overwrite = overwrite;
  run (job, chat_key_loader_save_private_async, save_in_thread, cancellable, callback, user_data);
}

/**
 * chat_key_loader_save_public_async:
 * @key: a key
 * @path: a file
 * @overwrite: whether the user wants a file that is there to be replaced
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * chat_key_file_save_public() in a thread.
 */
void
chat_key_loader_save_public_async (ChatPublicKey *key, const char *path, gboolean overwrite,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  Job *job;

  g_return_if_fail (CHAT_IS_PUBLIC_KEY (key) && path != NULL);

  job = job_new (path, NULL);
  job->public_key = g_object_ref (key);
  job->overwrite = overwrite;
  run (job, chat_key_loader_save_public_async, save_in_thread, cancellable, callback, user_data);
}

/**
 * chat_key_loader_save_finish:
 * @result: a result of either of the two
 * @error: return location for a %CHAT_KEY_ERROR with a whole sentence
 *
 * Returns: whether the file is there now
 */
gboolean
chat_key_loader_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
