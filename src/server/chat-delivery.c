/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include <string.h>

/* Everything that is written here is base64url, a number, or a username: nothing that JSON would
 * have to escape. */

/**
 * chat_delivery_init:
 * @self: (out caller-allocates): a delivery
 * @op: "message" or "history"
 * @post: a stored post
 *
 * Prepares the part of the frame that is the same for all readers.
 */
void
chat_delivery_init (ChatDelivery *self, const char *op, ChatPost *post)
{
  self->shared = g_string_sized_new (strlen (post->ciphertext) + strlen (post->protected) + 256);
  g_string_append_printf (self->shared,
                          "{\"unprotected\":{\"op\":\"%s\",\"seq\":%" G_GINT64_FORMAT
                          ",\"at\":%" G_GINT64_FORMAT
                          ",\"from\":\"%s\"},\"protected\":\"%s\",\"iv\":\"%s\",\"ciphertext\":\"",
                          op, post->seq, post->at, post->from, post->protected, post->iv);
  g_string_append (self->shared, post->ciphertext);
  g_string_append_printf (self->shared, "\",\"tag\":\"%s\",\"header\":{\"kid\":\"", post->tag);
}

/**
 * chat_delivery_clear:
 * @self: a delivery
 */
void
chat_delivery_clear (ChatDelivery *self)
{
  g_string_free (self->shared, TRUE);
}

/**
 * chat_delivery_send:
 * @self: a delivery
 * @link: a connection of the reader
 * @kid: the reader's key id
 * @encrypted_key: the content key wrapped for the reader
 */
void
chat_delivery_send (ChatDelivery *self, ChatLink *link, const char *kid, const char *encrypted_key)
{
  static const char middle[] = "\"},\"encrypted_key\":\"";
  static const char end[] = "\"}";
  const GOutputVector vectors[] = {
    { self->shared->str, self->shared->len },
    { kid, strlen (kid) },
    { middle, sizeof middle - 1 },
    { encrypted_key, strlen (encrypted_key) },
    { end, sizeof end - 1 },
  };

  chat_link_send_vectors (link, vectors, G_N_ELEMENTS (vectors));
}
