/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-aead.h"

#include "chat-error.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <string.h>

/* With a key of the right size GnuTLS fails here only for want of memory, which GLib programs do
 * not survive anyway. */
static gnutls_aead_cipher_hd_t
start_cipher (const ChatSecret *key)
{
  gnutls_aead_cipher_hd_t cipher = NULL;
  gnutls_datum_t datum;
  gsize size;
  int result;

  datum.data = (unsigned char *)chat_secret_get_data (key, &size);
  g_assert (size == CHAT_CONTENT_KEY_SIZE);
  datum.size = size;
  result = gnutls_aead_cipher_init (&cipher, GNUTLS_CIPHER_AES_256_GCM, &datum);
  if (result < 0)
    g_error ("AES-256-GCM: %s", gnutls_strerror (result));
  return cipher;
}

static void
fill_random (guint8 *data, gsize size)
{
  int result = gnutls_rnd (GNUTLS_RND_NONCE, data, size);

  /* A repeated iv would give away the key stream. */
  if (result < 0)
    g_error ("No random bytes: %s", gnutls_strerror (result));
}

/**
 * chat_aead_seal:
 * @key: a content key of %CHAT_CONTENT_KEY_SIZE bytes
 * @aad: (array length=aad_size) (element-type guint8): what is authenticated beside the text
 * @aad_size: its size
 * @plaintext: (array length=size) (element-type guint8): the text
 * @size: its size
 * @iv: (out caller-allocates): filled with fresh random bytes
 * @ciphertext: (out caller-allocates) (array length=size): may be @plaintext
 * @tag: (out caller-allocates): the authentication tag
 *
 * Encrypts by AES-256-GCM (RFC 7518, section 5.3). With random ivs one key is good for 2^32 texts
 * (NIST SP 800-38D, section 8.3); every caller makes a new one long before.
 */
void
chat_aead_seal (const ChatSecret *key, gconstpointer aad, gsize aad_size, gconstpointer plaintext,
                gsize size, guint8 iv[CHAT_IV_SIZE], guint8 *ciphertext, guint8 tag[CHAT_TAG_SIZE])
{
  gnutls_aead_cipher_hd_t cipher;
  giovec_t aad_vector = { (gpointer)aad, aad_size };
  giovec_t text_vector = { ciphertext, size };
  gsize tag_size = CHAT_TAG_SIZE;
  int result;

  g_return_if_fail (key != NULL);
  g_return_if_fail (plaintext != NULL || size == 0);

  /* The scattered variant works in place and keeps the tag apart, as a JWE does. */
  if (size > 0)
    memmove (ciphertext, plaintext, size);
  fill_random (iv, CHAT_IV_SIZE);
  cipher = start_cipher (key);
  result = gnutls_aead_cipher_encryptv2 (cipher, iv, CHAT_IV_SIZE, &aad_vector, 1, &text_vector, 1,
                                         tag, &tag_size);
  gnutls_aead_cipher_deinit (cipher);
  if (result < 0)
    g_error ("AES-256-GCM: %s", gnutls_strerror (result));
}

/**
 * chat_aead_open:
 * @key: a content key of %CHAT_CONTENT_KEY_SIZE bytes
 * @aad: (array length=aad_size) (element-type guint8): what was authenticated beside the text
 * @aad_size: its size
 * @iv: the initialization vector
 * @ciphertext: (array length=size) (element-type guint8): the sealed text
 * @size: its size
 * @tag: the authentication tag
 * @plaintext: (out caller-allocates) (array length=size): may be @ciphertext
 * @error: return location for %CHAT_JOSE_ERROR_INVALID
 *
 * Decrypts by AES-256-GCM (RFC 7518, section 5.3).
 *
 * Returns: whether text, iv, @aad and tag are what somebody with @key sealed; if not, @plaintext is
 * wiped
 */
gboolean
chat_aead_open (const ChatSecret *key, gconstpointer aad, gsize aad_size,
                const guint8 iv[CHAT_IV_SIZE], gconstpointer ciphertext, gsize size,
                const guint8 tag[CHAT_TAG_SIZE], guint8 *plaintext, GError **error)
{
  gnutls_aead_cipher_hd_t cipher;
  giovec_t aad_vector = { (gpointer)aad, aad_size };
  giovec_t text_vector = { plaintext, size };
  int result;

  g_return_val_if_fail (key != NULL, FALSE);
  g_return_val_if_fail (ciphertext != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (size > 0)
    memmove (plaintext, ciphertext, size);
  cipher = start_cipher (key);
  result = gnutls_aead_cipher_decryptv2 (cipher, iv, CHAT_IV_SIZE, &aad_vector, 1, &text_vector, 1,
                                         (gpointer)tag, CHAT_TAG_SIZE);
  gnutls_aead_cipher_deinit (cipher);
  if (result >= 0)
    return TRUE;

  chat_wipe (plaintext, size);
  g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                       "the ciphertext was changed on the way, or sealed with another key");
  return FALSE;
}
