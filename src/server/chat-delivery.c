/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include <string.h>

struct _ChatDelivery
{
  guint ref_count; /* of the main context alone */
  GString *shared; /* all that is the same for every reader */
};

/* What one reader's frame consists of. The post has the keys of all readers, in a large room a
 * thousand times what this reader gets: who reads slowly must not keep them in memory, so what is
 * kept of it is no more than this reader's share, and that only once for all messages of a seal. */
typedef struct
{
  ChatDelivery *delivery;
  GRefString *kid;
  GRefString *encrypted_key;
} Frame;

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

  g_string_free (self->shared, TRUE);
  g_free (self);
}

static Frame *
frame_new (ChatDelivery *delivery, GRefString *kid, GRefString *encrypted_key)
{
  Frame *self = g_new (Frame, 1);

  delivery->ref_count++;
  self->delivery = delivery;
  self->kid = g_ref_string_acquire (kid);
  self->encrypted_key = g_ref_string_acquire (encrypted_key);
  return self;
}

static void
frame_free (gpointer data)
{
  Frame *self = data;

  chat_delivery_unref (self->delivery);
  g_ref_string_release (self->kid);
  g_ref_string_release (self->encrypted_key);
  g_free (self);
}

/**
 * chat_delivery_send:
 * @self: a delivery
 * @link: a connection of the reader
 * @kid: the reader's key id
 * @encrypted_key: the content key wrapped for the reader
 *
 * Queues the message. Nothing of it is copied before it is written.
 */
void
chat_delivery_send (ChatDelivery *self, ChatLink *link, GRefString *kid,
                    GRefString *encrypted_key)
{
  static const char middle[] = "\"},\"encrypted_key\":\"";
  static const char end[] = "\"}";
  const GOutputVector pieces[] = {
    { self->shared->str, self->shared->len },
    { kid, g_ref_string_length (kid) },
    { middle, sizeof middle - 1 },
    { encrypted_key, g_ref_string_length (encrypted_key) },
    { end, sizeof end - 1 },
  };

  chat_link_send_shared (link, pieces, G_N_ELEMENTS (pieces),
                         frame_new (self, kid, encrypted_key), frame_free);
}
