/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file-kind.h"

#include "chat-file.h"
#include "chat-key-form.h"
#include "chat-limits.h"
#include "chat-secret.h"

static ChatFileKind
judge (const char *text, gsize size)
{
  ChatKeyForm form = chat_key_form_detect (text, size);
  gsize i = 0;

  if (chat_key_form_is_private (form))
    return CHAT_FILE_KIND_PRIVATE_KEY;
  if (chat_key_form_is_public (form) || form == CHAT_KEY_FORM_CERTIFICATE
      || form == CHAT_KEY_FORM_REQUEST || form == CHAT_KEY_FORM_DER_CERTIFICATE)
    return CHAT_FILE_KIND_PUBLIC_KEY;

  while (i < size && g_ascii_isspace (text[i]))
    i++;

  return i < size && text[i] == '{' ? CHAT_FILE_KIND_PROFILE : CHAT_FILE_KIND_OTHER;
}

static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gsize size = 0;
  char *text = chat_file_read (data, MAX (CHAT_MAX_KEY_FILE, CHAT_MAX_CONFIG_FILE), &size, &error);

  if (text == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_int (task, judge (text, size));
  chat_wipe (text, size);
  g_free (text);
}

/**
 * chat_file_kind_find_async:
 * @path: a file
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks into it.
 */
void
chat_file_kind_find_async (const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_file_kind_find_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, find_in_thread);
}

/**
 * chat_file_kind_find_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: what it is
 */
ChatFileKind
chat_file_kind_find_finish (GAsyncResult *result, GError **error)
{
  gssize kind;

  g_return_val_if_fail (g_task_is_valid (result, NULL), CHAT_FILE_KIND_OTHER);

  kind = g_task_propagate_int (G_TASK (result), error);

  return kind > 0 ? (ChatFileKind)kind : CHAT_FILE_KIND_OTHER;
}

/**
 * chat_file_kind_get_path:
 * @result: a result
 *
 * Returns: (transfer none): the file that was looked into
 */
const char *
chat_file_kind_get_path (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_get_task_data (G_TASK (result));
}
