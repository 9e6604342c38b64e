/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include <string.h>

struct _ChatDelivery
{
  guint ref_count; /* of the main context alone */
  ChatPost *post;  /* to which the keys belong */
  GString *shared; /* all that is the same for every reader */
};

/* Everything that is written here is base64url, a number, or a username: nothing that JSON would
 * have to escape. */

/**
 * chat_delivery_new:
 * @op: "message" or "history"
 * @post: a stored post
 *
 * Prepares the part of the frame that is the same for all readers.
 *
 * Returns: (transfer full): a delivery
 */
ChatDelivery *
chat_delivery_new (const char *op, ChatPost *post)
{
  ChatDelivery *self = g_new (ChatDelivery, 1);
  GString *shared = g_string_sized_new (strlen (post->ciphertext) + strlen (post->protected) + 256);

  g_string_append_printf (shared,
                          "{\"unprotected\":{\"op\":\"%s\",\"seq\":%" G_GINT64_FORMAT
                          ",\"at\":%" G_GINT64_FORMAT
                          ",\"from\":\"%s\"},\"protected\":\"%s\",\"iv\":\"%s\",\"ciphertext\":\"",
                          op, post->seq, post->at, post->from, post->protected, post->iv);
  g_string_append (shared, post->ciphertext);
  g_string_append_printf (shared, "\",\"tag\":\"%s\",\"header\":{\"kid\":\"", post->tag);

  self->ref_count = 1;
  self->post = chat_post_ref (post);
  self->shared = shared;
  return self;
}

/**
 * chat_delivery_unref:
 * @self: (transfer full): a delivery
 */
void
chat_delivery_unref (ChatDelivery *self)
{
  if (--self->ref_count > 0)
    return;

  chat_post_unref (self->post);
  g_string_free (self->shared, TRUE);
  g_free (self);
}

/**
 * chat_delivery_send:
 * @self: a delivery
 * @link: a connection of the reader
 * @kid: the reader's key id; it belongs to the post
 * @encrypted_key: the content key wrapped for the reader; it belongs to the post
 *
 * Queues the message. Nothing of it is copied before it is written.
 */
void
chat_delivery_send (ChatDelivery *self, ChatLink *link, const char *kid, const char *encrypted_key)
{
  static const char middle[] = "\"},\"encrypted_key\":\"";
  static const char end[] = "\"}";
  const GOutputVector pieces[] = {
    { self->shared->str, self->shared->len },
    { kid, strlen (kid) },
    { middle, sizeof middle - 1 },
    { encrypted_key, strlen (encrypted_key) },
    { end, sizeof end - 1 },
  };

  self->ref_count++;
  chat_link_send_shared (link, pieces, G_N_ELEMENTS (pieces), self,
                         (GDestroyNotify) chat_delivery_unref);
}
