/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-reload.h"

#include "chat-log.h"

/* What the thread needs, and what it finds. */
typedef struct
{
  ChatServerFolder *folder;
  ChatSecret *passphrase;
  ChatPublicKey *running_key;
  gboolean other_key;
  char *key_problem;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  chat_server_folder_free (self->folder);
  g_clear_pointer (&self->passphrase, chat_secret_unref);
  g_object_unref (self->running_key);
  g_free (self->key_problem);
  g_free (self);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reading *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) key_error = NULL;
  g_autoptr (ChatPrivateKey) key =
      chat_server_folder_load_key (self->folder, self->passphrase, &key_error);
  ChatServerConfig *config = chat_server_config_load (self->folder->config_path, &error);

  if (key == NULL)
    self->key_problem = g_strdup (key_error->message);
  else
    self->other_key = !chat_public_key_equal (chat_private_key_get_public (key), self->running_key);

  if (config != NULL)
    g_task_return_pointer (task, config, (GDestroyNotify) chat_server_config_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * chat_reload_read_async:
 * @folder: where the server runs
 * @passphrase: (nullable): of its private key
 * @running_key: the public half of the key that it uses
 * @callback: called when all has been read
 * @user_data: for @callback
 */
void
chat_reload_read_async (ChatServerFolder *folder, const ChatSecret *passphrase,
                        ChatPublicKey *running_key, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Reading *self = g_new0 (Reading, 1);

  /* Its own, because the server may be gone before the thread is. */
  self->folder = chat_server_folder_new (folder->path);
  self->passphrase = passphrase != NULL ? chat_secret_ref ((ChatSecret *) passphrase) : NULL;
  self->running_key = g_object_ref (running_key);
  g_task_set_source_tag (task, chat_reload_read_async);
  g_task_set_task_data (task, self, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * chat_reload_read_finish:
 * @result: the result
 * @error: return location for a #ChatConfigError
 *
 * Also says in the log what is wrong with the key pair: it is not used before the next start, and
 * that is a bad time to learn of it.
 *
 * Returns: (transfer full): the new settings
 */
ChatServerConfig *
chat_reload_read_finish (GAsyncResult *result, GError **error)
{
  GTask *task = G_TASK (result);
  Reading *self = g_task_get_task_data (task);

  if (self->key_problem != NULL)
    chat_log (CHAT_LOG_ERROR, "key-unusable", "problem", self->key_problem, "remedy",
              "the server goes on with the key that it has; put the files right before the next "
              "start",
              NULL);
  else if (self->other_key)
    chat_log (CHAT_LOG_WARNING, "needs-restart", "setting", self->folder->private_key_path,
              "remedy",
              "the server goes on with its old key; restart it to use the new one, and give the "
              "new public file to everybody first",
              NULL);

  return g_task_propagate_pointer (task, error);
}

static void
log_needs_restart (const char *setting, const char *in_force, const char *wanted)
{
  chat_log (CHAT_LOG_WARNING, "needs-restart", "setting", setting, "in-force", in_force, "wanted",
            wanted, "remedy", "restart the server to let it listen elsewhere", NULL);
}

/* Where the server listens cannot change: the old values stay, so that the next time it is said
 * again. */
static void
keep_address (ChatServerConfig *present, ChatServerConfig *fresh)
{
  g_autofree char *in_force = g_strdup_printf ("%u", present->server_port);
  g_autofree char *wanted = g_strdup_printf ("%u", fresh->server_port);

  if (!g_str_equal (present->server_ip, fresh->server_ip))
    log_needs_restart ("server_ip", present->server_ip, fresh->server_ip);
  if (present->server_port != fresh->server_port)
    log_needs_restart ("server_port", in_force, wanted);

  g_free (fresh->server_ip);
  fresh->server_ip = g_strdup (present->server_ip);
  fresh->server_port = present->server_port;
}

/**
 * chat_reload_apply:
 * @present: the settings that are in force
 * @fresh: (transfer full): new ones
 *
 * Puts the new settings into force, but for those that need a restart.
 */
void
chat_reload_apply (ChatServerConfig *present, ChatServerConfig *fresh)
{
  keep_address (present, fresh);
  chat_server_config_take (present, fresh);
}
