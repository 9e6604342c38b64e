/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-keys.h"

#include "chat-base64url.h"
#include "chat-limits.h"
#include "chat-reader-set.h"

#include <string.h>

/* Where a SubjectPublicKeyInfo of 2048 bits has bytes of the modulus, and neither its ends. */
#define IN_THE_MODULUS 150

ChatPrivateKey *
fuzz_get_private_key (void)
{
  static ChatPrivateKey *key;

  if (key == NULL)
    key = chat_private_key_generate (CHAT_MIN_RSA_BITS, NULL);

  return key;
}

static ChatPublicKey *
make_public_key (guint n)
{
  ChatPublicKey *own = chat_private_key_get_public (fuzz_get_private_key ());
  gsize size;
  gconstpointer der = g_bytes_get_data (chat_public_key_get_der (own), &size);
  g_autofree guint8 *copy = g_memdup2 (der, size);

  copy[IN_THE_MODULUS] ^= (guint8) n;

  return chat_public_key_new_from_der (copy, size, NULL);
}

ChatPublicKey *
fuzz_get_public_key (guint n)
{
  static ChatPublicKey *keys[FUZZ_N_KEYS];

  g_assert_cmpuint (n, <, FUZZ_N_KEYS);
  if (keys[n] == NULL)
    keys[n] = make_public_key (n);

  return keys[n];
}

const ChatSecret *
fuzz_get_content_key (void)
{
  static ChatSecret *key;

  if (key == NULL)
    key = chat_secret_new ("a content key that all can know.", CHAT_CONTENT_KEY_SIZE);

  return key;
}

const char *
fuzz_get_encrypted_key (void)
{
  static char *encrypted_key;
  g_autoptr (GBytes) wrapped = NULL;

  if (encrypted_key == NULL)
    {
      wrapped = chat_public_key_encrypt (fuzz_get_public_key (0), fuzz_get_content_key (), NULL);
      encrypted_key =
          chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
    }

  return encrypted_key;
}

static char *
dup_der (guint n)
{
  GBytes *der = chat_public_key_get_der (fuzz_get_public_key (n));

  return chat_base64url_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

static char *
dup_set (void)
{
  const char *kids[FUZZ_N_KEYS];

  for (guint i = 0; i < FUZZ_N_KEYS; i++)
    kids[i] = chat_public_key_get_id (fuzz_get_public_key (i));

  return chat_reader_set_hash (kids, FUZZ_N_KEYS);
}

static char *
dup_wrapping (void)
{
  guint8 zeros[CHAT_MIN_RSA_BITS / 8] = { 0 };

  return chat_base64url_encode (zeros, sizeof zeros);
}

/* NULL for a sign that stands for nothing. */
static const char *
find_value (char sign)
{
  static char *values[256];
  guint index = (guint8) sign;

  if (values[index] != NULL)
    return values[index];

  if (sign >= '0' && sign < '0' + FUZZ_N_KEYS)
    values[index] = g_strdup (chat_public_key_get_id (fuzz_get_public_key ((guint) (sign - '0'))));
  else if (sign >= 'D' && sign < 'D' + FUZZ_N_KEYS)
    values[index] = dup_der ((guint) (sign - 'D'));
  else if (sign == 'T')
    values[index] = dup_set ();
  else if (sign == 'W')
    values[index] = g_strdup (fuzz_get_encrypted_key ());
  else if (sign == 'K')
    values[index] = dup_wrapping ();

  return values[index];
}

char *
fuzz_expand (const char *text, gsize size)
{
  GString *result = g_string_sized_new (size);

  for (gsize i = 0; i < size; i++)
    {
      const char *value = text[i] == '$' && i + 1 < size ? find_value (text[i + 1]) : NULL;

      if (value != NULL)
        {
          g_string_append (result, value);
          i++;
        }
      else if (text[i] != '\0')
        g_string_append_c (result, text[i]);
    }

  return g_string_free (result, FALSE);
}
