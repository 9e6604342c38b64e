/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jws.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "jose-keys.h"

#include <string.h>

#define KID "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define GOOD_HEADER "{\"alg\":\"PS256\",\"kid\":\"" KID "\"}"
#define PAYLOAD "eyJpc3MiOiJqb2UifQ"

static ChatJws *
parse (const char *text, GError **error)
{
  return chat_jws_parse (text, strlen (text), error);
}

/* A JWS that nobody signed, with a signature of some size. */
static char *
make_text (const char *header, const char *payload, gsize signature_size)
{
  g_autofree char *encoded = chat_base64url_encode (header, strlen (header));
  g_autofree guint8 *bytes = g_malloc0 (signature_size + 1);
  g_autofree char *signature = chat_base64url_encode (bytes, signature_size);

  return g_strdup_printf ("%s.%s.%s", encoded, payload, signature);
}

static char *
sign (guint key, const char *payload)
{
  g_autoptr (GError) error = NULL;
  char *text = chat_jws_sign (test_key (key), payload, strlen (payload), &error);

  g_assert_no_error (error);
  return text;
}

static void
check_round_trip (const char *payload, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = chat_jws_sign (test_key (0), payload, size, &error);
  g_autoptr (ChatJws) jws = NULL;
  g_autoptr (GBytes) verified = NULL;

  g_assert_no_error (error);
  jws = parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chat_jws_get_kid (jws), ==, chat_public_key_get_id (test_public_key (0)));
  verified = chat_jws_verify (jws, test_public_key (0), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (verified, NULL), g_bytes_get_size (verified), payload, size);
}

static void
test_round_trip (void)
{
  g_autofree char *large = g_strnfill (400 * 1024, 'x');

  check_round_trip ("{\"iss\":\"joe\"}", 13);
  check_round_trip ("", 0);
  check_round_trip ("a\0b", 3);
  check_round_trip (large, 400 * 1024);
}

/* The text need not end where the memory does, nor with a NUL. */
static void
test_length (void)
{
  g_autofree char *text = sign (0, "payload");
  g_autofree char *longer = g_strconcat (text, ".AAAA", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJws) jws = chat_jws_parse (longer, strlen (text), &error);
  g_autoptr (GBytes) verified = NULL;

  g_assert_no_error (error);
  verified = chat_jws_verify (jws, test_public_key (0), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (verified, NULL), g_bytes_get_size (verified), "payload", 7);
}

static void
test_written_form (void)
{
  g_autofree char *text = sign (0, "{}");
  g_autofree char *header = g_strdup_printf ("{\"alg\":\"PS256\",\"kid\":\"%s\"}",
                                             chat_public_key_get_id (test_public_key (0)));
  g_autofree char *encoded = chat_base64url_encode (header, strlen (header));
  g_autofree char *start = g_strconcat (encoded, ".e30.", NULL);

  g_assert_true (g_str_has_prefix (text, start));
  g_assert_cmpuint (strlen (text), ==, strlen (start) + 342);
}

static void
assert_not_verified (const char *text, ChatPublicKey *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJws) jws = parse (text, &error);

  g_assert_no_error (error);
  g_assert_null (chat_jws_verify (jws, key, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
}

static void
test_wrong_key (void)
{
  g_autofree char *text = sign (0, "payload");
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  g_autofree char *header = g_strdup_printf ("{\"alg\":\"PS256\",\"kid\":\"%s\"}",
                                             chat_public_key_get_id (test_public_key (1)));
  g_autofree char *encoded = chat_base64url_encode (header, strlen (header));
  g_autofree char *claimed = g_strconcat (encoded, ".", parts[1], ".", parts[2], NULL);

  /* Named by another key than asked for, and signed by another key than named. */
  assert_not_verified (text, test_public_key (1));
  assert_not_verified (claimed, test_public_key (1));
}

/* Signed by the key that it is checked with, but in the name of another. */
static void
test_wrong_name (void)
{
  g_autofree char *header = g_strdup_printf ("{\"alg\":\"PS256\",\"kid\":\"%s\"}",
                                             chat_public_key_get_id (test_public_key (1)));
  g_autofree char *encoded = chat_base64url_encode (header, strlen (header));
  g_autofree char *signed_text = g_strconcat (encoded, "." PAYLOAD, NULL);
  g_autoptr (GBytes) bytes =
      chat_private_key_sign (test_key (0), signed_text, strlen (signed_text), NULL);
  g_autofree char *signature =
      chat_base64url_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *text = g_strconcat (signed_text, ".", signature, NULL);

  assert_not_verified (text, test_public_key (0));
}

static void
test_tampering (void)
{
  g_autofree char *text = sign (0, "payload");
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  g_autofree char *other = sign (0, "other");
  g_auto (GStrv) other_parts = g_strsplit (other, ".", 3);
  g_autofree char *payload = g_strconcat (parts[0], ".", other_parts[1], ".", parts[2], NULL);
  g_autofree char *header = g_strdup_printf ("{\"kid\":\"%s\",\"alg\":\"PS256\"}",
                                             chat_public_key_get_id (test_public_key (0)));
  g_autofree char *encoded = chat_base64url_encode (header, strlen (header));
  g_autofree char *reordered = g_strconcat (encoded, ".", parts[1], ".", parts[2], NULL);

  assert_not_verified (payload, test_public_key (0));
  assert_not_verified (reordered, test_public_key (0));

  /* A letter in the middle of the signature. */
  text[strlen (text) - 100] = text[strlen (text) - 100] == 'A' ? 'B' : 'A';
  assert_not_verified (text, test_public_key (0));
}

/* The signature has to be as long as the modulus (RFC 8017, section 8.1.2, step 1). */
static void
test_signature_length (void)
{
  g_autofree char *header = g_strdup_printf ("{\"alg\":\"PS256\",\"kid\":\"%s\"}",
                                             chat_public_key_get_id (test_public_key (0)));
  g_autofree char *longer = make_text (header, PAYLOAD, 257);
  g_autofree char *same = make_text (header, PAYLOAD, 256);

  assert_not_verified (longer, test_public_key (0));
  assert_not_verified (same, test_public_key (0));
}

typedef struct
{
  const char *name;
  const char *header;
  const char *payload;
  gsize signature_size;
  ChatJoseError code;
  const char *named;
} Reject;

#define MALFORMED CHAT_JOSE_ERROR_MALFORMED
#define UNSUPPORTED CHAT_JOSE_ERROR_UNSUPPORTED
#define WITH(members) "{\"alg\":\"PS256\",\"kid\":\"" KID "\"," members "}"

static const Reject rejects[] = {
  { "header-empty", "", PAYLOAD, 256, MALFORMED, "header" },
  { "header-array", "[]", PAYLOAD, 256, MALFORMED, "header" },
  { "no-alg", "{\"kid\":\"" KID "\"}", PAYLOAD, 256, MALFORMED, "\"alg\"" },
  { "alg-none", "{\"alg\":\"none\",\"kid\":\"" KID "\"}", PAYLOAD, 256, UNSUPPORTED, "\"alg\"" },
  /* RFC 7515, appendix A.1 and A.2 */
  { "alg-hs256", "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", PAYLOAD, 256, UNSUPPORTED, "\"alg\"" },
  { "alg-rs256", "{\"alg\":\"RS256\"}", PAYLOAD, 256, UNSUPPORTED, "\"alg\"" },
  /* RFC 7520, section 4.2 */
  { "alg-ps384", "{\"alg\":\"PS384\",\"kid\":\"bilbo.baggins@hobbiton.example\"}", PAYLOAD, 256,
    UNSUPPORTED, "\"alg\"" },
  { "alg-number", "{\"alg\":256,\"kid\":\"" KID "\"}", PAYLOAD, 256, MALFORMED, "\"alg\"" },
  { "alg-twice", WITH ("\"alg\":\"PS256\""), PAYLOAD, 256, MALFORMED, "already" },
  { "crit", WITH ("\"crit\":[\"exp\"]"), PAYLOAD, 256, UNSUPPORTED, "\"crit\"" },
  { "b64", WITH ("\"b64\":false"), PAYLOAD, 256, UNSUPPORTED, "\"b64\"" },
  { "b64-true", WITH ("\"b64\":true"), PAYLOAD, 256, UNSUPPORTED, "\"b64\"" },
  { "no-kid", "{\"alg\":\"PS256\"}", PAYLOAD, 256, MALFORMED, "\"kid\"" },
  { "kid-short", "{\"alg\":\"PS256\",\"kid\":\"alice\"}", PAYLOAD, 256, MALFORMED, "\"kid\"" },
  { "kid-null", "{\"alg\":\"PS256\",\"kid\":null}", PAYLOAD, 256, MALFORMED, "\"kid\"" },
  { "payload-padded", GOOD_HEADER, "AA==", 256, MALFORMED, "payload" },
  { "payload-junk", GOOD_HEADER, "AA AA", 256, MALFORMED, "payload" },
  { "payload-not-canonical", GOOD_HEADER, "AB", 256, MALFORMED, "payload" },
  { "signature-empty", GOOD_HEADER, PAYLOAD, 0, MALFORMED, "signature" },
  { "signature-short", GOOD_HEADER, PAYLOAD, 255, MALFORMED, "signature" },
  { "signature-long", GOOD_HEADER, PAYLOAD, 1025, MALFORMED, "signature" },
};

static void
test_reject (gconstpointer data)
{
  const Reject *reject = data;
  g_autofree char *text = make_text (reject->header, reject->payload, reject->signature_size);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, (int)reject->code);
  if (strstr (error->message, reject->named) == NULL)
    g_error ("\"%s\" does not name %s", error->message, reject->named);
}

static void
test_parts (void)
{
  g_autofree char *good = make_text (GOOD_HEADER, PAYLOAD, 256);
  g_autofree char *bounds = make_text (GOOD_HEADER, "", 1024);
  g_autofree char *four = g_strconcat (good, ".", NULL);
  g_autofree char *flattened = g_strdup_printf ("{\"payload\":\"" PAYLOAD
                                                "\",\"protected\":\"e30\",\"signature\":\"AAAA\"}");
  const char *const bad[] = { "", ".", "..", "a.b", "...", four, flattened };
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJws) jws = parse (good, &error);
  g_autoptr (ChatJws) largest = NULL;

  /* What the rejected texts differ from. */
  g_assert_no_error (error);
  g_assert_cmpstr (chat_jws_get_kid (jws), ==, KID);
  largest = parse (bounds, &error);
  g_assert_no_error (error);
  g_assert_nonnull (largest);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) bad_error = NULL;

      g_assert_null (parse (bad[i], &bad_error));
      g_assert_error (bad_error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jws/round-trip", test_round_trip);
  g_test_add_func ("/jws/length", test_length);
  g_test_add_func ("/jws/written-form", test_written_form);
  g_test_add_func ("/jws/wrong-key", test_wrong_key);
  g_test_add_func ("/jws/wrong-name", test_wrong_name);
  g_test_add_func ("/jws/tampering", test_tampering);
  g_test_add_func ("/jws/signature-length", test_signature_length);
  for (gsize i = 0; i < G_N_ELEMENTS (rejects); i++)
    {
      g_autofree char *path = g_strconcat ("/jws/reject/", rejects[i].name, NULL);

      g_test_add_data_func (path, &rejects[i], test_reject);
    }
  g_test_add_func ("/jws/parts", test_parts);

  return g_test_run ();
}
