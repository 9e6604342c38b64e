/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-cache.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-limits.h"

/* A hash table for finding, and a queue through the same entries, least recently used first, for
 * forgetting. */
typedef struct
{
  GList link; /* data is the entry itself */
  char *encrypted_key;
  ChatSecret *content_key;
} Entry;

struct _ChatKeyCache
{
  ChatPrivateKey *key;
  guint max_keys;
  guint64 operations;
  GHashTable *entries; /* (element-type utf8 Entry): the keys belong to the entries */
  GQueue recent;
};

static Entry *
entry_new (const char *encrypted_key, ChatSecret *content_key)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->link.data = entry;
  entry->encrypted_key = g_strdup (encrypted_key);
  entry->content_key = chat_secret_ref (content_key);
  return entry;
}

static void
entry_free (Entry *entry)
{
  chat_secret_unref (entry->content_key);
  g_free (entry->encrypted_key);
  g_free (entry);
}

static void
remember (ChatKeyCache *self, const char *encrypted_key, ChatSecret *content_key)
{
  Entry *entry;

  if (g_queue_get_length (&self->recent) == self->max_keys)
    {
      entry = g_queue_pop_head_link (&self->recent)->data;
      g_hash_table_remove (self->entries, entry->encrypted_key);
    }

  entry = entry_new (encrypted_key, content_key);
  g_hash_table_insert (self->entries, entry->encrypted_key, entry);
  g_queue_push_tail_link (&self->recent, &entry->link);
}

/**
 * chat_key_cache_new: (skip)
 * @key: the reader's key
 * @max_keys: how many content keys to remember, at least one
 *
 * Makes a cache for one reader. When it is full, the content key that was used least recently makes
 * room.
 *
 * Returns: (transfer full): an empty cache
 */
ChatKeyCache *
chat_key_cache_new (ChatPrivateKey *key, guint max_keys)
{
  ChatKeyCache *self;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (max_keys > 0, NULL);

  self = g_new0 (ChatKeyCache, 1);
  self->key = g_object_ref (key);
  self->max_keys = max_keys;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)entry_free);
  g_queue_init (&self->recent);
  return self;
}

/**
 * chat_key_cache_free:
 * @self: (transfer full): a cache
 *
 * Frees @self; content keys that nobody else holds are wiped.
 */
void
chat_key_cache_free (ChatKeyCache *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->entries); /* frees the links of the queue as well */
  g_object_unref (self->key);
  g_free (self);
}

/**
 * chat_key_cache_lookup:
 * @self: a cache
 * @encrypted_key: a wrapped content key, base64url
 *
 * Never does a private operation, so it may be called on a main loop.
 *
 * Returns: (transfer full) (nullable): the content key, if it is remembered
 */
ChatSecret *
chat_key_cache_lookup (ChatKeyCache *self, const char *encrypted_key)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (encrypted_key != NULL, NULL);

  entry = g_hash_table_lookup (self->entries, encrypted_key);
  if (entry == NULL)
    return NULL;

  g_queue_unlink (&self->recent, &entry->link);
  g_queue_push_tail_link (&self->recent, &entry->link);
  return chat_secret_ref (entry->content_key);
}

/**
 * chat_content_key_unwrap:
 * @key: the reader's key
 * @wrapped: a content key, encrypted for @key
 * @error: return location for a `CHAT_JOSE_ERROR`
 *
 * One RSA private operation: not on a main loop.
 *
 * Returns: (transfer full) (nullable): the content key
 */
ChatSecret *
chat_content_key_unwrap (ChatPrivateKey *key, GBytes *wrapped, GError **error)
{
  g_autoptr (ChatSecret) content_key = chat_private_key_decrypt (
      key, g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped), error);
  gsize size;

  if (content_key == NULL)
    return NULL;

  chat_secret_get_data (content_key, &size);
  if (size != CHAT_CONTENT_KEY_SIZE)
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                   "the content key has %" G_GSIZE_FORMAT " bytes where %d are expected", size,
                   CHAT_CONTENT_KEY_SIZE);
      return NULL;
    }

  return g_steal_pointer (&content_key);
}

static ChatSecret *
unwrap (ChatKeyCache *self, const char *encrypted_key, GError **error)
{
  g_autoptr (GBytes) wrapped = chat_base64url_decode (encrypted_key, -1, error);

  if (wrapped == NULL)
    return NULL;

  self->operations++;
  return chat_content_key_unwrap (self->key, wrapped, error);
}

/**
 * chat_key_cache_unwrap:
 * @self: a cache
 * @encrypted_key: a wrapped content key, base64url
 * @error: return location for a `CHAT_JOSE_ERROR`
 *
 * Looks up a content key, or else unwraps and remembers it. Failures are not remembered: whoever
 * sends junk would push out the keys of others.
 *
 * Returns: (transfer full) (nullable): the content key, of %CHAT_CONTENT_KEY_SIZE bytes
 */
ChatSecret *
chat_key_cache_unwrap (ChatKeyCache *self, const char *encrypted_key, GError **error)
{
  g_autoptr (ChatSecret) content_key = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (encrypted_key != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  content_key = chat_key_cache_lookup (self, encrypted_key);
  if (content_key != NULL)
    return g_steal_pointer (&content_key);

  content_key = unwrap (self, encrypted_key, error);
  if (content_key == NULL)
    return NULL;

  remember (self, encrypted_key, content_key);
  return g_steal_pointer (&content_key);
}

/**
 * chat_key_cache_get_operations:
 * @self: a cache
 *
 * Counts what is slow, for tests and benchmarks: a hit in the cache adds nothing.
 *
 * Returns: how many private operations it has begun since it was made
 */
guint64
chat_key_cache_get_operations (ChatKeyCache *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->operations;
}
