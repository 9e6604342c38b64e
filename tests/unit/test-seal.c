/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-envelope.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-jwe.h"
#include "chat-key-cache.h"
#include "chat-limits.h"
#include "chat-seal.h"
#include "jose-keys.h"

#include <string.h>

static gint64 now;

/* In place of GLib's, so that a test can let a day pass. */
gint64
g_get_monotonic_time (void)
{
  return now;
}

/* n keys in turn: the first of them comes first again. */
static GPtrArray *
make_readers (guint n)
{
  GPtrArray *readers = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (readers, test_public_key (i % 3));
  return readers;
}

static ChatSeal *
make_seal (guint n_readers)
{
  g_autoptr (GPtrArray) readers = make_readers (n_readers);
  g_autoptr (GError) error = NULL;
  ChatSeal *seal = chat_seal_new (readers, &error);

  g_assert_no_error (error);
  return seal;
}

static char *
wrap (const ChatSecret *secret, guint key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) wrapped = chat_public_key_encrypt (test_public_key (key), secret, &error);

  g_assert_no_error (error);
  return chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
}

static ChatJwe *
parse (const char *frame)
{
  g_autoptr (GError) error = NULL;
  ChatJwe *jwe = chat_jwe_parse (frame, strlen (frame), &error);

  g_assert_no_error (error);
  return jwe;
}

/* The reader's way from a frame to its text. */
static void
assert_reads (ChatKeyCache *cache, const char *frame, const char *expected)
{
  g_autoptr (ChatJwe) jwe = parse (frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) key =
      chat_key_cache_unwrap (cache, chat_jwe_get_encrypted_key (jwe), &error);
  g_autoptr (ChatSecret) text = NULL;

  g_assert_no_error (error);
  text = chat_jwe_open (jwe, key, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chat_secret_get_string (text), ==, expected);
}

static void
test_envelope (void)
{
  g_autoptr (ChatKeyCache) cache = chat_key_cache_new (test_key (0), 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatEnvelope) envelope = chat_envelope_new (test_public_key (0), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"op\":\"%u\"}", i);
      g_autofree char *frame = NULL;
      g_autoptr (ChatJwe) jwe = NULL;
      gsize length;

      frame = chat_envelope_seal (envelope, json, strlen (json), &length);
      g_assert_cmpuint (length, ==, strlen (frame));
      jwe = parse (frame);
      g_assert_cmpstr (chat_jwe_get_kid (jwe), ==, chat_public_key_get_id (test_public_key (0)));
      g_assert_null (chat_jwe_get_unprotected (jwe));
      g_assert_null (chat_jwe_get_mid (jwe));
      assert_reads (cache, frame, json);
    }

  /* The point of it all: a hundred frames, one private operation. */
  g_assert_cmpuint (chat_key_cache_get_operations (cache), ==, 1);
}

static void
test_envelope_for_others (void)
{
  g_autoptr (ChatKeyCache) cache = chat_key_cache_new (test_key (1), 4);
  g_autoptr (ChatEnvelope) envelope = chat_envelope_new (test_public_key (0), NULL);
  g_autofree char *frame = chat_envelope_seal (envelope, "{}", 2, NULL);
  g_autoptr (ChatJwe) jwe = parse (frame);
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_key_cache_unwrap (cache, chat_jwe_get_encrypted_key (jwe), &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
}

static void
assert_cached (ChatKeyCache *cache, const char *encrypted_key, const ChatSecret *expected)
{
  g_autoptr (ChatSecret) key = chat_key_cache_lookup (cache, encrypted_key);

  g_assert_true (key != NULL ? expected != NULL && chat_secret_equal (key, expected)
                             : expected == NULL);
}

static void
test_cache_lru (void)
{
  g_autoptr (ChatKeyCache) cache = chat_key_cache_new (test_key (0), 2);
  ChatSecret *keys[3];
  char *wrapped[3];

  for (guint i = 0; i < 3; i++)
    {
      keys[i] = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
      wrapped[i] = wrap (keys[i], 0);
      assert_cached (cache, wrapped[i], NULL);
    }

  chat_secret_unref (chat_key_cache_unwrap (cache, wrapped[0], NULL));
  chat_secret_unref (chat_key_cache_unwrap (cache, wrapped[1], NULL));
  assert_cached (cache, wrapped[1], keys[1]);
  assert_cached (cache, wrapped[0], keys[0]); /* now 1 is the one that was not used for longest */
  chat_secret_unref (chat_key_cache_unwrap (cache, wrapped[2], NULL));
  assert_cached (cache, wrapped[0], keys[0]);
  assert_cached (cache, wrapped[1], NULL);
  assert_cached (cache, wrapped[2], keys[2]);
  g_assert_cmpuint (chat_key_cache_get_operations (cache), ==, 3);

  chat_secret_unref (chat_key_cache_unwrap (cache, wrapped[0], NULL));
  g_assert_cmpuint (chat_key_cache_get_operations (cache), ==, 3);
  chat_secret_unref (chat_key_cache_unwrap (cache, wrapped[1], NULL));
  g_assert_cmpuint (chat_key_cache_get_operations (cache), ==, 4);
  assert_cached (cache, wrapped[2], NULL);

  for (guint i = 0; i < 3; i++)
    {
      chat_secret_unref (keys[i]);
      g_free (wrapped[i]);
    }
}

/* A key that somebody still holds outlives its place in the cache, and the cache. */
static void
test_cache_ownership (void)
{
  ChatKeyCache *cache = chat_key_cache_new (test_key (0), 1);
  g_autoptr (ChatSecret) first = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (ChatSecret) second = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autofree char *first_wrapped = wrap (first, 0);
  g_autofree char *second_wrapped = wrap (second, 0);
  g_autoptr (ChatSecret) held = chat_key_cache_unwrap (cache, first_wrapped, NULL);
  g_autoptr (ChatSecret) other = chat_key_cache_unwrap (cache, second_wrapped, NULL);

  chat_key_cache_free (cache);
  g_assert_true (chat_secret_equal (held, first));
  g_assert_true (chat_secret_equal (other, second));
}

static void
test_cache_rejects (void)
{
  g_autoptr (ChatKeyCache) cache = chat_key_cache_new (test_key (0), 2);
  g_autoptr (ChatSecret) content_key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (ChatSecret) short_key = chat_secret_new_random (16);
  g_autofree char *good = wrap (content_key, 0);
  g_autofree char *short_wrapped = wrap (short_key, 0);
  g_autofree char *for_another = wrap (content_key, 1);
  const char *const invalid[] = { short_wrapped, for_another, "AAAA" };
  g_autoptr (GError) error = NULL;

  chat_secret_unref (chat_key_cache_unwrap (cache, good, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_assert_null (chat_key_cache_unwrap (cache, invalid[i], &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
      g_clear_error (&error);
      assert_cached (cache, invalid[i], NULL);
    }

  g_assert_null (chat_key_cache_unwrap (cache, "not base64url", &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  assert_cached (cache, good, content_key); /* junk did not push it out */
}

/* Checks one command; returns how many readers it names. */
static guint
check_command (ChatSeal *seal, const char *json, gboolean more)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = chat_json_parse_object (json, strlen (json), &error);
  gboolean announced = FALSE;

  g_assert_no_error (error);
  g_assert_cmpstr (chat_json_get_string (object, "op", NULL), ==, "seal");
  g_assert_cmpstr (chat_json_get_string (object, "id", NULL), ==, chat_seal_get_id (seal));
  g_assert_true (chat_json_get_optional_boolean (object, "more", &announced, NULL));
  g_assert_cmpint (announced, ==, more);
  return json_array_get_length (chat_json_get_array (object, "readers", NULL));
}

static void
test_seal (void)
{
  g_autoptr (ChatSeal) seal = make_seal (3);
  g_autoptr (ChatSeal) other = make_seal (3);
  g_autoptr (GPtrArray) commands = chat_seal_to_commands (seal);
  g_autoptr (JsonObject) command = NULL;
  JsonArray *readers;
  gsize size;

  g_assert_cmpuint (strlen (chat_seal_get_id (seal)), ==, CHAT_SEAL_ID_LENGTH);
  g_assert_cmpstr (chat_seal_get_id (seal), !=, chat_seal_get_id (other));
  g_assert_cmpstr (chat_seal_get_to (seal), ==, chat_seal_get_to (other));
  chat_secret_get_data (chat_seal_get_content_key (seal), &size);
  g_assert_cmpuint (size, ==, CHAT_CONTENT_KEY_SIZE);
  g_assert_false (
      chat_secret_equal (chat_seal_get_content_key (seal), chat_seal_get_content_key (other)));

  g_assert_cmpuint (commands->len, ==, 1);
  g_assert_cmpuint (check_command (seal, commands->pdata[0], FALSE), ==, 3);
  command = chat_json_parse_object (commands->pdata[0], strlen (commands->pdata[0]), NULL);
  readers = chat_json_get_array (command, "readers", NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ChatKeyCache) cache = chat_key_cache_new (test_key (i), 1);
      JsonObject *reader = chat_json_get_element_object (readers, i, NULL);
      const char *encrypted_key = chat_json_get_string (reader, "encrypted_key", NULL);

      g_assert_cmpstr (chat_json_get_string (reader, "kid", NULL), ==,
                       chat_public_key_get_id (test_public_key (i)));
      chat_secret_unref (chat_key_cache_unwrap (cache, encrypted_key, NULL));
      assert_cached (cache, encrypted_key, chat_seal_get_content_key (seal));
    }
}

static void
test_seal_duplicates (void)
{
  g_autoptr (ChatSeal) once = make_seal (3);
  g_autoptr (ChatSeal) twice = make_seal (6);
  g_autoptr (GPtrArray) commands = chat_seal_to_commands (twice);

  g_assert_cmpstr (chat_seal_get_to (once), ==, chat_seal_get_to (twice));
  g_assert_cmpuint (commands->len, ==, 1);
  g_assert_cmpuint (check_command (twice, commands->pdata[0], FALSE), ==, 3);
}

/* A public key like another's but for its exponent: another name, the same price. */
static ChatPublicKey *
make_public_key (guint n)
{
  GBytes *der = chat_public_key_get_der (test_public_key (0));
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  gsize size = g_bytes_get_size (der);
  g_autoptr (GError) error = NULL;
  ChatPublicKey *key;

  /* The exponent is the last member, three bytes of big-endian 65537. */
  bytes[size - 2] = n >> 7;
  bytes[size - 1] = n << 1 | 1;
  key = chat_public_key_new_from_der (bytes, size, &error);
  g_assert_no_error (error);
  return key;
}

static void
check_many_readers (guint n, guint n_commands, guint in_last)
{
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) commands = NULL;
  g_autoptr (ChatSeal) seal = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (readers, make_public_key (i));
  seal = chat_seal_new (readers, NULL);
  commands = chat_seal_to_commands (seal);

  g_assert_cmpuint (commands->len, ==, n_commands);
  for (guint i = 0; i + 1 < n_commands; i++)
    g_assert_cmpuint (check_command (seal, commands->pdata[i], TRUE), ==,
                      CHAT_SEAL_READERS_PER_FRAME);
  g_assert_cmpuint (check_command (seal, commands->pdata[n_commands - 1], FALSE), ==, in_last);
}

static void
test_seal_many_readers (void)
{
  check_many_readers (CHAT_SEAL_READERS_PER_FRAME, 1, CHAT_SEAL_READERS_PER_FRAME);
  check_many_readers (CHAT_SEAL_READERS_PER_FRAME + 1, 2, 1);
  check_many_readers (CHAT_SEAL_READERS_PER_FRAME * 2, 2, CHAT_SEAL_READERS_PER_FRAME);
}

/* However long the keys are, a command must fit a frame. */
static void
test_seal_fits_frame (void)
{
  gsize reader = strlen ("{\"kid\":\"\",\"encrypted_key\":\"\"},") + CHAT_KID_LENGTH
                 + (CHAT_MAX_RSA_BITS / 8 + 2) / 3 * 4;
  gsize json = CHAT_SEAL_READERS_PER_FRAME * reader + 100;

  g_assert_cmpuint (json / 3 * 4 + 4096, <, CHAT_MAX_FRAME);
}

static void
test_seal_messages (void)
{
  g_autoptr (ChatSeal) seal = make_seal (1);

  for (guint i = 0; i < CHAT_SEAL_MAX_MESSAGES; i++)
    g_assert_true (chat_seal_use (seal));
  g_assert_false (chat_seal_use (seal));
  g_assert_false (chat_seal_use (seal));
}

static void
test_seal_age (void)
{
  gint64 lifetime = (gint64)CHAT_SEAL_MAX_SECONDS * G_USEC_PER_SEC;
  g_autoptr (ChatSeal) seal = NULL;

  now = 12345;
  seal = make_seal (1);
  now += lifetime - 1;
  g_assert_true (chat_seal_use (seal));
  now += 1;
  g_assert_false (chat_seal_use (seal));
}

static void
test_reader_set_hash (void)
{
  /* printf '%s' A..A B..B | sha256sum, with 43 letters each, in base64url */
  static const char *const sorted[] = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" };
  static const char *const shuffled[] = { "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                          "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" };
  g_autofree char *hash = chat_reader_set_hash (sorted, 2);
  g_autofree char *same = chat_reader_set_hash (shuffled, 3);
  g_autofree char *alone = chat_reader_set_hash (sorted, 1);
  g_autofree char *nobody = chat_reader_set_hash (NULL, 0);

  g_assert_cmpstr (hash, ==, "AQSikFJKkWLbpaCpo76qOiGylzHqcs9OLmzE1wTeF68");
  g_assert_cmpstr (same, ==, hash);
  g_assert_cmpstr (alone, !=, hash);
  /* SHA-256 of nothing */
  g_assert_cmpstr (nobody, ==, "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
  g_assert_cmpstr (shuffled[0], ==, sorted[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/envelope/round-trip", test_envelope);
  g_test_add_func ("/envelope/for-others", test_envelope_for_others);
  g_test_add_func ("/key-cache/lru", test_cache_lru);
  g_test_add_func ("/key-cache/ownership", test_cache_ownership);
  g_test_add_func ("/key-cache/rejects", test_cache_rejects);
  g_test_add_func ("/seal/commands", test_seal);
  g_test_add_func ("/seal/duplicates", test_seal_duplicates);
  g_test_add_func ("/seal/many-readers", test_seal_many_readers);
  g_test_add_func ("/seal/fits-frame", test_seal_fits_frame);
  g_test_add_func ("/seal/messages", test_seal_messages);
  g_test_add_func ("/seal/age", test_seal_age);
  g_test_add_func ("/seal/reader-set-hash", test_reader_set_hash);

  return g_test_run ();
}
