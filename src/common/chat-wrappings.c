/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-wrappings.h"

struct _ChatWrappings
{
  gatomicrefcount ref_count;
  ChatReaderSet *readers;
  GRefString **encrypted_keys; /* in the order of readers; NULL where not known */
  gint64 row;
};

/**
 * chat_wrappings_new: (skip)
 * @encrypted_keys: (element-type utf8 utf8): by key id, the content key wrapped for it, in
 * base64url
 *
 * Makes the wrappings of a seal as a client has registered it, for all of its readers.
 *
 * Returns: (transfer full): the wrappings; everything is copied
 */
ChatWrappings *
chat_wrappings_new (GHashTable *encrypted_keys)
{
  ChatWrappings *self = g_new0 (ChatWrappings, 1);
  guint n_kids;
  g_autofree gpointer *kids = g_hash_table_get_keys_as_array (encrypted_keys, &n_kids);

  g_atomic_ref_count_init (&self->ref_count);
  self->readers = chat_reader_set_new ((const char *const *) kids, n_kids);
  self->encrypted_keys = g_new0 (GRefString *, n_kids + 1);
  for (guint i = 0; i < n_kids; i++)
    self->encrypted_keys[i] = g_ref_string_new (
        g_hash_table_lookup (encrypted_keys, chat_reader_set_get_kid (self->readers, i)));

  return self;
}

/**
 * chat_wrappings_new_for_reader: (skip)
 * @readers: for whom the content key is wrapped
 * @kid: one of them
 * @encrypted_key: the content key wrapped for that one, in base64url
 *
 * What one reader knows of a seal.
 *
 * Returns: (transfer full) (nullable): the wrappings; %NULL when @kid is not among @readers
 */
ChatWrappings *
chat_wrappings_new_for_reader (ChatReaderSet *readers, const char *kid, const char *encrypted_key)
{
  ChatWrappings *self;
  guint index;

  if (!chat_reader_set_find (readers, kid, &index))
    return NULL;

  self = g_new0 (ChatWrappings, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->readers = chat_reader_set_ref (readers);
  self->encrypted_keys = g_new0 (GRefString *, chat_reader_set_get_size (readers) + 1);
  self->encrypted_keys[index] = g_ref_string_new (encrypted_key);

  return self;
}

/**
 * chat_wrappings_ref: (skip)
 * @self: wrappings
 *
 * Takes another reference. Threads may hold one each.
 *
 * Returns: (transfer full): @self
 */
ChatWrappings *
chat_wrappings_ref (ChatWrappings *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * chat_wrappings_unref:
 * @self: (transfer full): wrappings
 *
 * Drops a reference.
 */
void
chat_wrappings_unref (ChatWrappings *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < chat_reader_set_get_size (self->readers); i++)
    g_clear_pointer (&self->encrypted_keys[i], g_ref_string_release);
  g_free (self->encrypted_keys);
  chat_reader_set_unref (self->readers);
  g_free (self);
}

/**
 * chat_wrappings_get_readers:
 * @self: wrappings
 *
 * Gives the reader set; an index into it is what [method@Wrappings.get_encrypted_key] takes.
 *
 * Returns: (transfer none): for whom the content key is wrapped
 */
ChatReaderSet *
chat_wrappings_get_readers (ChatWrappings *self)
{
  return self->readers;
}

/**
 * chat_wrappings_get_encrypted_key:
 * @self: wrappings
 * @reader: an index into the reader set
 *
 * Gives what one reader gets. In an archive only one's own wrapping is known.
 *
 * Returns: (transfer none) (nullable): the content key wrapped for that reader, in base64url; %NULL
 * when it is not known
 */
GRefString *
chat_wrappings_get_encrypted_key (ChatWrappings *self, guint reader)
{
  return self->encrypted_keys[reader];
}

/**
 * chat_wrappings_get_row_in_thread:
 * @self: wrappings
 *
 * For the store's thread only: says whether the seal is in the database already.
 *
 * Returns: what [method@Wrappings.set_row_in_thread] has set, or 0
 */
gint64
chat_wrappings_get_row_in_thread (ChatWrappings *self)
{
  return self->row;
}

/**
 * chat_wrappings_set_row_in_thread:
 * @self: wrappings
 * @row: a row of the store
 *
 * For the store's thread only: notes where the database has the seal, so that each is written once.
 */
void
chat_wrappings_set_row_in_thread (ChatWrappings *self, gint64 row)
{
  self->row = row;
}
