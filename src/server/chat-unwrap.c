/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-unwrap.h"

#include "chat-base64url.h"
#include "chat-key-cache.h"
#include "chat-worker-pool.h"

static ChatSecret *
unwrap_in_thread (ChatPrivateKey *key, const char *encrypted_key, GError **error)
{
  g_autoptr (GBytes) wrapped = chat_base64url_decode (encrypted_key, -1, error);

  return wrapped != NULL ? chat_content_key_unwrap (key, wrapped, error) : NULL;
}

static void
task_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  ChatSecret *secret =
      unwrap_in_thread (g_task_get_source_object (task), g_task_get_task_data (task), &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) chat_secret_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * chat_unwrap_async:
 * @key: the private key for which it is wrapped
 * @encrypted_key: a wrapped content key in base64url
 * @callback: called with the result
 * @user_data: for @callback
 *
 * One RSA private operation, in a thread.
 */
void
chat_unwrap_async (ChatPrivateKey *key, const char *encrypted_key, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = g_task_new (key, NULL, callback, user_data);

  g_task_set_source_tag (task, chat_unwrap_async);
  g_task_set_task_data (task, g_strdup (encrypted_key), g_free);
  chat_worker_pool_run (task_in_thread, task, TRUE);
}

/**
 * chat_unwrap_finish:
 * @result: the result
 * @error: return location for a #ChatJoseError
 *
 * Returns: (transfer full): the content key
 */
ChatSecret *
chat_unwrap_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_unwrap_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
