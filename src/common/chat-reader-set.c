/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-reader-set.h"

#include "chat-base64url.h"
#include "chat-limits.h"

#include <string.h>

struct _ChatReaderSet
{
  gatomicrefcount ref_count;
  char *to;
  guint n_kids;
  GRefString **kids; /* sorted by byte value, each once */
};

static int
compare_kids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* sorted: each once */
static char *
hash_sorted (const char *const *sorted, gsize n_kids)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  for (gsize i = 0; i < n_kids; i++)
    g_checksum_update (checksum, (const guchar *) sorted[i], -1);

  g_checksum_get_digest (checksum, digest, &size);
  return chat_base64url_encode (digest, size);
}

/**
 * chat_reader_set_new: (skip)
 * @kids: (array length=n_kids): the readers' key ids, in any order; repeated ones count once
 * @n_kids: how many
 *
 * Makes a set from key ids, which are copied and sorted.
 *
 * Returns: (transfer full): the set
 */
ChatReaderSet *
chat_reader_set_new (const char *const *kids, guint n_kids)
{
  ChatReaderSet *self = g_new0 (ChatReaderSet, 1);
  g_autofree const char **sorted = g_memdup2 (kids, n_kids * sizeof *kids);

  g_atomic_ref_count_init (&self->ref_count);
  if (n_kids > 0)
    qsort (sorted, n_kids, sizeof *sorted, compare_kids);

  self->kids = g_new0 (GRefString *, n_kids + 1);
  for (guint i = 0; i < n_kids; i++)
    if (self->n_kids == 0 || strcmp (self->kids[self->n_kids - 1], sorted[i]) != 0)
      self->kids[self->n_kids++] = g_ref_string_new (sorted[i]);
  self->to = hash_sorted ((const char *const *) self->kids, self->n_kids);

  return self;
}

/**
 * chat_reader_set_new_from_text: (skip)
 * @kids: key ids written one after the other, as [method@ReaderSet.to_text] gives them
 *
 * Makes a set from the form in which the store keeps it.
 *
 * Returns: (transfer full): the set
 */
ChatReaderSet *
chat_reader_set_new_from_text (const char *kids)
{
  guint n_kids = (guint) (strlen (kids) / CHAT_KID_LENGTH);
  g_autoptr (GPtrArray) array = g_ptr_array_new_full (n_kids, g_free);

  for (guint i = 0; i < n_kids; i++)
    g_ptr_array_add (array, g_strndup (kids + i * CHAT_KID_LENGTH, CHAT_KID_LENGTH));

  return chat_reader_set_new ((const char *const *) array->pdata, n_kids);
}

/**
 * chat_reader_set_ref: (skip)
 * @self: a set
 *
 * Takes another reference. Threads may hold one each, since a set never changes.
 *
 * Returns: (transfer full): @self
 */
ChatReaderSet *
chat_reader_set_ref (ChatReaderSet *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * chat_reader_set_unref:
 * @self: (transfer full): a set
 *
 * Drops a reference.
 */
void
chat_reader_set_unref (ChatReaderSet *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_kids; i++)
    g_ref_string_release (self->kids[i]);
  g_free (self->kids);
  g_free (self->to);
  g_free (self);
}

/**
 * chat_reader_set_get_to:
 * @self: a set
 *
 * Gives the hash that the claims of a message carry as `to`: it binds the words to those readers.
 *
 * Returns: (transfer none): the hash that names it
 */
const char *
chat_reader_set_get_to (ChatReaderSet *self)
{
  return self->to;
}

/**
 * chat_reader_set_get_size:
 * @self: a set
 *
 * Counts the readers, each once.
 *
 * Returns: how many readers it has
 */
guint
chat_reader_set_get_size (ChatReaderSet *self)
{
  return self->n_kids;
}

/**
 * chat_reader_set_get_kid:
 * @self: a set
 * @index: below its size
 *
 * Gives one reader. They are sorted by the bytes of their ids.
 *
 * Returns: (transfer none): a reader's key id, of which one may hold a reference
 */
GRefString *
chat_reader_set_get_kid (ChatReaderSet *self, guint index)
{
  g_return_val_if_fail (index < self->n_kids, NULL);

  return self->kids[index];
}

/**
 * chat_reader_set_find:
 * @self: a set
 * @kid: a key id
 * @index: (out) (optional): where it is
 *
 * Looks a reader up, in as many steps as the size has bits.
 *
 * Returns: whether @kid is a reader
 */
gboolean
chat_reader_set_find (ChatReaderSet *self, const char *kid, guint *index)
{
  GRefString **found = bsearch (&kid, self->kids, self->n_kids, sizeof *self->kids, compare_kids);

  if (found != NULL && index != NULL)
    *index = (guint) (found - self->kids);

  return found != NULL;
}

/**
 * chat_reader_set_to_text:
 * @self: a set
 *
 * Writes the set in the form in which the store keeps it. All ids are equally long, and so nothing
 * stands between them.
 *
 * Returns: (transfer full): all key ids, sorted, one after the other
 */
char *
chat_reader_set_to_text (ChatReaderSet *self)
{
  return g_strjoinv ("", self->kids);
}

/**
 * chat_reader_set_is_direct:
 * @self: a set
 * @author: the key id of a message's author
 * @reader: the key id of one who reads it
 *
 * Tells whether a message to this set can be a private one.
 *
 * Returns: whether @self is @reader alone, or @author and @reader: what @reader can work out
 * without being told
 */
gboolean
chat_reader_set_is_direct (ChatReaderSet *self, const char *author, const char *reader)
{
  return self->n_kids <= 2 && chat_reader_set_find (self, reader, NULL)
         && (self->n_kids == 1
             || (!g_str_equal (author, reader) && chat_reader_set_find (self, author, NULL)));
}

/**
 * chat_reader_set_hash:
 * @kids: (array length=n_kids): names of keys, in any order
 * @n_kids: how many
 *
 * Names a set of readers, as the claim `to` of a message does: base64url of the SHA-256 of the
 * names, sorted, each once, one after the other. They have equal lengths, so no two sets run
 * together into the same text.
 *
 * Returns: (transfer full): the hash
 */
char *
chat_reader_set_hash (const char *const *kids, gsize n_kids)
{
  g_autoptr (ChatReaderSet) set = NULL;

  g_return_val_if_fail (kids != NULL || n_kids == 0, NULL);

  set = chat_reader_set_new (kids, (guint) n_kids);
  return g_steal_pointer (&set->to);
}
