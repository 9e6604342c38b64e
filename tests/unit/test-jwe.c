/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jwe.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-limits.h"

#include <string.h>

#define KID "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define MID "0b7f7c3e-5d0a-4c1e-9b1f-6a2d3c4e5f60"
#define GOOD_PROTECTED "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}"
#define IV "\"iv\":\"AAAAAAAAAAAAAAAA\""
#define TEXT "\"ciphertext\":\"AAAA\""
#define TAG "\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\""
#define GOOD_REST IV "," TEXT "," TAG

/* A frame whose protected header is the base64url of some text. */
static char *
make_frame (const char *protected, const char *rest)
{
  g_autofree char *encoded = chat_base64url_encode (protected, strlen (protected));

  return g_strdup_printf ("{\"protected\":\"%s\",%s}", encoded, rest);
}

static ChatJwe *
parse (const char *frame, GError **error)
{
  return chat_jwe_parse (frame, strlen (frame), error);
}

static ChatSecret *
make_key (guint8 first_byte)
{
  guint8 bytes[CHAT_CONTENT_KEY_SIZE] = { first_byte };

  return chat_secret_new (bytes, sizeof bytes);
}

static void
assert_opens_to (ChatJwe *jwe, const ChatSecret *key, gconstpointer expected, gsize expected_size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) plaintext = chat_jwe_open (jwe, key, &error);
  const guint8 *data;
  gsize size;

  g_assert_no_error (error);
  data = chat_secret_get_data (plaintext, &size);
  g_assert_cmpmem (data, size, expected, expected_size);
}

static void
test_round_trip (void)
{
  const char *unprotected = "{\"op\":\"message\",\"seq\":7,\"from\":\"zo\\u00eb\"}";
  g_autoptr (ChatSecret) key = make_key (1);
  g_autoptr (ChatJwe) jwe = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *frame = NULL;
  gsize length;

  frame = chat_jwe_seal (key, unprotected, KID, "AQAB", MID, "signed", 6, &length);
  g_assert_cmpuint (length, ==, strlen (frame));
  jwe = chat_jwe_parse (frame, length, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (chat_jwe_get_kid (jwe), ==, KID);
  g_assert_cmpstr (chat_jwe_get_encrypted_key (jwe), ==, "AQAB");
  g_assert_cmpstr (chat_jwe_get_mid (jwe), ==, MID);
  g_assert_cmpstr (json_object_get_string_member (chat_jwe_get_unprotected (jwe), "from"), ==,
                   "zoë");
  g_assert_cmpuint (strlen (chat_jwe_get_iv (jwe)), ==, 16);
  g_assert_cmpuint (strlen (chat_jwe_get_tag (jwe)), ==, 22);
  g_assert_cmpuint (strlen (chat_jwe_get_ciphertext (jwe)), ==, 8);
  assert_opens_to (jwe, key, "signed", 6);
}

static void
test_minimal (void)
{
  g_autoptr (ChatSecret) key = make_key (1);
  g_autoptr (ChatJwe) jwe = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *frame = chat_jwe_seal (key, NULL, NULL, NULL, NULL, "", 0, NULL);

  jwe = parse (frame, &error);
  g_assert_no_error (error);
  g_assert_null (chat_jwe_get_kid (jwe));
  g_assert_null (chat_jwe_get_encrypted_key (jwe));
  g_assert_null (chat_jwe_get_mid (jwe));
  g_assert_null (chat_jwe_get_unprotected (jwe));
  g_assert_cmpstr (chat_jwe_get_ciphertext (jwe), ==, "");
  assert_opens_to (jwe, key, "", 0);
}

/* The text of the frame is part of the protocol: this is what other programs read. */
static void
test_written_form (void)
{
  g_autoptr (ChatSecret) key = make_key (1);
  g_autofree char *frame = chat_jwe_seal (key, "{\"op\":\"x\"}", KID, "AQAB", MID, "abc", 3, NULL);
  const char *header = "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"mid\":\"" MID "\"}";
  g_autofree char *protected = chat_base64url_encode (header, strlen (header));
  g_autofree char *start =
      g_strconcat ("{\"protected\":\"", protected,
                   "\",\"unprotected\":{\"op\":\"x\"},\"header\":{\"kid\":\"" KID
                   "\"},\"encrypted_key\":\"AQAB\",\"iv\":\"",
                   NULL);

  g_assert_true (g_str_has_prefix (frame, start));
}

static void
test_large (void)
{
  gsize size = 600 * 1024;
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (ChatSecret) key = make_key (1);
  g_autoptr (ChatJwe) jwe = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *frame = chat_jwe_seal (key, NULL, KID, "AQAB", NULL, text, size, NULL);

  jwe = parse (frame, &error);
  g_assert_no_error (error);
  assert_opens_to (jwe, key, text, size);
}

static void
test_unknown_members (void)
{
  g_autofree char *frame =
      make_frame ("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"typ\":\"x\"}",
                  "\"future\":[1],\"header\":{\"apu\":\"x\"}," GOOD_REST);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = parse (frame, &error);

  g_assert_no_error (error);
  g_assert_null (chat_jwe_get_kid (jwe));
}

static void
assert_not_opened (const char *frame, const ChatSecret *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = parse (frame, &error);

  g_assert_no_error (error);
  g_assert_null (chat_jwe_open (jwe, key, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
}

/* The same texts with another protected header: it is the additional authenticated data. */
static void
test_tampering (void)
{
  g_autoptr (ChatSecret) key = make_key (1);
  g_autoptr (ChatSecret) other_key = make_key (2);
  g_autofree char *frame = chat_jwe_seal (key, NULL, KID, "AQAB", MID, "signed", 6, NULL);
  g_autoptr (ChatJwe) jwe = parse (frame, NULL);
  g_autofree char *rest =
      g_strdup_printf ("\"iv\":\"%s\",\"ciphertext\":\"%s\",\"tag\":\"%s\"", chat_jwe_get_iv (jwe),
                       chat_jwe_get_ciphertext (jwe), chat_jwe_get_tag (jwe));
  g_autofree char *without_mid = make_frame (GOOD_PROTECTED, rest);
  g_autofree char *blank =
      make_frame ("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"mid\":\"" MID "\" }", rest);

  assert_opens_to (jwe, key, "signed", 6);
  assert_not_opened (frame, other_key);
  assert_not_opened (without_mid, key);
  assert_not_opened (blank, key);
}

/* Nothing that is cut off is a frame. */
static void
test_truncated (void)
{
  g_autoptr (ChatSecret) key = make_key (1);
  g_autofree char *frame = chat_jwe_seal (key, "{\"op\":\"x\"}", KID, "AQAB", MID, "abc", 3, NULL);

  for (gsize size = 1; size < strlen (frame); size++)
    {
      g_autofree char *part = g_memdup2 (frame, size); /* a block that ends there */
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_jwe_parse (part, size, &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
    }
}

typedef struct
{
  const char *name;
  const char *protected;
  const char *rest;
  ChatJoseError code;
  const char *named; /* what the error speaks of */
} Reject;

#define MALFORMED CHAT_JOSE_ERROR_MALFORMED
#define UNSUPPORTED CHAT_JOSE_ERROR_UNSUPPORTED
#define WITH(members) "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"," members "}"

static const Reject rejects[] = {
  /* The protected header. */
  { "empty", "", GOOD_REST, MALFORMED, "\"protected\"" },
  { "no-object", "[]", GOOD_REST, MALFORMED, "\"protected\"" },
  { "no-alg", "{\"enc\":\"A256GCM\"}", GOOD_REST, MALFORMED, "\"alg\"" },
  { "no-enc", "{\"alg\":\"RSA-OAEP-256\"}", GOOD_REST, MALFORMED, "\"enc\"" },
  { "alg-number", "{\"alg\":1,\"enc\":\"A256GCM\"}", GOOD_REST, MALFORMED, "\"alg\"" },
  { "alg-oaep", "{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}", GOOD_REST, UNSUPPORTED, "\"alg\"" },
  { "alg-dir", "{\"alg\":\"dir\",\"enc\":\"A256GCM\"}", GOOD_REST, UNSUPPORTED, "\"alg\"" },
  { "alg-case", "{\"alg\":\"rsa-oaep-256\",\"enc\":\"A256GCM\"}", GOOD_REST, UNSUPPORTED,
    "\"alg\"" },
  { "enc-cbc", "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A128CBC-HS256\"}", GOOD_REST, UNSUPPORTED,
    "\"enc\"" },
  { "zip", WITH ("\"zip\":\"DEF\""), GOOD_REST, UNSUPPORTED, "\"zip\"" },
  { "crit", WITH ("\"crit\":[\"exp\"]"), GOOD_REST, UNSUPPORTED, "\"crit\"" },
  { "mid-upper", WITH ("\"mid\":\"0B7F7C3E-5D0A-4C1E-9B1F-6A2D3C4E5F60\""), GOOD_REST, MALFORMED,
    "\"mid\"" },
  { "mid-short", WITH ("\"mid\":\"\""), GOOD_REST, MALFORMED, "\"mid\"" },
  { "mid-number", WITH ("\"mid\":1"), GOOD_REST, MALFORMED, "\"mid\"" },
  { "alg-twice", WITH ("\"alg\":\"RSA-OAEP-256\""), GOOD_REST, MALFORMED, "already" },

  /* The headers that are not protected. */
  { "unprotected-string", GOOD_PROTECTED, "\"unprotected\":\"\"," GOOD_REST, MALFORMED,
    "\"unprotected\"" },
  { "header-array", GOOD_PROTECTED, "\"header\":[]," GOOD_REST, MALFORMED, "\"header\"" },
  { "header-null", GOOD_PROTECTED, "\"header\":null," GOOD_REST, MALFORMED, "\"header\"" },
  { "unprotected-alg", GOOD_PROTECTED, "\"unprotected\":{\"alg\":\"RSA-OAEP-256\"}," GOOD_REST,
    MALFORMED, "\"alg\"" },
  { "header-enc", GOOD_PROTECTED, "\"header\":{\"enc\":\"A256GCM\"}," GOOD_REST, MALFORMED,
    "\"enc\"" },
  { "kid-twice", GOOD_PROTECTED,
    "\"unprotected\":{\"kid\":\"x\"},\"header\":{\"kid\":\"" KID "\"}," GOOD_REST, MALFORMED,
    "\"kid\"" },
  { "kid-protected-too", WITH ("\"kid\":\"x\""), "\"header\":{\"kid\":\"" KID "\"}," GOOD_REST,
    MALFORMED, "\"kid\"" },
  { "mid-twice", WITH ("\"mid\":\"" MID "\""), "\"unprotected\":{\"mid\":\"" MID "\"}," GOOD_REST,
    MALFORMED, "\"mid\"" },
  { "unprotected-crit", GOOD_PROTECTED, "\"unprotected\":{\"crit\":[\"x\"]}," GOOD_REST,
    UNSUPPORTED, "\"crit\"" },
  { "header-crit", GOOD_PROTECTED, "\"header\":{\"crit\":[\"x\"]}," GOOD_REST, UNSUPPORTED,
    "\"crit\"" },
  { "unprotected-zip", GOOD_PROTECTED, "\"unprotected\":{\"zip\":\"DEF\"}," GOOD_REST, UNSUPPORTED,
    "\"zip\"" },
  { "header-zip", GOOD_PROTECTED, "\"header\":{\"zip\":\"DEF\"}," GOOD_REST, UNSUPPORTED,
    "\"zip\"" },
  { "kid-short", GOOD_PROTECTED, "\"header\":{\"kid\":\"alice\"}," GOOD_REST, MALFORMED,
    "\"kid\"" },
  { "kid-long", GOOD_PROTECTED, "\"header\":{\"kid\":\"" KID "A\"}," GOOD_REST, MALFORMED,
    "\"kid\"" },
  { "kid-not-canonical", GOOD_PROTECTED,
    "\"header\":{\"kid\":\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xt\"}," GOOD_REST, MALFORMED,
    "\"kid\"" },
  { "kid-number", GOOD_PROTECTED, "\"header\":{\"kid\":1}," GOOD_REST, MALFORMED, "\"kid\"" },

  /* The other members. */
  { "recipients", GOOD_PROTECTED, "\"recipients\":[]," GOOD_REST, UNSUPPORTED, "\"recipients\"" },
  { "aad", GOOD_PROTECTED, "\"aad\":\"AAAA\"," GOOD_REST, UNSUPPORTED, "\"aad\"" },
  { "key-empty", GOOD_PROTECTED, "\"encrypted_key\":\"\"," GOOD_REST, MALFORMED,
    "\"encrypted_key\"" },
  { "key-padded", GOOD_PROTECTED, "\"encrypted_key\":\"AAA=\"," GOOD_REST, MALFORMED,
    "\"encrypted_key\"" },
  { "key-number", GOOD_PROTECTED, "\"encrypted_key\":1," GOOD_REST, MALFORMED,
    "\"encrypted_key\"" },
  { "no-iv", GOOD_PROTECTED, TEXT "," TAG, MALFORMED, "\"iv\"" },
  { "iv-short", GOOD_PROTECTED, "\"iv\":\"AAAAAAAAAAAAAAA\"," TEXT "," TAG, MALFORMED, "\"iv\"" },
  { "iv-long", GOOD_PROTECTED, "\"iv\":\"AAAAAAAAAAAAAAAAAA\"," TEXT "," TAG, MALFORMED, "\"iv\"" },
  { "iv-junk", GOOD_PROTECTED, "\"iv\":\"AAAA+AAAAAAAAAAA\"," TEXT "," TAG, MALFORMED, "\"iv\"" },
  { "no-tag", GOOD_PROTECTED, IV "," TEXT, MALFORMED, "\"tag\"" },
  { "tag-96", GOOD_PROTECTED, IV "," TEXT ",\"tag\":\"AAAAAAAAAAAAAAAA\"", MALFORMED, "\"tag\"" },
  { "tag-not-canonical", GOOD_PROTECTED, IV "," TEXT ",\"tag\":\"AAAAAAAAAAAAAAAAAAAAAB\"",
    MALFORMED, "\"tag\"" },
  { "no-ciphertext", GOOD_PROTECTED, IV "," TAG, MALFORMED, "\"ciphertext\"" },
  { "ciphertext-number", GOOD_PROTECTED, IV ",\"ciphertext\":1," TAG, MALFORMED, "\"ciphertext\"" },
  { "ciphertext-padded", GOOD_PROTECTED, IV ",\"ciphertext\":\"AA==\"," TAG, MALFORMED,
    "\"ciphertext\"" },
  { "ciphertext-line", GOOD_PROTECTED, IV ",\"ciphertext\":\"AAAA\\nAAAA\"," TAG, MALFORMED,
    "\"ciphertext\"" },
  { "ciphertext-not-canonical", GOOD_PROTECTED, IV ",\"ciphertext\":\"AAAAAB\"," TAG, MALFORMED,
    "\"ciphertext\"" },
  { "ciphertext-rest", GOOD_PROTECTED, IV ",\"ciphertext\":\"AAAAA\"," TAG, MALFORMED,
    "\"ciphertext\"" },
  { "iv-twice", GOOD_PROTECTED, IV "," GOOD_REST, MALFORMED, "already" },
};

static void
test_reject (gconstpointer data)
{
  const Reject *reject = data;
  g_autofree char *frame = make_frame (reject->protected, reject->rest);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (frame, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, (int)reject->code);
  if (strstr (error->message, reject->named) == NULL)
    g_error ("\"%s\" does not name %s", error->message, reject->named);
}

/* RFC 7516, appendix A.1: the compact serialization. */
#define COMPACT                                                                                    \
  "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.AAAA.48V1_ALb6US04U3b.5eym."                     \
  "XFBoMYUZodetZdvTiFvSkQ"

/* Frames that are not made of a protected header and the rest. */
static void
test_other_rejects (void)
{
  const char *const frames[] = {
    "",
    "[]",
    "{}",
    "{" GOOD_REST "}",
    "{\"protected\":1," GOOD_REST "}",
    "{\"protected\":\"\"," GOOD_REST "}",
    "{\"protected\":\"e30=\"," GOOD_REST "}",
    (COMPACT),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (frames[i], &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
    }
}

/* The wrapping for 8192 bits is the longest one. */
static void
test_key_length (void)
{
  g_autofree char *longest = g_strnfill (1366, 'A');
  g_autofree char *good_rest = g_strdup_printf ("\"encrypted_key\":\"%s\"," GOOD_REST, longest);
  g_autofree char *bad_rest = g_strdup_printf ("\"encrypted_key\":\"AA%s\"," GOOD_REST, longest);
  g_autofree char *good = make_frame (GOOD_PROTECTED, good_rest);
  g_autofree char *bad = make_frame (GOOD_PROTECTED, bad_rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = parse (good, &error);

  g_assert_no_error (error);
  g_assert_nonnull (jwe);
  g_assert_null (parse (bad, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
}

static void
test_good_base (void)
{
  g_autofree char *frame = make_frame (GOOD_PROTECTED, GOOD_REST);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = parse (frame, &error);

  /* What the rejected frames differ from. */
  g_assert_no_error (error);
  g_assert_nonnull (jwe);
}

static void
test_mid (void)
{
  g_autofree char *mid = chat_mid_new ();
  g_autofree char *other = chat_mid_new ();

  g_assert_true (chat_mid_is_valid (mid));
  g_assert_cmpstr (mid, !=, other);
  g_assert_true (chat_mid_is_valid (MID));
  g_assert_false (chat_mid_is_valid (""));
  g_assert_false (chat_mid_is_valid (MID "0"));
  g_assert_false (chat_mid_is_valid ("0b7f7c3e-5d0a-4c1e-9b1f-6a2d3c4e5f6"));
  g_assert_false (chat_mid_is_valid ("0b7f7c3e-5d0a-4c1e-9b1f-6a2d3c4e5f6g"));
  g_assert_false (chat_mid_is_valid ("0b7f7c3e05d0a-4c1e-9b1f-6a2d3c4e5f60"));
  g_assert_false (chat_mid_is_valid ("{b7f7c3e-5d0a-4c1e-9b1f-6a2d3c4e5f60"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jwe/round-trip", test_round_trip);
  g_test_add_func ("/jwe/minimal", test_minimal);
  g_test_add_func ("/jwe/written-form", test_written_form);
  g_test_add_func ("/jwe/large", test_large);
  g_test_add_func ("/jwe/unknown-members", test_unknown_members);
  g_test_add_func ("/jwe/tampering", test_tampering);
  g_test_add_func ("/jwe/truncated", test_truncated);
  g_test_add_func ("/jwe/good-base", test_good_base);
  for (gsize i = 0; i < G_N_ELEMENTS (rejects); i++)
    {
      g_autofree char *path = g_strconcat ("/jwe/reject/", rejects[i].name, NULL);

      g_test_add_data_func (path, &rejects[i], test_reject);
    }
  g_test_add_func ("/jwe/other-rejects", test_other_rejects);
  g_test_add_func ("/jwe/key-length", test_key_length);
  g_test_add_func ("/jwe/mid", test_mid);

  return g_test_run ();
}
