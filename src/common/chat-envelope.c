/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-envelope.h"

#include "chat-base64url.h"
#include "chat-jwe.h"
#include "chat-limits.h"

struct _ChatEnvelope
{
  ChatSecret *content_key;
  char *encrypted_key; /* content_key for the reader, base64url */
  char *kid;           /* of the reader */
};

/**
 * chat_envelope_new: (skip)
 * @reader: whom everything is sealed for
 * @error: return location for an error
 *
 * Makes a content key and wraps it for @reader: one RSA public operation.
 *
 * Returns: (transfer full) (nullable): an envelope for one direction of one connection
 */
ChatEnvelope *
chat_envelope_new (ChatPublicKey *reader, GError **error)
{
  g_autoptr (ChatEnvelope) self = NULL;
  g_autoptr (GBytes) wrapped = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (reader), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_new0 (ChatEnvelope, 1);
  self->content_key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  wrapped = chat_public_key_encrypt (reader, self->content_key, error);
  if (wrapped == NULL)
    return NULL;

  data = g_bytes_get_data (wrapped, &size);
  self->encrypted_key = chat_base64url_encode (data, size);
  self->kid = g_strdup (chat_public_key_get_id (reader));
  return g_steal_pointer (&self);
}

/**
 * chat_envelope_free:
 * @self: (transfer full): an envelope
 *
 * Frees @self and wipes its content key.
 */
void
chat_envelope_free (ChatEnvelope *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->content_key, chat_secret_unref);
  g_free (self->encrypted_key);
  g_free (self->kid);
  g_free (self);
}

/**
 * chat_envelope_seal:
 * @self: an envelope
 * @json: (array length=size): a command or a notice
 * @size: its size
 * @length: (out) (optional): the length of the result
 *
 * Seals one command or notice. That costs one AES-256-GCM; the wrapped key was made with the
 * envelope and is only copied.
 *
 * Returns: (transfer full): the JWE of a command or notice, as docs/PROTOCOL.md describes it
 */
char *
chat_envelope_seal (ChatEnvelope *self, const char *json, gsize size, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (json != NULL, NULL);

  return chat_jwe_seal (self->content_key, NULL, self->kid, self->encrypted_key, NULL, json, size,
                        length);
}
