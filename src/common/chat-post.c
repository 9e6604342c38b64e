/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-post.h"

/**
 * chat_post_new: (skip)
 *
 * Makes room for a message. All strings that are put in are freed with it.
 *
 * Returns: (transfer full): an empty post, whose fields are the caller's to fill
 */
ChatPost *
chat_post_new (void)
{
  ChatPost *self = g_new0 (ChatPost, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

/**
 * chat_post_ref: (skip)
 * @self: a post
 *
 * Takes another reference. The count is atomic; the fields are not guarded.
 *
 * Returns: (transfer full): @self
 */
ChatPost *
chat_post_ref (ChatPost *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * chat_post_unref:
 * @self: (transfer full): a post
 *
 * Drops a reference, and with the last one everything that the post holds.
 */
void
chat_post_unref (ChatPost *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->from);
  g_free (self->author_kid);
  g_clear_pointer (&self->author_key, g_bytes_unref);
  g_free (self->mid);
  g_free (self->protected);
  g_free (self->iv);
  g_free (self->ciphertext);
  g_free (self->tag);
  g_clear_pointer (&self->wrappings, chat_wrappings_unref);
  g_clear_pointer (&self->readers, chat_reader_set_unref);
  g_free (self->encrypted_key);
  g_free (self);
}
