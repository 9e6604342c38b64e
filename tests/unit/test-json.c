/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <string.h>

static gboolean
check (const char *text,
       GError    **error)
{
  return chat_json_check (text, strlen (text), error);
}

static void
test_accepted (void)
{
  static const char *const accepted[] = {
    "{}", "[]", " \t\r\n{ } \n", "\"\"", "0", "-1", "true", "false", "null",
    "9007199254740991", "-9007199254740991",
    "{\"a\":1,\"b\":[1,2,[],{}],\"c\":{\"a\":null}}",
    "[ 1 , 2 , { \"a\" : \"b\" , \"c\" : [ ] } ]",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00\"",
    "\"caf\xc3\xa9 \xf0\x9f\x98\x80 \x7f\"",
    "[{\"a\":1},{\"a\":2}]",      /* the same name in two objects */
    "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"a\":1,\"A\":2}",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", /* 16 deep */
  };

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonParser) parser = json_parser_new ();

      g_test_message ("%s", accepted[i]);
      g_assert_true (check (accepted[i], &error));
      g_assert_no_error (error);
      /* What we accept, json-glib understands. */
      json_parser_load_from_data (parser, accepted[i], -1, &error);
      g_assert_no_error (error);
    }
}

static const struct
{
  const char *text;
  const char *problem;
} refused[] = {
  { "", "no value" },
  { "   ", "no value" },
  { "\xef\xbb\xbf{}", "no value" }, /* byte order mark */
  { "{} {}", "after the end" },
  { "{}x", "after the end" },
  { "[1,]", "no value" },
  { "[1 2]", "no comma" },
  { "[1}", "no comma" },
  { "{\"a\":1]", "no comma" },
  { "[,1]", "no value" },
  { "[", "no value" },
  { "[1", "no comma" },
  { "{", "no string" },
  { "{\"a\"", "no colon" },
  { "{\"a\":", "no value" },
  { "{\"a\":1", "no comma" },
  { "{\"a\":1,}", "no string" },
  { "{\"a\" 1}", "no colon" },
  { "{a:1}", "no string" },
  { "{'a':1}", "no string" },
  { "{1:1}", "no string" },
  { "]", "no value" },
  { "{\"\":1}", "empty name" },
  /* Numbers */
  { "01", "leading zero" },
  { "-01", "leading zero" },
  { "-0", "negative zero" },
  { "-", "minus" },
  { "[-]", "minus" },
  { "+1", "no value" },
  { "1.0", "not an integer" },
  { "0.5", "not an integer" },
  { "1e3", "not an integer" },
  { "1E3", "not an integer" },
  { ".5", "no value" },
  { "0x10", "after the end" },
  { "9007199254740992", "too large" },
  { "-9007199254740992", "too large" },
  { "123456789012345678901234567890", "too large" },
  { "NaN", "no value" },
  { "Infinity", "no value" },
  /* Literals */
  { "True", "no value" },
  { "tru", "no value" },
  { "nul", "no value" },
  { "truefalse", "after the end" },
  { "undefined", "no value" },
  /* Strings */
  { "\"", "without an end" },
  { "\"abc", "without an end" },
  { "\"\\", "an escape" },
  { "\"\\\"", "without an end" },
  { "\"a\nb\"", "control character" },
  { "\"a\tb\"", "control character" },
  { "\"\x1f\"", "control character" },
  { "\"\\x41\"", "an escape" },
  { "\"\\'\"", "an escape" },
  { "\"\\u12\"", "an escape" },
  { "\"\\u12g4\"", "an escape" },
  { "\"\\u 123\"", "an escape" },
  { "\"\\U0041\"", "an escape" },
  { "\"\\u0000\"", "\\u0000" },
  { "\"\\ud800\"", "surrogate" },
  { "\"\\ud800x\"", "surrogate" },
  { "\"\\ud800\\n\"", "surrogate" },
  { "\"\\ud800\\u0041\"", "surrogate" },
  { "\"\\ud800\\ud800\"", "surrogate" },
  { "\"\\udc00\"", "surrogate" },
  { "\"\xff\"", "UTF-8" },
  { "\"\xc3\"", "UTF-8" },
  { "\"\xc0\x80\"", "UTF-8" },     /* overlong NUL */
  { "\"\xed\xa0\x80\"", "UTF-8" }, /* surrogate */
  { "\"\xf4\x90\x80\x80\"", "UTF-8" },
  /* Duplicates */
  { "{\"a\":1,\"a\":2}", "there already" },
  { "{\"a\":1,\"\\u0061\":2}", "there already" },
  { "{\"\\n\":1,\"\\u000A\":2}", "there already" },
  { "{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", "there already" },
  { "{\"a\":1,\"b\":2,\"c\":3,\"b\":4}", "there already" },
  { "{\"a\":{\"b\":1},\"c\":[{\"d\":1}],\"a\":4}", "there already" },
  { "[{\"x\":{\"a\":1,\"a\":1}}]", "there already" },
  /* Depth */
  { "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "too deep" },
  /* What json-glib would take */
  { "// comment\n{}", "no value" },
  { "/* comment */{}", "no value" },
  { "# comment\n{}", "no value" },
  { "var x = {};", "no value" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (check (refused[i].text, &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
      g_test_message ("%u: %s", i, error->message);
      g_assert_nonnull (strstr (error->message, refused[i].problem));
    }
}

static void
test_nul (void)
{
  static const char *const texts[] = { "{}\0", "[\0]", "\"a\0b\"" };
  static const gsize sizes[] = { 3, 3, 5 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (chat_json_check (texts[i], sizes[i], &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
    }
}

/* Every beginning of a document, at the end of its own block of memory: a sanitizer sees a read
 * beyond. */
static void
test_truncated (void)
{
  static const char text[]
      = "{\"a\":[1,-2,true,null],\"\\u0062\":\"\\ud83d\\ude00\",\"c\":{\"d\":0}}";

  for (gsize size = 0; size < sizeof text - 1; size++)
    {
      g_autofree char *copy = g_memdup2 (text, size);
      g_autoptr (GError) error = NULL;

      g_assert_false (chat_json_check (copy, size, &error));
      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
    }
  g_assert_true (chat_json_check (text, sizeof text - 1, NULL));
}

static void
test_position (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (check ("{\"ab\":1,\"c\":2,\"ab\":3}", &error));
  g_assert_true (g_str_has_suffix (error->message, "at byte 14"));
}

/* 100 KB of brackets: json-glib overflows its stack on them. */
static void
test_deep (void)
{
  g_autofree char *text = g_strnfill (100 * 1024, '[');
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_json_parse_object (text, strlen (text), &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
}

static char *
make_object (guint n_members)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < n_members; i++)
    g_string_append_printf (text, "%s\"m%u\":%u", i > 0 ? "," : "", i * 7919 % n_members, i);
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

static void
test_many_members (void)
{
  g_autofree char *most = make_object (CHAT_MAX_JSON_MEMBERS);
  g_autofree char *more = make_object (CHAT_MAX_JSON_MEMBERS + 1);
  g_autoptr (GString) twice = g_string_new_len (most, strlen (most) - 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (check (most, &error));
  g_assert_no_error (error);
  g_assert_false (check (more, &error));
  g_assert_nonnull (strstr (error->message, "too many members"));
  g_clear_error (&error);

  /* One of 255 is there twice. */
  g_string_assign (twice, "{\"m100\":0,");
  g_clear_pointer (&most, g_free);
  most = make_object (CHAT_MAX_JSON_MEMBERS - 1);
  g_string_append (twice, most + 1);
  g_assert_false (check (twice->str, &error));
  g_assert_nonnull (strstr (error->message, "there already"));
}

static void
test_parse (void)
{
  static const char text[]
      = "{\"s\":\"\\u00e9\\/\\ud83d\\ude00\",\"i\":-5,\"big\":9007199254740991,\"b\":true,"
        "\"n\":null,\"o\":{\"x\":1},\"a\":[\"y\",{}]} trailing";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = NULL;
  const char *string = "unchanged";
  gint64 integer = 7;
  gboolean boolean = FALSE;

  object = chat_json_parse_object (text, strlen (text) - strlen (" trailing"), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (chat_json_get_string (object, "s", NULL), ==, "\xc3\xa9/\xf0\x9f\x98\x80");
  g_assert_true (chat_json_get_integer (object, "i", -5, 5, &integer, NULL));
  g_assert_cmpint (integer, ==, -5);
  g_assert_true (chat_json_get_integer (object, "big", 0, CHAT_MAX_JSON_INTEGER, &integer, NULL));
  g_assert_cmpint (integer, ==, CHAT_MAX_JSON_INTEGER);
  g_assert_true (chat_json_get_boolean (object, "b", &boolean, NULL));
  g_assert_true (boolean);
  g_assert_nonnull (chat_json_get_object (object, "o", NULL));
  g_assert_cmpuint (json_array_get_length (chat_json_get_array (object, "a", NULL)), ==, 2);

  g_assert_true (chat_json_get_optional_string (object, "none", &string, NULL));
  g_assert_cmpstr (string, ==, "unchanged");
  g_assert_true (chat_json_get_optional_string (object, "s", &string, NULL));
  g_assert_cmpstr (string, !=, "unchanged");
  integer = 7;
  g_assert_true (chat_json_get_optional_integer (object, "none", 0, 1, &integer, NULL));
  g_assert_cmpint (integer, ==, 7);
  g_assert_true (chat_json_get_optional_integer (object, "i", -9, 1, &integer, NULL));
  g_assert_cmpint (integer, ==, -5);
  boolean = FALSE;
  g_assert_true (chat_json_get_optional_boolean (object, "none", &boolean, NULL));
  g_assert_false (boolean);
  g_assert_true (chat_json_get_optional_boolean (object, "b", &boolean, NULL));
  g_assert_true (boolean);
}

static void
assert_malformed (GError    **error,
                  const char *message)
{
  g_assert_error (*error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  g_assert_cmpstr ((*error)->message, ==, message);
  g_clear_error (error);
}

static void
test_wrong_members (void)
{
  static const char text[] = "{\"s\":\"x\",\"i\":5,\"b\":true,\"n\":null,\"o\":{},\"a\":[1,null]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = chat_json_parse_object (text, strlen (text), NULL);
  JsonArray *array = chat_json_get_array (object, "a", NULL);
  const char *string = NULL;
  gint64 integer = 0;
  gboolean boolean = FALSE;

  g_assert_null (chat_json_get_string (object, "op", &error));
  assert_malformed (&error, "member \"op\" is missing");
  g_assert_null (chat_json_get_string (object, "i", &error));
  assert_malformed (&error, "member \"i\" is an integer where a string is expected");
  g_assert_false (chat_json_get_integer (object, "s", 0, 9, &integer, &error));
  assert_malformed (&error, "member \"s\" is a string where an integer is expected");
  g_assert_false (chat_json_get_integer (object, "i", 0, 4, &integer, &error));
  assert_malformed (&error, "member \"i\" is 5 where a number from 0 to 4 is expected");
  g_assert_false (chat_json_get_boolean (object, "n", &boolean, &error));
  assert_malformed (&error, "member \"n\" is null where a boolean is expected");
  g_assert_null (chat_json_get_object (object, "a", &error));
  assert_malformed (&error, "member \"a\" is an array where an object is expected");
  g_assert_null (chat_json_get_array (object, "o", &error));
  assert_malformed (&error, "member \"o\" is an object where an array is expected");
  g_assert_null (chat_json_get_array (object, "b", &error));
  assert_malformed (&error, "member \"b\" is a boolean where an array is expected");

  g_assert_false (chat_json_get_optional_string (object, "n", &string, &error));
  assert_malformed (&error, "member \"n\" is null where a string is expected");
  g_assert_false (chat_json_get_optional_integer (object, "b", 0, 1, &integer, &error));
  assert_malformed (&error, "member \"b\" is a boolean where an integer is expected");
  g_assert_false (chat_json_get_optional_boolean (object, "i", &boolean, &error));
  assert_malformed (&error, "member \"i\" is an integer where a boolean is expected");

  g_assert_null (chat_json_get_element_object (array, 0, &error));
  assert_malformed (&error, "element 0 is an integer where an object is expected");
  g_assert_null (chat_json_get_element_string (array, 1, &error));
  assert_malformed (&error, "element 1 is null where a string is expected");
}

static void
test_elements (void)
{
  static const char text[] = "{\"a\":[\"y\",{\"z\":1}]}";
  g_autoptr (JsonObject) object = chat_json_parse_object (text, strlen (text), NULL);
  JsonArray *array = chat_json_get_array (object, "a", NULL);

  g_assert_cmpstr (chat_json_get_element_string (array, 0, NULL), ==, "y");
  g_assert_true (json_object_has_member (chat_json_get_element_object (array, 1, NULL), "z"));
}

static void
test_not_an_object (void)
{
  static const char *const texts[] = { "[]", "1", "\"x\"", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_json_parse_object (texts[i], strlen (texts[i]), &error));
      assert_malformed (&error, "not a JSON object");
    }
}

static void
test_to_string (void)
{
  static const char text[] = "{\"a\":\"\\\"\xc3\xa9\\n\",\"b\":[1,{}]}";
  g_autoptr (JsonObject) object = chat_json_parse_object (text, strlen (text), NULL);
  gsize size;
  g_autofree char *written = chat_json_to_string (object, &size);

  g_assert_cmpstr (written, ==, text);
  g_assert_cmpuint (size, ==, strlen (text));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/accepted", test_accepted);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/nul", test_nul);
  g_test_add_func ("/json/truncated", test_truncated);
  g_test_add_func ("/json/position", test_position);
  g_test_add_func ("/json/deep", test_deep);
  g_test_add_func ("/json/many-members", test_many_members);
  g_test_add_func ("/json/parse", test_parse);
  g_test_add_func ("/json/wrong-members", test_wrong_members);
  g_test_add_func ("/json/elements", test_elements);
  g_test_add_func ("/json/not-an-object", test_not_an_object);
  g_test_add_func ("/json/to-string", test_to_string);

  return g_test_run ();
}
