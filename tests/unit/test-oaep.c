/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-oaep.h"

#include "test-tools.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/bignum.h>
#include <string.h>

typedef struct
{
  struct rsa_public_key public;
  struct rsa_private_key private;
} KeyPair;

static void
set_hex (mpz_t       number,
         JsonObject *numbers,
         const char *member)
{
  g_assert_cmpint (mpz_set_str (number, json_object_get_string_member (numbers, member), 16), ==,
                   0);
}

static void
key_pair_init (KeyPair    *keys,
               JsonObject *numbers)
{
  rsa_public_key_init (&keys->public);
  rsa_private_key_init (&keys->private);
  set_hex (keys->public.n, numbers, "modulus");
  set_hex (keys->public.e, numbers, "publicExponent");
  set_hex (keys->private.p, numbers, "prime1");
  set_hex (keys->private.q, numbers, "prime2");
  set_hex (keys->private.a, numbers, "exponent1");
  set_hex (keys->private.b, numbers, "exponent2");
  set_hex (keys->private.c, numbers, "coefficient");
  g_assert_true (rsa_public_key_prepare (&keys->public));
  g_assert_true (rsa_private_key_prepare (&keys->private));
}

static void
key_pair_clear (KeyPair *keys)
{
  rsa_public_key_clear (&keys->public);
  rsa_private_key_clear (&keys->private);
}

static ChatSecret *
decrypt (KeyPair *keys,
         GBytes  *label,
         GBytes  *ciphertext)
{
  return chat_oaep_decrypt (&keys->public, &keys->private, g_bytes_get_data (label, NULL),
                            g_bytes_get_size (label), g_bytes_get_data (ciphertext, NULL),
                            g_bytes_get_size (ciphertext));
}

/* One published test: "valid" must give the message, "invalid" nothing. */
static void
check_vector (KeyPair    *keys,
              JsonObject *test)
{
  g_autoptr (GBytes) label = test_decode_hex (json_object_get_string_member (test, "label"));
  g_autoptr (GBytes) ciphertext = test_decode_hex (json_object_get_string_member (test, "ct"));
  g_autoptr (GBytes) expected = test_decode_hex (json_object_get_string_member (test, "msg"));
  g_autoptr (ChatSecret) message = decrypt (keys, label, ciphertext);
  const char *result = json_object_get_string_member (test, "result");
  const guint8 *data;
  gsize size;

  g_test_message ("tcId %" G_GINT64_FORMAT, json_object_get_int_member (test, "tcId"));
  g_assert_cmpint (message != NULL, ==, g_str_equal (result, "valid"));
  if (message == NULL)
    return;

  data = chat_secret_get_data (message, &size);
  g_assert_cmpmem (data, size, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
check_group (JsonObject *group,
             guint      *n_valid,
             guint      *n_invalid)
{
  JsonArray *tests = json_object_get_array_member (group, "tests");
  KeyPair keys;

  key_pair_init (&keys, json_object_get_object_member (group, "privateKey"));
  for (guint i = 0; i < json_array_get_length (tests); i++)
    {
      JsonObject *test = json_array_get_object_element (tests, i);

      check_vector (&keys, test);
      if (g_str_equal (json_object_get_string_member (test, "result"), "valid"))
        *n_valid += 1;
      else
        *n_invalid += 1;
    }
  key_pair_clear (&keys);
}

static void
test_vectors (gconstpointer name)
{
  g_autoptr (JsonObject) vectors = test_load_vectors (name);
  JsonArray *groups;
  guint n_valid = 0, n_invalid = 0;

  if (vectors == NULL)
    return;

  groups = json_object_get_array_member (vectors, "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    check_group (json_array_get_object_element (groups, i), &n_valid, &n_invalid);
  g_assert_cmpuint (n_valid, >=, 10);
  g_assert_cmpuint (n_invalid, >=, 10);
}

static void
random_bytes (void    *context,
              size_t   size,
              uint8_t *data)
{
  g_assert_cmpint (gnutls_rnd (GNUTLS_RND_RANDOM, data, size), >=, 0);
}

/* Made once: every test only reads it. */
static KeyPair *
get_key (void)
{
  static KeyPair keys;

  if (keys.public.size == 0)
    {
      rsa_public_key_init (&keys.public);
      rsa_private_key_init (&keys.private);
      mpz_set_ui (keys.public.e, 65537);
      g_assert_true (rsa_generate_keypair (&keys.public, &keys.private, NULL, random_bytes, NULL,
                                           NULL, 2048, 0));
    }

  return &keys;
}

static ChatSecret *
decrypt_bytes (KeyPair      *keys,
               gconstpointer ciphertext,
               gsize         size)
{
  return chat_oaep_decrypt (&keys->public, &keys->private, NULL, 0, ciphertext, size);
}

static void
test_round_trip (void)
{
  KeyPair *keys = get_key ();
  gsize k = keys->public.size;
  gsize sizes[] = { 0, 1, 32, k - 67, k - 66 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *message = g_malloc (sizes[i] + 1);
      g_autofree guint8 *ciphertext = g_malloc (k);
      g_autoptr (ChatSecret) opened = NULL;
      const guint8 *data;
      gsize size;

      random_bytes (NULL, sizes[i], message);
      g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, message, sizes[i], ciphertext));
      opened = decrypt_bytes (keys, ciphertext, k);
      g_assert_nonnull (opened);
      data = chat_secret_get_data (opened, &size);
      g_assert_cmpmem (data, size, message, sizes[i]);
    }
}

/* Bytes that decoding looks for, in the message itself. */
static void
test_zeros_and_ones (void)
{
  static const guint8 messages[][4] = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, { 0, 1, 0, 1 } };
  KeyPair *keys = get_key ();
  guint8 ciphertext[256];

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (ChatSecret) opened = NULL;
      const guint8 *data;
      gsize size;

      g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, messages[i], 4, ciphertext));
      opened = decrypt_bytes (keys, ciphertext, sizeof ciphertext);
      data = chat_secret_get_data (opened, &size);
      g_assert_cmpmem (data, size, messages[i], 4);
    }
}

static void
test_too_long (void)
{
  KeyPair *keys = get_key ();
  guint8 message[256] = { 0 };
  guint8 ciphertext[256];

  g_assert_false (chat_oaep_encrypt (&keys->public, NULL, 0, message, 256 - 65, ciphertext));
  g_assert_false (chat_oaep_encrypt (&keys->public, NULL, 0, message, 256, ciphertext));
}

static void
test_random (void)
{
  KeyPair *keys = get_key ();
  guint8 a[256], b[256];

  g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, "x", 1, a));
  g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, "x", 1, b));
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
}

static void
test_label (void)
{
  KeyPair *keys = get_key ();
  guint8 ciphertext[256];
  g_autoptr (ChatSecret) right = NULL;
  g_autoptr (ChatSecret) wrong = NULL;
  g_autoptr (ChatSecret) none = NULL;

  g_assert_true (chat_oaep_encrypt (&keys->public, "label", 5, "x", 1, ciphertext));
  right = chat_oaep_decrypt (&keys->public, &keys->private, "label", 5, ciphertext, 256);
  wrong = chat_oaep_decrypt (&keys->public, &keys->private, "labex", 5, ciphertext, 256);
  none = decrypt_bytes (keys, ciphertext, 256);
  g_assert_nonnull (right);
  g_assert_null (wrong);
  g_assert_null (none);
}

static void
test_changed (void)
{
  KeyPair *keys = get_key ();
  guint8 ciphertext[256];

  g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, "x", 1, ciphertext));
  for (guint i = 0; i < sizeof ciphertext; i++)
    {
      g_autoptr (ChatSecret) opened = NULL;

      ciphertext[i] ^= 1 << i % 8;
      opened = decrypt_bytes (keys, ciphertext, sizeof ciphertext);
      g_assert_null (opened);
      ciphertext[i] ^= 1 << i % 8;
    }
}

static void
test_wrong_size (void)
{
  KeyPair *keys = get_key ();
  guint8 ciphertext[257] = { 0 };

  /* A zero in front does not change the number, and yet it is no ciphertext of this key. */
  g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, "x", 1, ciphertext + 1));
  g_assert_null (decrypt_bytes (keys, ciphertext, 257));
  g_assert_null (decrypt_bytes (keys, ciphertext + 1, 255));
  g_assert_null (decrypt_bytes (keys, NULL, 0));
}

static void
assert_number_refused (KeyPair    *keys,
                       const mpz_t number)
{
  guint8 ciphertext[256];

  nettle_mpz_get_str_256 (sizeof ciphertext, ciphertext, number);
  g_assert_null (decrypt_bytes (keys, ciphertext, sizeof ciphertext));
}

static void
test_edge_numbers (void)
{
  KeyPair *keys = get_key ();
  mpz_t number;

  mpz_init (number);
  assert_number_refused (keys, number);
  mpz_set_ui (number, 1);
  assert_number_refused (keys, number);
  mpz_sub_ui (number, keys->public.n, 1);
  assert_number_refused (keys, number);
  mpz_set (number, keys->public.n);
  assert_number_refused (keys, number);
  mpz_set (number, keys->private.p); /* not coprime to n */
  assert_number_refused (keys, number);
  mpz_ui_pow_ui (number, 2, 2048);
  mpz_sub_ui (number, number, 1);
  assert_number_refused (keys, number);
  mpz_clear (number);
}

/* The same number modulo n, where it still fits: one ciphertext has one form only. */
static void
test_not_reduced (void)
{
  KeyPair *keys = get_key ();
  guint8 ciphertext[256];
  mpz_t number;
  gboolean fits = FALSE;

  for (guint i = 0; i < 200 && !fits; i++)
    {
      g_assert_true (chat_oaep_encrypt (&keys->public, NULL, 0, "x", 1, ciphertext));
      nettle_mpz_init_set_str_256_u (number, sizeof ciphertext, ciphertext);
      mpz_add (number, number, keys->public.n);
      fits = mpz_sizeinbase (number, 2) <= 2048;
      if (fits)
        assert_number_refused (keys, number);
      mpz_clear (number);
    }
  if (!fits)
    g_test_skip ("no sum fits for this modulus");
}

/* MGF1 once more, written apart from the one that is tested. */
static void
test_mask (guint8       *target,
           gsize         size,
           const guint8 *seed,
           gsize         seed_size)
{
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      guint8 counter[4] = { 0, 0, 0, i / 32 };
      guint8 block[32];
      gsize length = sizeof block;

      g_checksum_update (checksum, seed, seed_size);
      g_checksum_update (checksum, counter, sizeof counter);
      g_checksum_get_digest (checksum, block, &length);
      target[i] ^= block[i % 32];
    }
}

/* The encoded messages that decoding must refuse, one fault each; made as RFC 8017 says. */
static void
assert_encoded (guint    offset,
                guint8   change,
                gboolean opens)
{
  KeyPair *keys = get_key ();
  guint8 em[256] = { 0 };
  guint8 ciphertext[256];
  guint8 seed[32];
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (ChatSecret) opened = NULL;
  gsize length = 32;
  mpz_t number;

  g_checksum_get_digest (checksum, em + 33, &length);
  em[254] = 1;
  em[255] = 'x';
  random_bytes (NULL, sizeof seed, seed);
  memcpy (em + 1, seed, sizeof seed);
  em[offset] ^= change;
  test_mask (em + 33, 256 - 33, em + 1, 32);
  test_mask (em + 1, 32, em + 33, 256 - 33);

  nettle_mpz_init_set_str_256_u (number, sizeof em, em);
  mpz_powm (number, number, keys->public.e, keys->public.n);
  nettle_mpz_get_str_256 (sizeof ciphertext, ciphertext, number);
  mpz_clear (number);
  opened = decrypt_bytes (keys, ciphertext, sizeof ciphertext);
  g_assert_cmpint (opened != NULL, ==, opens);
}

static void
test_encoding (void)
{
  assert_encoded (0, 0, TRUE);
  assert_encoded (255, 'x' ^ 'y', TRUE);
  assert_encoded (0, 1, FALSE);           /* the first byte is not 0 */
  assert_encoded (33, 1, FALSE);          /* another label, at its first */
  assert_encoded (64, 0x80, FALSE);       /* and last byte */
  assert_encoded (65, 2, FALSE);          /* the padding is not 0, at its first */
  assert_encoded (253, 0x80, FALSE);      /* and last byte */
  assert_encoded (254, 1, FALSE);         /* no separator, then 'x' */
  assert_encoded (254, 3, FALSE);         /* 2 for a separator */
  assert_encoded (65, 1, TRUE);           /* a separator at once: a longer message */
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/oaep/vectors/2048", "rsa_oaep_2048_sha256_mgf1sha256.json",
                        test_vectors);
  g_test_add_data_func ("/oaep/vectors/3072", "rsa_oaep_3072_sha256_mgf1sha256.json",
                        test_vectors);
  g_test_add_data_func ("/oaep/vectors/4096", "rsa_oaep_4096_sha256_mgf1sha256.json",
                        test_vectors);
  g_test_add_func ("/oaep/round-trip", test_round_trip);
  g_test_add_func ("/oaep/zeros-and-ones", test_zeros_and_ones);
  g_test_add_func ("/oaep/too-long", test_too_long);
  g_test_add_func ("/oaep/random", test_random);
  g_test_add_func ("/oaep/label", test_label);
  g_test_add_func ("/oaep/changed", test_changed);
  g_test_add_func ("/oaep/wrong-size", test_wrong_size);
  g_test_add_func ("/oaep/edge-numbers", test_edge_numbers);
  g_test_add_func ("/oaep/not-reduced", test_not_reduced);
  g_test_add_func ("/oaep/encoding", test_encoding);

  return g_test_run ();
}
