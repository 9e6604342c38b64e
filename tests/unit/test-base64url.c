/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"

#include "chat-error.h"

#include <string.h>

/* RFC 4648, section 10, without the padding; and the bytes in which the alphabets differ. */
static const struct
{
  const char *data;
  const char *text;
} vectors[] = {
  { "", "" },
  { "f", "Zg" },
  { "fo", "Zm8" },
  { "foo", "Zm9v" },
  { "foob", "Zm9vYg" },
  { "fooba", "Zm9vYmE" },
  { "foobar", "Zm9vYmFy" },
  { "\xfb\xff\xfe", "-__-" },
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *text = chat_base64url_encode (vectors[i].data, strlen (vectors[i].data));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = chat_base64url_decode (vectors[i].text, -1, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, vectors[i].text);
      g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), vectors[i].data,
                       strlen (vectors[i].data));
    }
}

static void
test_all_bytes (void)
{
  guint8 data[256];

  for (guint i = 0; i < sizeof data; i++)
    data[i] = i;

  for (gsize size = 0; size <= sizeof data; size++)
    {
      g_autofree char *text = chat_base64url_encode (data, size);
      g_autofree char *standard = g_base64_encode (data, size);
      g_autoptr (GBytes) decoded = chat_base64url_decode (text, -1, NULL);

      g_strdelimit (standard, "+", '-');
      g_strdelimit (standard, "/", '_');
      standard[strcspn (standard, "=")] = '\0';
      g_assert_cmpstr (text, ==, standard);
      g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), data, size);
    }
}

static void
test_append (void)
{
  g_autoptr (GString) string = g_string_new ("{\"iv\":\"");

  chat_base64url_append (string, "foob", 4);
  g_string_append_c (string, '"');
  chat_base64url_append (string, NULL, 0);
  g_assert_cmpstr (string->str, ==, "{\"iv\":\"Zm9vYg\"");
}

/* With a length, what follows is not looked at. */
static void
test_length (void)
{
  g_autoptr (GBytes) data = chat_base64url_decode ("Zm9v.!!", 4, NULL);

  g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), "foo", 3);
}

static void
test_refused (void)
{
  static const char *const refused[] = {
    /* No byte has 6 bits. */
    "Z", "Zm9vY",
    /* Padding. */
    "Zg==", "Zm8=", "Zm9v====",
    /* The other alphabet. */
    "Zm+v", "Zm/v",
    /* Junk. */
    "Zm9 v", "Zm9v\n", " Zm9v", "Zm\xc3\xa9",
    /* Unused bits that are not zero. */
    "Zh", "Zm9", "Zm9vYh", "Zm9vYmF",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) data = chat_base64url_decode (refused[i], -1, &error);

      g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
      g_assert_null (data);
    }
}

/* Each byte in each place: those of the alphabet and no others. */
static void
test_every_character (void)
{
  for (guint c = 0; c < 256; c++)
    for (guint place = 0; place < 4; place++)
      {
        char text[4] = { 'A', 'A', 'A', 'A' };
        g_autoptr (GBytes) data = NULL;

        text[place] = c;
        data = chat_base64url_decode (text, 4, NULL);
        g_assert_cmpint (data != NULL, ==, g_ascii_isalnum (c) || c == '-' || c == '_');
      }
}

static void
test_exactly (void)
{
  g_autoptr (GError) error = NULL;
  guint8 data[4];

  g_assert_true (chat_base64url_decode_exactly ("Zm9vYg", -1, data, 4, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (data, 4, "foob", 4);

  g_assert_false (chat_base64url_decode_exactly ("Zm9v", -1, data, 4, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (chat_base64url_decode_exactly ("Zm9vYmE", -1, data, 4, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (chat_base64url_decode_exactly ("Zm9vY!", -1, data, 4, &error));
  g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base64url/vectors", test_vectors);
  g_test_add_func ("/base64url/all-bytes", test_all_bytes);
  g_test_add_func ("/base64url/append", test_append);
  g_test_add_func ("/base64url/length", test_length);
  g_test_add_func ("/base64url/refused", test_refused);
  g_test_add_func ("/base64url/every-character", test_every_character);
  g_test_add_func ("/base64url/exactly", test_exactly);

  return g_test_run ();
}
