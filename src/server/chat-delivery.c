/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include <string.h>

struct _ChatDelivery
{
  guint ref_count; /* of the main context alone */
  GString *shared; /* all that is the same for every reader */
};

/* The rest of one reader's frame. A copy: the post has the keys of all readers, in a large room
 * a thousand times what this reader gets, and who reads slowly must not keep them in memory. */
typedef struct
{
  ChatDelivery *delivery;
  char text[];
} Rest;

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

static Rest *
rest_new (ChatDelivery *delivery, const char *kid, const char *encrypted_key, gsize *size)
{
  static const char middle[] = "\"},\"encrypted_key\":\"";
  static const char end[] = "\"}";
  Rest *self =
      g_malloc (sizeof (Rest) + strlen (kid) + sizeof middle + strlen (encrypted_key) + sizeof end);
  char *p = self->text;

  p = g_stpcpy (p, kid);
  p = g_stpcpy (p, middle);
  p = g_stpcpy (p, encrypted_key);
  p = g_stpcpy (p, end);
  *size = (gsize) (p - self->text);

  delivery->ref_count++;
  self->delivery = delivery;
  return self;
}

static void
rest_free (gpointer data)
{
  Rest *self = data;

  chat_delivery_unref (self->delivery);
  g_free (self);
}

/**
 * chat_delivery_send:
 * @self: a delivery
 * @link: a connection of the reader
 * @kid: the reader's key id
 * @encrypted_key: the content key wrapped for the reader
 *
 * Queues the message. What is the same for all readers is not copied before it is written.
 */
void
chat_delivery_send (ChatDelivery *self, ChatLink *link, const char *kid, const char *encrypted_key)
{
  gsize size;
  Rest *rest = rest_new (self, kid, encrypted_key, &size);
  const GOutputVector pieces[] = {
    { self->shared->str, self->shared->len },
    { rest->text, size },
  };

  chat_link_send_shared (link, pieces, G_N_ELEMENTS (pieces), rest, rest_free);
}
