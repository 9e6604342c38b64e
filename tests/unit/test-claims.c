/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-claims.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <string.h>

#define KID "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define MID "0b7f7c3e-5d0a-4c1e-9b1f-6a2d3c4e5f60"
#define ISS "\"iss\":\"" KID "\""
#define AUD "\"aud\":\"" KID "\""
#define JTI "\"jti\":\"" MID "\""
#define IAT "\"iat\":1700000000000"
#define TO "\"to\":\"" KID "\""
#define BODY "\"body\":{\"type\":\"text\",\"text\":\"hi\"}"
#define BUT_BODY "{" ISS "," AUD "," JTI "," IAT "," TO ","

static ChatClaims *
parse (const char *json, GError **error)
{
  return chat_claims_parse (json, strlen (json), error);
}

static void
check_round_trip (const char *text)
{
  const ChatClaims claims = { (char *)KID, (char *)KID,
                              (char *)MID, G_GINT64_CONSTANT (1700000000000),
                              (char *)KID, FALSE, (char *)"text",
                              (char *)text };
  g_autoptr (ChatClaims) parsed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  gsize size;

  json = chat_claims_to_json (&claims, &size);
  g_assert_cmpuint (size, ==, strlen (json));
  parsed = chat_claims_parse (json, size, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (parsed->text, ==, text);
  g_assert_false (parsed->direct);
}

static void
test_every_member (void)
{
  const char *aud = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
  const char *to = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const ChatClaims claims = { (char *)KID, (char *)aud,    (char *)MID, CHAT_MAX_JSON_INTEGER,
                              (char *)to,  TRUE, (char *)"text", (char *)"hi" };
  g_autofree char *json = chat_claims_to_json (&claims, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatClaims) parsed = parse (json, &error);

  g_assert_no_error (error);
  g_assert_true (parsed->direct);
  g_assert_cmpstr (parsed->iss, ==, KID);
  g_assert_cmpstr (parsed->aud, ==, aud);
  g_assert_cmpstr (parsed->jti, ==, MID);
  g_assert_cmpint (parsed->iat, ==, CHAT_MAX_JSON_INTEGER);
  g_assert_cmpstr (parsed->to, ==, to);
  g_assert_cmpstr (parsed->type, ==, "text");
  g_assert_cmpstr (parsed->text, ==, "hi");
}

static void
test_texts (void)
{
  static const char *const texts[] = {
    "",
    "hi",
    "\"quoted\" \\ / \\u0041",
    "{\"a\":[1]}",
    "</script>",
    "line\nline\r\n\ttab\b\f",
    "\x7f",
    "\u2028\u2029\ufeff\ufffd",
    "\xc2\x80\xc2\x9f",
    "שלום مرحبا 你好",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "e\u0301 é",
    "\U0010ffff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_round_trip (texts[i]);
}

/* Each character that Unicode has a place for, but NUL and the halves of surrogate pairs. */
static void
test_every_character (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gunichar c = 1; c <= 0x10ffff; c++)
    {
      if (c < 0xd800 || c > 0xdfff)
        g_string_append_unichar (text, c);
      if (text->len > CHAT_MAX_TEXT - 6 || c == 0x10ffff)
        {
          check_round_trip (text->str);
          g_string_truncate (text, 0);
        }
    }
}

/* The longest text in the worst escaping, signed and sealed, fits a frame: base64url twice. */
static void
test_longest (void)
{
  g_autofree char *text = g_strnfill (CHAT_MAX_TEXT, '\x01');
  const ChatClaims claims = { (char *)KID, (char *)KID,    (char *)MID, 0,
                              (char *)KID, FALSE, (char *)"text", text };
  g_autofree char *json = NULL;
  gsize size;

  check_round_trip (text);
  json = chat_claims_to_json (&claims, &size);
  g_assert_cmpuint (size, >=, CHAT_MAX_TEXT * 6);
  g_assert_cmpuint ((size * 4 / 3 + 2048) * 4 / 3 + 4096, <, CHAT_MAX_FRAME);
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (CHAT_MAX_TEXT + 1, 'x');
  g_autofree char *json =
      g_strdup_printf (BUT_BODY "\"body\":{\"type\":\"text\",\"text\":\"%s\"}}", text);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (json, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "\"text\""));
}

static void
test_newer_type (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatClaims) claims =
      parse (BUT_BODY "\"body\":{\"type\":\"picture\",\"text\":7}}", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (claims->type, ==, "picture");
  g_assert_null (claims->text);
}

static void
test_unknown_members (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatClaims) claims = parse (BUT_BODY "\"exp\":1," BODY "}", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (claims->text, ==, "hi");
}

typedef struct
{
  const char *name;
  const char *json;
  const char *named; /* what the error speaks of */
} Reject;

#define TYPE_65 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const Reject rejects[] = {
  { "empty", "", "" },
  { "array", "[]", "" },
  { "truncated", BUT_BODY BODY, "" },
  { "trailing", BUT_BODY BODY "} x", "" },
  { "no-iss", "{" AUD "," JTI "," IAT "," TO "," BODY "}", "\"iss\"" },
  { "no-aud", "{" ISS "," JTI "," IAT "," TO "," BODY "}", "\"aud\"" },
  { "no-jti", "{" ISS "," AUD "," IAT "," TO "," BODY "}", "\"jti\"" },
  { "no-iat", "{" ISS "," AUD "," JTI "," TO "," BODY "}", "\"iat\"" },
  { "no-to", "{" ISS "," AUD "," JTI "," IAT "," BODY "}", "\"to\"" },
  { "no-body", "{" ISS "," AUD "," JTI "," IAT "," TO "}", "\"body\"" },
  { "iss-name", "{\"iss\":\"alice\"," AUD "," JTI "," IAT "," TO "," BODY "}", "\"iss\"" },
  { "iss-long", "{\"iss\":\"" KID "A\"," AUD "," JTI "," IAT "," TO "," BODY "}", "\"iss\"" },
  { "aud-number", "{" ISS ",\"aud\":5," JTI "," IAT "," TO "," BODY "}", "\"aud\"" },
  { "aud-array", "{" ISS ",\"aud\":[\"" KID "\"]," JTI "," IAT "," TO "," BODY "}", "\"aud\"" },
  { "jti-upper",
    "{" ISS "," AUD ",\"jti\":\"0B7F7C3E-5D0A-4C1E-9B1F-6A2D3C4E5F60\"," IAT "," TO "," BODY "}",
    "\"jti\"" },
  { "jti-empty", "{" ISS "," AUD ",\"jti\":\"\"," IAT "," TO "," BODY "}", "\"jti\"" },
  { "iat-negative", "{" ISS "," AUD "," JTI ",\"iat\":-1," TO "," BODY "}", "" },
  { "iat-fraction", "{" ISS "," AUD "," JTI ",\"iat\":1.5," TO "," BODY "}", "" },
  { "iat-large", "{" ISS "," AUD "," JTI ",\"iat\":9007199254740992," TO "," BODY "}", "" },
  { "iat-string", "{" ISS "," AUD "," JTI ",\"iat\":\"1\"," TO "," BODY "}", "\"iat\"" },
  { "to-short", "{" ISS "," AUD "," JTI "," IAT ",\"to\":\"AAAA\"," BODY "}", "\"to\"" },
  { "to-not-canonical",
    "{" ISS "," AUD "," JTI "," IAT ",\"to\":\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xt\"," BODY
    "}",
    "\"to\"" },
  { "body-string", BUT_BODY "\"body\":\"hi\"}", "\"body\"" },
  { "no-type", BUT_BODY "\"body\":{\"text\":\"hi\"}}", "\"type\"" },
  { "type-empty", BUT_BODY "\"body\":{\"type\":\"\",\"text\":\"hi\"}}", "\"type\"" },
  { "type-long", BUT_BODY "\"body\":{\"type\":\"" TYPE_65 "\"}}", "\"type\"" },
  { "type-null", BUT_BODY "\"body\":{\"type\":null}}", "\"type\"" },
  { "no-text", BUT_BODY "\"body\":{\"type\":\"text\"}}", "\"text\"" },
  { "text-number", BUT_BODY "\"body\":{\"type\":\"text\",\"text\":1}}", "\"text\"" },
  { "text-nul", BUT_BODY "\"body\":{\"type\":\"text\",\"text\":\"a\\u0000b\"}}", "" },
  { "text-surrogate", BUT_BODY "\"body\":{\"type\":\"text\",\"text\":\"\\ud800\"}}", "" },
  { "text-not-utf8", BUT_BODY "\"body\":{\"type\":\"text\",\"text\":\"\xff\"}}", "" },
  { "iss-twice", BUT_BODY ISS "," BODY "}", "already" },
};

static void
test_reject (gconstpointer data)
{
  const Reject *reject = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (reject->json, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  if (strstr (error->message, reject->named) == NULL)
    g_error ("\"%s\" does not name %s", error->message, reject->named);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/claims/every-member", test_every_member);
  g_test_add_func ("/claims/texts", test_texts);
  g_test_add_func ("/claims/every-character", test_every_character);
  g_test_add_func ("/claims/longest", test_longest);
  g_test_add_func ("/claims/too-long", test_too_long);
  g_test_add_func ("/claims/newer-type", test_newer_type);
  g_test_add_func ("/claims/unknown-members", test_unknown_members);
  for (gsize i = 0; i < G_N_ELEMENTS (rejects); i++)
    {
      g_autofree char *path = g_strconcat ("/claims/reject/", rejects[i].name, NULL);

      g_test_add_data_func (path, &rejects[i], test_reject);
    }

  return g_test_run ();
}
