/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fingerprint.h"

#include "chat-base64url.h"

#define HASH_SIZE 32

/**
 * chat_fingerprint_from_hash:
 * @hash: SHA-256 of a key's DER SubjectPublicKeyInfo
 *
 * Of the hash, 20 bytes are 160 bits: 32 letters of 5 bits, without a rest.
 *
 * Returns: (transfer full): eight groups of four letters
 */
char *
chat_fingerprint_from_hash (const guint8 *hash)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  g_autoptr (GString) text = g_string_sized_new (40);

  g_return_val_if_fail (hash != NULL, NULL);

  for (guint i = 0; i < 32; i++)
    {
      guint bit = i * 5;
      guint pair = hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);

      if (i > 0 && i % 4 == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, alphabet[pair >> (11 - bit % 8) & 31]);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * chat_fingerprint_from_kid:
 * @kid: the name of a key
 *
 * Makes what people compare from the name of a key.
 *
 * Returns: (transfer full) (nullable): the fingerprint of that key, which need not be at hand;
 *   %NULL where @kid is not the name of a key
 */
char *
chat_fingerprint_from_kid (const char *kid)
{
  g_autoptr (GBytes) hash = NULL;

  g_return_val_if_fail (kid != NULL, NULL);

  hash = chat_base64url_decode (kid, -1, NULL);
  if (hash == NULL || g_bytes_get_size (hash) != HASH_SIZE)
    return NULL;

  return chat_fingerprint_from_hash (g_bytes_get_data (hash, NULL));
}
