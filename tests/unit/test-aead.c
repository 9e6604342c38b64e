/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-aead.h"

#include "chat-base64url.h"
#include "chat-error.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <string.h>

#define ZERO_KEY "0000000000000000000000000000000000000000000000000000000000000000"
#define MV_KEY "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define MV_TEXT                                                                                    \
  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"                               \
  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define MV_CIPHERTEXT                                                                              \
  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"                               \
  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

typedef struct
{
  const char *name;
  const char *key;
  const char *iv;
  const char *aad;
  const char *plaintext;
  const char *ciphertext;
  const char *tag;
} Vector;

/* McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B: those with AES-256.
 */
static const Vector vectors[] = {
  { "/aead/gcm-13", ZERO_KEY, "000000000000000000000000", "", "", "",
    "530f8afbc74536b9a963b4f1c4cb738b" },
  { "/aead/gcm-14", ZERO_KEY, "000000000000000000000000", "", "00000000000000000000000000000000",
    "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
  { "/aead/gcm-15", MV_KEY, "cafebabefacedbaddecaf888", "", MV_TEXT "1aafd255",
    MV_CIPHERTEXT "898015ad", "b094dac5d93471bdec1a502270e3cc6c" },
  { "/aead/gcm-16", MV_KEY, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    MV_TEXT, MV_CIPHERTEXT, "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static GBytes *
from_hex (const char *hex)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex += 2)
    {
      guint8 byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);

      g_byte_array_append (bytes, &byte, 1);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static ChatSecret *
to_secret (GBytes *bytes)
{
  return chat_secret_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autoptr (GBytes) key_bytes = from_hex (vector->key);
  g_autoptr (ChatSecret) key = to_secret (key_bytes);
  g_autoptr (GBytes) iv = from_hex (vector->iv);
  g_autoptr (GBytes) aad = from_hex (vector->aad);
  g_autoptr (GBytes) expected = from_hex (vector->plaintext);
  g_autoptr (GBytes) ciphertext = from_hex (vector->ciphertext);
  g_autoptr (GBytes) tag = from_hex (vector->tag);
  g_autoptr (GError) error = NULL;
  guint8 plaintext[128];

  chat_aead_open (key, g_bytes_get_data (aad, NULL), g_bytes_get_size (aad),
                  g_bytes_get_data (iv, NULL), g_bytes_get_data (ciphertext, NULL),
                  g_bytes_get_size (ciphertext), g_bytes_get_data (tag, NULL), plaintext, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (plaintext, g_bytes_get_size (ciphertext), g_bytes_get_data (expected, NULL),
                   g_bytes_get_size (expected));
}

/* RFC 7516, appendix A.1: an RSA-OAEP wrapping that we do not take, around an A256GCM text that we
 * do. */
static void
test_rfc7516 (void)
{
  const char *aad = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
  const char *expected = "The true sign of intelligence is not knowledge but imagination.";
  g_autoptr (GBytes) key_bytes =
      from_hex ("b1a1f480548fe1733fb403ff6b9ad4f68a076e5b702e22692f82cb2e7aea40fc");
  g_autoptr (ChatSecret) key = to_secret (key_bytes);
  g_autoptr (GBytes) iv = chat_base64url_decode ("48V1_ALb6US04U3b", -1, NULL);
  g_autoptr (GBytes) tag = chat_base64url_decode ("XFBoMYUZodetZdvTiFvSkQ", -1, NULL);
  g_autoptr (GBytes) ciphertext = chat_base64url_decode (
      "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A", -1,
      NULL);
  g_autoptr (GError) error = NULL;
  guint8 plaintext[128];

  chat_aead_open (key, aad, strlen (aad), g_bytes_get_data (iv, NULL),
                  g_bytes_get_data (ciphertext, NULL), g_bytes_get_size (ciphertext),
                  g_bytes_get_data (tag, NULL), plaintext, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (plaintext, g_bytes_get_size (ciphertext), expected, strlen (expected));
}

/* What GnuTLS makes of the same key and iv in one piece. */
static void
assert_same_as_gnutls (const ChatSecret *key, GBytes *plaintext, const guint8 *iv,
                       const guint8 *ciphertext, const guint8 *tag)
{
  gsize size = g_bytes_get_size (plaintext);
  gsize sealed_size = size + CHAT_TAG_SIZE;
  g_autofree guint8 *sealed = g_malloc (sealed_size);
  gnutls_datum_t datum = { (unsigned char *)chat_secret_get_data (key, NULL), 32 };
  gnutls_aead_cipher_hd_t cipher;

  g_assert_cmpint (gnutls_aead_cipher_init (&cipher, GNUTLS_CIPHER_AES_256_GCM, &datum), ==, 0);
  g_assert_cmpint (gnutls_aead_cipher_encrypt (cipher, iv, CHAT_IV_SIZE, "aad", 3, CHAT_TAG_SIZE,
                                               g_bytes_get_data (plaintext, NULL), size, sealed,
                                               &sealed_size),
                   ==, 0);
  gnutls_aead_cipher_deinit (cipher);
  g_assert_cmpmem (sealed, size, ciphertext, size);
  g_assert_cmpmem (sealed + size, CHAT_TAG_SIZE, tag, CHAT_TAG_SIZE);
}

static void
check_round_trip (gsize size)
{
  g_autoptr (ChatSecret) key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autofree guint8 *text = g_malloc (size + 1);
  g_autofree guint8 *buffer = g_malloc (size + 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint8 iv[CHAT_IV_SIZE], tag[CHAT_TAG_SIZE];

  for (gsize i = 0; i < size; i++)
    text[i] = g_test_rand_int_range (0, 256);
  bytes = g_bytes_new (text, size);
  buffer[size] = 0xa5;
  chat_aead_seal (key, "aad", 3, text, size, iv, buffer, tag);
  assert_same_as_gnutls (key, bytes, iv, buffer, tag);

  chat_aead_open (key, "aad", 3, iv, buffer, size, tag, buffer, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, size, text, size);
  g_assert_cmpint (buffer[size], ==, 0xa5);
}

static void
test_sizes (void)
{
  for (gsize size = 0; size <= 300; size++)
    check_round_trip (size);
  check_round_trip (65536);
  check_round_trip (1024 * 1024 - 1);
}

static void
test_fresh_iv (void)
{
  g_autoptr (ChatSecret) key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  guint8 iv[2][CHAT_IV_SIZE], ciphertext[2][4], tag[2][CHAT_TAG_SIZE];

  for (guint i = 0; i < 2; i++)
    chat_aead_seal (key, "", 0, "same", 4, iv[i], ciphertext[i], tag[i]);

  g_assert_true (memcmp (iv[0], iv[1], CHAT_IV_SIZE) != 0);
  g_assert_true (memcmp (tag[0], tag[1], CHAT_TAG_SIZE) != 0);
}

/* Every single bit that is flipped is noticed, and nothing of the text is given away then. */
static void
assert_refused (const ChatSecret *key, const guint8 *aad, const guint8 *iv,
                const guint8 *ciphertext, const guint8 *tag)
{
  const guint8 wiped[4] = { 0 };
  guint8 plaintext[4] = { 1, 2, 3, 4 };
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_aead_open (key, aad, 3, iv, ciphertext, 4, tag, plaintext, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
  g_assert_cmpmem (plaintext, 4, wiped, 4);
}

static void
test_tampering (void)
{
  struct
  {
    guint8 aad[3], iv[CHAT_IV_SIZE], ciphertext[4], tag[CHAT_TAG_SIZE];
  } sealed = { .aad = "aad" };
  guint8 *bytes = (guint8 *)&sealed;
  g_autoptr (ChatSecret) key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (ChatSecret) other = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);

  chat_aead_seal (key, sealed.aad, 3, "text", 4, sealed.iv, sealed.ciphertext, sealed.tag);
  for (gsize bit = 0; bit < sizeof sealed * 8; bit++)
    {
      bytes[bit / 8] ^= 1 << bit % 8;
      assert_refused (key, sealed.aad, sealed.iv, sealed.ciphertext, sealed.tag);
      bytes[bit / 8] ^= 1 << bit % 8;
    }

  assert_refused (other, sealed.aad, sealed.iv, sealed.ciphertext, sealed.tag);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    g_test_add_data_func (vectors[i].name, &vectors[i], test_vector);
  g_test_add_func ("/aead/rfc7516-a1", test_rfc7516);
  g_test_add_func ("/aead/sizes", test_sizes);
  g_test_add_func ("/aead/fresh-iv", test_fresh_iv);
  g_test_add_func ("/aead/tampering", test_tampering);

  return g_test_run ();
}
