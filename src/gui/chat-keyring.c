/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-keyring.h"

#include "chat-config.h"
#include "chat-file.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

/* A protected file does not tell which key is in it until it is open: so it is found by the hash
 * of its bytes. The key's own name is there as well, so that what was remembered for the same key
 * under an older passphrase can be found and replaced. */
#define ATTRIBUTE_FILE "file-sha256"
#define ATTRIBUTE_KEY "kid"

static const SecretSchema schema = {
  .name = CHAT_APP_ID ".Passphrase",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = {
      { ATTRIBUTE_FILE, SECRET_SCHEMA_ATTRIBUTE_STRING },
      { ATTRIBUTE_KEY, SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

typedef struct
{
  char *path;
  ChatPublicKey *key;     /* to store */
  ChatSecret *passphrase; /* likewise */
  char *digest;           /* once it is known */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free (work->path);
  g_clear_object (&work->key);
  g_clear_pointer (&work->passphrase, chat_secret_unref);
  g_free (work->digest);
  g_free (work);
}

static GTask *
begin (const char *path, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (path);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, work_free);

  return task;
}

/* The hash of the file */

static void
digest_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gsize size = 0;
  char *text = chat_file_read (data, CHAT_MAX_KEY_FILE, &size, &error);

  if (text == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task,
                         g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)text, size),
                         g_free);
  chat_wipe (text, size);
  g_free (text);
}

/* then: goes on with the task, which it owns. */
static void
digest (GTask *task, GAsyncReadyCallback then)
{
  Work *work = g_task_get_task_data (task);
  g_autoptr (GTask) inner = g_task_new (NULL, g_task_get_cancellable (task), then, task);

  g_task_set_task_data (inner, g_strdup (work->path), g_free);
  g_task_run_in_thread (inner, digest_in_thread);
}

static gboolean
take_digest (GTask *task, GAsyncResult *result)
{
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;

  work->digest = g_task_propagate_pointer (G_TASK (result), &error);
  if (work->digest == NULL)
    g_task_return_error (task, error);

  return work->digest != NULL;
}

/* Looking it up */

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *password = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (password == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_pointer (task, chat_secret_new (password, strlen (password)),
                           (GDestroyNotify)chat_secret_unref);
  /* It wipes. */
  secret_password_free (password);
}

static void
look_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);

  if (take_digest (task, result))
    secret_password_lookup (&schema, g_task_get_cancellable (task), found_cb,
                            g_object_ref (task), ATTRIBUTE_FILE, work->digest, NULL);
}

/**
 * chat_keyring_lookup_async:
 * @path: a protected key file
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks for its passphrase.
 */
void
chat_keyring_lookup_async (const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (path != NULL);

  digest (begin (path, chat_keyring_lookup_async, cancellable, callback, user_data), look_up_cb);
}

/**
 * chat_keyring_lookup_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the passphrase; %NULL without an error when it is not
 *   remembered
 */
ChatSecret *
chat_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Remembering it */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);
  g_autofree char *label = NULL;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* TRANSLATORS: what an entry of the keyring is called; a key's fingerprint */
  label = g_strdup_printf (_("Conclave: passphrase of the private key %s"),
                           chat_public_key_get_fingerprint (work->key));
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label,
                         chat_secret_get_string (work->passphrase), g_task_get_cancellable (task),
                         stored_cb, g_object_ref (task), ATTRIBUTE_FILE, work->digest,
                         ATTRIBUTE_KEY, chat_public_key_get_id (work->key), NULL);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);

  if (take_digest (task, result))
    secret_password_clear (&schema, g_task_get_cancellable (task), replaced_cb,
                           g_object_ref (task), ATTRIBUTE_KEY, chat_public_key_get_id (work->key),
                           NULL);
}

/**
 * chat_keyring_store_async:
 * @path: a protected key file
 * @key: the public half of the key in it
 * @passphrase: what opens it
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Remembers the passphrase, in place of an older one of the same key.
 */
void
chat_keyring_store_async (const char *path, ChatPublicKey *key, ChatSecret *passphrase,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task;
  Work *work;

  g_return_if_fail (path != NULL && CHAT_IS_PUBLIC_KEY (key) && passphrase != NULL);

  task = begin (path, chat_keyring_store_async, cancellable, callback, user_data);
  work = g_task_get_task_data (task);
  work->key = g_object_ref (key);
  work->passphrase = chat_secret_ref (passphrase);
  digest (task, store_cb);
}

/* Forgetting it */

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  /* FALSE without an error: there was nothing. */
  secret_password_clear_finish (result, &error);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
forget_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Work *work = g_task_get_task_data (task);

  if (take_digest (task, result))
    secret_password_clear (&schema, g_task_get_cancellable (task), cleared_cb,
                           g_object_ref (task), ATTRIBUTE_FILE, work->digest, NULL);
}

/**
 * chat_keyring_forget_async:
 * @path: a protected key file
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Forgets its passphrase.
 */
void
chat_keyring_forget_async (const char *path, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (path != NULL);

  digest (begin (path, chat_keyring_forget_async, cancellable, callback, user_data), forget_cb);
}

/**
 * chat_keyring_change_finish:
 * @result: a result of storing or forgetting
 * @error: return location
 *
 * Returns: whether it was done
 */
gboolean
chat_keyring_change_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
