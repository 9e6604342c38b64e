/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-private-key.h"

#include "chat-error.h"
#include "test-tools.h"

#include <string.h>

static void
check_vector (ChatPublicKey *key,
              JsonObject    *test)
{
  g_autoptr (GBytes) message = test_decode_hex (json_object_get_string_member (test, "msg"));
  g_autoptr (GBytes) signature = test_decode_hex (json_object_get_string_member (test, "sig"));
  const char *result = json_object_get_string_member (test, "result");
  g_autoptr (GError) error = NULL;
  gboolean verified;

  verified = chat_public_key_verify (key, g_bytes_get_data (message, NULL),
                                     g_bytes_get_size (message),
                                     g_bytes_get_data (signature, NULL),
                                     g_bytes_get_size (signature), &error);
  g_test_message ("tcId %" G_GINT64_FORMAT, json_object_get_int_member (test, "tcId"));
  g_assert_cmpint (verified, ==, g_str_equal (result, "valid"));
  if (!verified)
    g_assert_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
}

static void
check_group (JsonObject *group,
             guint      *n_valid,
             guint      *n_invalid)
{
  const char *hex = json_object_get_string_member (group, "publicKeyDer");
  const char *pem = json_object_get_string_member (group, "publicKeyPem");
  JsonArray *tests = json_object_get_array_member (group, "tests");
  g_autoptr (GBytes) der = test_decode_hex (hex);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (ChatPublicKey) same = NULL;

  key = chat_public_key_new_from_der (g_bytes_get_data (der, NULL), g_bytes_get_size (der),
                                      &error);
  g_assert_no_error (error);
  same = chat_public_key_new_from_pem (pem, strlen (pem), &error);
  g_assert_no_error (error);
  g_assert_true (chat_public_key_equal (key, same));
  g_assert_true (g_bytes_equal (chat_public_key_get_der (key), der));

  for (guint i = 0; i < json_array_get_length (tests); i++)
    {
      JsonObject *test = json_array_get_object_element (tests, i);

      check_vector (key, test);
      if (g_str_equal (json_object_get_string_member (test, "result"), "valid"))
        *n_valid += 1;
      else
        *n_invalid += 1;
    }
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

static ChatPrivateKey *
make_key (void)
{
  g_autoptr (GError) error = NULL;
  ChatPrivateKey *key = chat_private_key_generate (2048, &error);

  g_assert_no_error (error);

  return key;
}

static gboolean
verify (ChatPrivateKey *key,
        const char     *text,
        GBytes         *signature,
        gsize           size)
{
  return chat_public_key_verify (chat_private_key_get_public (key), text, strlen (text),
                                 g_bytes_get_data (signature, NULL), size, NULL);
}

static void
test_sign (void)
{
  g_autoptr (ChatPrivateKey) key = make_key ();
  g_autoptr (ChatPrivateKey) other = make_key ();
  g_autoptr (GBytes) signature = chat_private_key_sign (key, "text", 4, NULL);
  g_autoptr (GBytes) again = chat_private_key_sign (key, "text", 4, NULL);

  g_assert_cmpuint (g_bytes_get_size (signature), ==, 256);
  g_assert_true (verify (key, "text", signature, 256));
  g_assert_false (verify (key, "texT", signature, 256));
  g_assert_false (verify (key, "", signature, 256));
  g_assert_false (verify (other, "text", signature, 256));
  g_assert_false (verify (key, "text", signature, 255));
  g_assert_false (verify (key, "text", signature, 0));
  /* A salt makes them differ. */
  g_assert_false (g_bytes_equal (signature, again));
}

/* A zero before the signature does not change the number, and is refused (RFC 8017, 8.1.2). */
static void
test_longer_signature (void)
{
  g_autoptr (ChatPrivateKey) key = make_key ();
  g_autoptr (GBytes) signature = chat_private_key_sign (key, "text", 4, NULL);
  guint8 longer[257] = { 0 };

  memcpy (longer + 1, g_bytes_get_data (signature, NULL), 256);
  g_assert_false (chat_public_key_verify (chat_private_key_get_public (key), "text", 4, longer,
                                          257, NULL));
}

/* What openssl signs we accept, if it is PS256 and nothing else. */
static void
test_openssl (TestFolder   *folder,
              gconstpointer data)
{
  static const struct
  {
    const char *options;
    gboolean accepted;
  } cases[] = {
    { "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32", TRUE },
    { "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20", FALSE },
    { "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:0", FALSE },
    { "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:222", FALSE },
    { "-sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32", FALSE },
    { "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
      " -sigopt rsa_mgf1_md:sha1", FALSE },
    { "-sha256", FALSE },
  };
  g_autoptr (ChatPrivateKey) key = make_key ();
  g_autoptr (ChatSecret) pem = chat_private_key_to_pem (key, NULL, NULL);
  g_autofree char *signature_file = test_folder_file (folder, "signature");

  if (!test_needs_tool ("openssl"))
    return;

  test_folder_write (folder, "key.pem", chat_secret_get_string (pem), -1);
  test_folder_write (folder, "text", "text", 4);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *command
          = g_strdup_printf ("openssl dgst -sign key.pem %s -out signature text", cases[i].options);
      g_autofree char *bytes = NULL;
      g_autoptr (GBytes) signature = NULL;
      gsize size;

      test_run (folder, command);
      g_assert_true (g_file_get_contents (signature_file, &bytes, &size, NULL));
      signature = g_bytes_new (bytes, size);
      g_test_message ("%s", cases[i].options);
      g_assert_cmpint (verify (key, "text", signature, size), ==, cases[i].accepted);
    }
}

/* And the reverse. */
static void
test_openssl_verifies (TestFolder   *folder,
                       gconstpointer data)
{
  g_autoptr (ChatPrivateKey) key = make_key ();
  g_autoptr (GBytes) signature = chat_private_key_sign (key, "text", 4, NULL);
  g_autofree char *pem = chat_public_key_dup_pem (chat_private_key_get_public (key));
  g_autofree char *output = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  test_folder_write (folder, "key.pem", pem, -1);
  test_folder_write (folder, "text", "text", 4);
  test_folder_write (folder, "signature", g_bytes_get_data (signature, NULL),
                     g_bytes_get_size (signature));
  output = test_run_output (folder, "openssl dgst -verify key.pem -signature signature -sha256 "
                                    "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 text");
  g_assert_cmpstr (output, ==, "Verified OK\n");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/pss/vectors/2048", "rsa_pss_2048_sha256_mgf1_32.json", test_vectors);
  g_test_add_data_func ("/pss/vectors/3072", "rsa_pss_3072_sha256_mgf1_32.json", test_vectors);
  g_test_add_data_func ("/pss/vectors/4096", "rsa_pss_4096_sha256_mgf1_32.json", test_vectors);
  g_test_add_func ("/pss/sign", test_sign);
  g_test_add_func ("/pss/longer-signature", test_longer_signature);
  g_test_add ("/pss/openssl", TestFolder, NULL, test_folder_set_up, test_openssl,
              test_folder_tear_down);
  g_test_add ("/pss/openssl-verifies", TestFolder, NULL, test_folder_set_up,
              test_openssl_verifies, test_folder_tear_down);

  return g_test_run ();
}
