/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-private-key.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-limits.h"
#include "test-tools.h"

#include <gnutls/gnutls.h>
#include <string.h>

static char *
read_file (TestFolder *folder,
           const char *name,
           gsize      *size)
{
  g_autofree char *path = test_folder_file (folder, name);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, size, &error);
  g_assert_no_error (error);

  return text;
}

static ChatPublicKey *
read_public (TestFolder *folder,
             const char *name)
{
  gsize size;
  g_autofree char *text = read_file (folder, name, &size);
  g_autoptr (GError) error = NULL;
  ChatPublicKey *key = chat_public_key_new_from_pem (text, size, &error);

  g_assert_no_error (error);

  return key;
}

static ChatPrivateKey *
try_private (TestFolder *folder,
             const char *name,
             const char *passphrase,
             GError    **error)
{
  gsize size;
  g_autofree char *text = read_file (folder, name, &size);
  g_autoptr (ChatSecret) secret = NULL;

  if (passphrase != NULL)
    secret = chat_secret_new (passphrase, strlen (passphrase));

  return chat_private_key_new_from_pem (text, size, secret, error);
}

static ChatPrivateKey *
read_private (TestFolder *folder,
              const char *name,
              const char *passphrase)
{
  g_autoptr (GError) error = NULL;
  ChatPrivateKey *key = try_private (folder, name, passphrase, &error);

  g_assert_no_error (error);

  return key;
}

static void
assert_works (ChatPrivateKey *private,
              ChatPublicKey  *public)
{
  g_autoptr (ChatSecret) secret = chat_secret_new_random (32);
  g_autoptr (GBytes) ciphertext = chat_public_key_encrypt (public, secret, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) opened = NULL;
  g_autoptr (GBytes) signature = NULL;

  opened = chat_private_key_decrypt (private, g_bytes_get_data (ciphertext, NULL),
                                     g_bytes_get_size (ciphertext), &error);
  g_assert_no_error (error);
  g_assert_true (chat_secret_equal (secret, opened));

  signature = chat_private_key_sign (private, "text", 4, &error);
  g_assert_no_error (error);
  g_assert_true (chat_public_key_verify (public, "text", 4, g_bytes_get_data (signature, NULL),
                                         g_bytes_get_size (signature), NULL));
}

/* The names are what openssl and sha256 say. */
static void
test_names (TestFolder   *folder,
            gconstpointer data)
{
  g_autoptr (ChatPublicKey) key = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *base32 = NULL;
  g_autofree char *id = NULL;
  g_autofree char *pem = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GBytes) hash = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  key = read_public (folder, "public.pem");
  hex = test_run_output (folder, "openssl pkey -pubin -in public.pem -outform DER | sha256sum | "
                                 "cut -c1-64 | tr -d '\\n'");
  hash = test_decode_hex (hex);
  id = chat_base64url_encode (g_bytes_get_data (hash, NULL), 32);
  g_assert_cmpstr (chat_public_key_get_id (key), ==, id);
  g_assert_cmpuint (strlen (id), ==, CHAT_KID_LENGTH);

  base32 = test_run_output (folder, "openssl pkey -pubin -in public.pem -outform DER | "
                                    "openssl dgst -sha256 -binary | "
                                    "head -c 20 | base32 | tr -d '\\n' | "
                                    "sed 's/..../& /g; s/ $//'");
  g_assert_cmpstr (chat_public_key_get_fingerprint (key), ==, base32);
  g_assert_cmpuint (strlen (base32), ==, 8 * 4 + 7);

  g_assert_cmpuint (chat_public_key_get_bits (key), ==, 2048);
  g_assert_cmpuint (chat_public_key_get_size (key), ==, 256);

  pem = chat_public_key_dup_pem (key);
  file = read_file (folder, "public.pem", NULL);
  g_assert_cmpstr (pem, ==, file);
}

/* Whatever the form, it is the same key with the same names. */
static void
test_public_forms (TestFolder   *folder,
                   gconstpointer data)
{
  static const char *const commands[] = {
    "openssl rsa -in key.pem -RSAPublicKey_out -out other.pem",
    "sed 's/$/\\r/' public.pem > other.pem",
    "(echo 'subject=/CN=somebody'; cat public.pem; echo after) > other.pem",
    /* One long line. */
    ("(head -1 public.pem; sed '1d;$d' public.pem | tr -d '\\n'; echo; "
     "tail -1 public.pem) > other.pem"),
    /* A byte order mark. */
    "(printf '\\357\\273\\277'; cat public.pem) > other.pem",
  };
  g_autoptr (ChatPublicKey) key = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  key = read_public (folder, "public.pem");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (ChatPublicKey) other = NULL;

      test_run (folder, commands[i]);
      g_test_message ("%s", commands[i]);
      other = read_public (folder, "other.pem");
      g_assert_true (chat_public_key_equal (key, other));
      g_assert_true (g_bytes_equal (chat_public_key_get_der (key),
                                    chat_public_key_get_der (other)));
    }
}

static void
test_private_forms (TestFolder   *folder,
                    gconstpointer data)
{
  static const struct
  {
    const char *command;
    const char *passphrase;
  } forms[] = {
    { "cp key.pem other.pem", NULL },
    { "openssl rsa -in key.pem -traditional -out other.pem", NULL },
    { "sed 's/$/\\r/' key.pem > other.pem", NULL },
    { "openssl pkcs8 -topk8 -in key.pem -out other.pem -passout pass:secret", "secret" },
    { "openssl pkcs8 -topk8 -v2 aes-128-cbc -in key.pem -out other.pem -passout pass:secret",
      "secret" },
    { "openssl pkcs8 -topk8 -v2 des3 -in key.pem -out other.pem -passout pass:secret", "secret" },
    { "openssl pkcs8 -topk8 -v2prf hmacWithSHA512 -in key.pem -out other.pem -passout pass:secret",
      "secret" },
    { "openssl pkey -in key.pem -aes256 -passout pass:gr\303\274n -out other.pem", "gr\303\274n" },
    { "openssl rsa -in key.pem -traditional -aes128 -passout pass:secret -out other.pem",
      "secret" },
  };
  g_autoptr (ChatPublicKey) public = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  public = read_public (folder, "public.pem");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (ChatPrivateKey) key = NULL;

      test_run (folder, forms[i].command);
      g_test_message ("%s", forms[i].command);
      key = read_private (folder, "other.pem", forms[i].passphrase);
      g_assert_true (chat_public_key_equal (chat_private_key_get_public (key), public));
      assert_works (key, public);
    }
}

static void
test_passphrase (TestFolder   *folder,
                 gconstpointer data)
{
  static const char *const commands[] = {
    "openssl pkcs8 -topk8 -in key.pem -out other.pem -passout pass:secret",
    "openssl rsa -in key.pem -traditional -aes128 -passout pass:secret -out other.pem",
  };

  if (!test_needs_tool ("openssl"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GError) error = NULL;

      test_run (folder, commands[i]);
      g_assert_null (try_private (folder, "other.pem", NULL, &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NEEDS_PASSPHRASE);
      g_clear_error (&error);
      g_assert_null (try_private (folder, "other.pem", "Secret", &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_WRONG_PASSPHRASE);
      g_clear_error (&error);
      g_assert_null (try_private (folder, "other.pem", "", &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_WRONG_PASSPHRASE);
    }
}

/* A wrong passphrase gives bytes that now and then look padded: never another answer. */
static void
test_many_passphrases (TestFolder   *folder,
                       gconstpointer data)
{

  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl pkcs8 -topk8 -iter 1 -in key.pem -out other.pem "
                    "-passout pass:secret");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *passphrase = g_strdup_printf ("%u", i);
      g_autoptr (GError) error = NULL;

      g_assert_null (try_private (folder, "other.pem", passphrase, &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_WRONG_PASSPHRASE);
    }
}

/* openssl reads what we write. */
static void
test_written (TestFolder   *folder,
              gconstpointer data)
{
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autoptr (ChatSecret) passphrase = chat_secret_new ("gr\303\274n", 5);
  g_autoptr (ChatSecret) plain = NULL;
  g_autoptr (ChatSecret) protected = NULL;
  g_autofree char *public = NULL;
  g_autofree char *from_plain = NULL;
  g_autofree char *from_protected = NULL;
  g_autofree char *details = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  key = read_private (folder, "key.pem", NULL);
  plain = chat_private_key_to_pem (key, NULL, NULL);
  protected = chat_private_key_to_pem (key, passphrase, NULL);
  g_assert_true (g_str_has_prefix (chat_secret_get_string (plain), "-----BEGIN PRIVATE KEY-----"));
  g_assert_true (g_str_has_prefix (chat_secret_get_string (protected),
                                   "-----BEGIN ENCRYPTED PRIVATE KEY-----"));

  test_folder_write (folder, "a", chat_secret_get_string (plain), -1);
  test_folder_write (folder, "b", chat_secret_get_string (protected), -1);
  public = read_file (folder, "public.pem", NULL);
  from_plain = test_run_output (folder, "openssl pkey -in a -check -noout && "
                                        "openssl pkey -in a -pubout");
  from_protected = test_run_output (folder, "openssl pkey -in b -passin pass:gr\303\274n -pubout");
  g_assert_true (g_str_has_suffix (from_plain, public));
  g_assert_cmpstr (from_protected, ==, public);
  details = test_run_output (folder, "openssl asn1parse -in b");
  g_assert_nonnull (strstr (details, "PBES2"));
  g_assert_nonnull (strstr (details, "aes-256-cbc"));
}

static void
test_openssl_decrypts (TestFolder   *folder,
                       gconstpointer data)
{
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (ChatPrivateKey) private = NULL;
  g_autoptr (ChatSecret) secret = chat_secret_new ("thirty-two bytes of a secret key", 32);
  g_autoptr (GBytes) ciphertext = NULL;
  g_autoptr (ChatSecret) opened = NULL;
  g_autofree char *text = NULL;
  g_autofree char *theirs = NULL;
  gsize size;

  if (!test_needs_tool ("openssl"))
    return;

  key = read_public (folder, "public.pem");
  private = read_private (folder, "key.pem", NULL);
  ciphertext = chat_public_key_encrypt (key, secret, NULL);
  test_folder_write (folder, "c", g_bytes_get_data (ciphertext, NULL), 256);
  text = test_run_output (folder, "openssl pkeyutl -decrypt -inkey key.pem -in c -pkeyopt "
                                  "rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt "
                                  "rsa_mgf1_md:sha256");
  g_assert_cmpstr (text, ==, "thirty-two bytes of a secret key");

  test_run (folder, "printf hello | openssl pkeyutl -encrypt -pubin -inkey public.pem "
                    "-out d -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 "
                    "-pkeyopt rsa_mgf1_md:sha256");
  theirs = read_file (folder, "d", &size);
  opened = chat_private_key_decrypt (private, theirs, size, NULL);
  g_assert_nonnull (opened);
  g_assert_cmpstr (chat_secret_get_string (opened), ==, "hello");
}

static void
test_sizes (TestFolder   *folder,
            gconstpointer data)
{
  static const struct
  {
    guint bits;
    int code; /* -1: taken */
  } sizes[] = {
    { 1024, CHAT_KEY_ERROR_TOO_SHORT },
    { 2040, CHAT_KEY_ERROR_TOO_SHORT },
    { 3072, -1 },
    { 4096, -1 },
  };

  if (!test_needs_tool ("openssl"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *command
          = g_strdup_printf ("openssl genrsa -out k %u 2>&1; openssl pkey -in k -pubout -out p",
                             sizes[i].bits);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) public_error = NULL;
      g_autoptr (ChatPrivateKey) key = NULL;
      g_autoptr (ChatPublicKey) public = NULL;
      g_autofree char *text = NULL;

      test_run (folder, command);
      key = try_private (folder, "k", NULL, &error);
      text = read_file (folder, "p", NULL);
      public = chat_public_key_new_from_pem (text, strlen (text), &public_error);
      if (sizes[i].code >= 0)
        {
          g_assert_error (error, CHAT_KEY_ERROR, sizes[i].code);
          g_assert_error (public_error, CHAT_KEY_ERROR, sizes[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_no_error (public_error);
      g_assert_cmpuint (chat_public_key_get_bits (public), ==, sizes[i].bits);
      assert_works (key, public);
    }
}

static void
test_not_rsa (TestFolder   *folder,
              gconstpointer data)
{
  static const char *const algorithms[] = {
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "-algorithm ED25519",
    "-algorithm X25519",
    "-algorithm ED448",
    "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048",
  };

  if (!test_needs_tool ("openssl"))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      g_autofree char *command
          = g_strdup_printf ("openssl genpkey %s -out k 2>&1; openssl pkey -in k -pubout -out p",
                             algorithms[i]);
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      test_run (folder, command);
      text = read_file (folder, "p", NULL);
      g_test_message ("%s", algorithms[i]);
      g_assert_null (chat_public_key_new_from_pem (text, strlen (text), &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA);
      g_clear_error (&error);
      g_assert_null (try_private (folder, "k", NULL, &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA);
    }
}

/* Keys as a hostile program could make them. */

static void
append_length (GByteArray *der,
               gsize       length)
{
  guint8 octets[3] = { 0x82, length >> 8, length & 0xff };

  if (length < 128)
    g_byte_array_append (der, octets + 2, 1);
  else
    g_byte_array_append (der, octets, 3);
}

static void
append_element (GByteArray   *der,
                guint8        tag,
                const guint8 *data,
                gsize         size)
{
  g_byte_array_append (der, &tag, 1);
  append_length (der, size);
  g_byte_array_append (der, data, size);
}

/* A SubjectPublicKeyInfo with these two integers. */
static GByteArray *
make_spki (const guint8 *n,
           gsize         n_size,
           const guint8 *e,
           gsize         e_size)
{
  static const guint8 algorithm[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                      0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
  g_autoptr (GByteArray) numbers = g_byte_array_new ();
  g_autoptr (GByteArray) bits = g_byte_array_new ();
  g_autoptr (GByteArray) content = g_byte_array_new ();
  GByteArray *spki = g_byte_array_new ();

  append_element (numbers, 0x02, n, n_size);
  append_element (numbers, 0x02, e, e_size);
  g_byte_array_append (bits, (const guint8 *) "", 1);
  append_element (bits, 0x30, numbers->data, numbers->len);
  g_byte_array_append (content, algorithm, sizeof algorithm);
  append_element (content, 0x03, bits->data, bits->len);
  append_element (spki, 0x30, content->data, content->len);

  return spki;
}

static void
assert_public (const guint8 *n,
               gsize         n_size,
               const guint8 *e,
               gsize         e_size,
               int           code)
{
  g_autoptr (GByteArray) spki = make_spki (n, n_size, e, e_size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPublicKey) key = NULL;

  key = chat_public_key_new_from_der (spki->data, spki->len, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, CHAT_KEY_ERROR, code);
}

static void
test_hostile_numbers (void)
{
  static const guint8 e65537[] = { 1, 0, 1 };
  static const guint8 e1[] = { 1 }, e2[] = { 2 }, e3[] = { 3 }, e0[] = { 0 };
  static const guint8 e65536[] = { 1, 0, 0 };
  static const guint8 e32[] = { 0, 0xff, 0xff, 0xff, 0xff };
  static const guint8 e33[] = { 1, 0, 0, 0, 1 };
  guint8 n[1 + 1024 + 1];
  guint8 zero[257] = { 0 };

  memset (n, 0xc5, sizeof n);
  n[0] = 0;

  assert_public (n, 257, e65537, 3, -1);
  assert_public (n, 257, e3, 1, -1);
  assert_public (n, 257, e32, 5, -1);
  assert_public (n, 257, e33, 5, CHAT_KEY_ERROR_BROKEN);
  assert_public (n, 257, e0, 1, CHAT_KEY_ERROR_BROKEN);
  assert_public (n, 257, e1, 1, CHAT_KEY_ERROR_BROKEN);
  assert_public (n, 257, e2, 1, CHAT_KEY_ERROR_BROKEN);
  assert_public (n, 257, e65536, 3, CHAT_KEY_ERROR_BROKEN);
  assert_public (n, 257, n, 257, CHAT_KEY_ERROR_BROKEN);

  assert_public (zero, 1, e65537, 3, CHAT_KEY_ERROR_TOO_SHORT);
  assert_public (zero, 257, e65537, 3, CHAT_KEY_ERROR_TOO_SHORT);
  assert_public (n, 256, e65537, 3, CHAT_KEY_ERROR_TOO_SHORT);
  assert_public (n, 1025, e65537, 3, -1);
  assert_public (n, 1026, e65537, 3, CHAT_KEY_ERROR_TOO_LONG);

  n[256] = 0xc4;
  assert_public (n, 257, e65537, 3, CHAT_KEY_ERROR_BROKEN);
}

static void
test_damaged_der (void)
{
  static const guint8 e[] = { 1, 0, 1 };
  guint8 n[257];
  g_autoptr (GByteArray) spki = NULL;
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (GError) error = NULL;

  memset (n, 0xc5, sizeof n);
  n[0] = 0;
  spki = make_spki (n, sizeof n, e, sizeof e);
  key = chat_public_key_new_from_der (spki->data, spki->len, NULL);
  g_assert_nonnull (key);
  g_assert_cmpmem (spki->data, spki->len, g_bytes_get_data (chat_public_key_get_der (key), NULL),
                   g_bytes_get_size (chat_public_key_get_der (key)));

  for (guint size = 0; size < spki->len; size++)
    {
      g_autofree guint8 *part = g_memdup2 (spki->data, size);

      g_assert_null (chat_public_key_new_from_der (part, size, NULL));
    }
  /* Bytes after it. */
  g_byte_array_append (spki, e, 1);
  g_assert_null (chat_public_key_new_from_der (spki->data, spki->len, &error));
  g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BROKEN);
}

/* A PKCS#1 private key of these numbers. */
static ChatPrivateKey *
try_numbers (const guint8 *const numbers[8],
             const gsize         sizes[8],
             GError            **error)
{
  static const guint8 version[] = { 0x02, 0x01, 0x00 };
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autoptr (GByteArray) der = g_byte_array_new ();
  g_autofree char *base64 = NULL;
  g_autofree char *pem = NULL;

  g_byte_array_append (content, version, sizeof version);
  for (guint i = 0; i < 8; i++)
    append_element (content, 0x02, numbers[i], sizes[i]);
  append_element (der, 0x30, content->data, content->len);
  base64 = g_base64_encode (der->data, der->len);
  pem = g_strdup_printf ("-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----\n",
                         base64);

  return chat_private_key_new_from_pem (pem, strlen (pem), NULL, error);
}

/* Some of these have made programs divide by zero. */
static void
test_hostile_private (void)
{
  static const guint8 zero[] = { 0 }, one[] = { 1 }, e[] = { 1, 0, 1 };
  guint8 n[257], even[257], half[129], even_half[129];
  const guint8 *const cases[][8] = {
    /* n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p */
    { n, e, e, one, n, zero, zero, zero },
    { n, e, e, one, n, one, one, one },
    { n, e, e, n, one, one, one, one },
    { n, e, e, zero, n, zero, zero, zero },
    { n, e, e, zero, zero, zero, zero, zero },
    { n, e, zero, half, half, zero, zero, zero },
    { n, e, n, half, half, half, half, half },
    { n, e, n, even_half, half, half, half, half },
    { even, e, n, even_half, half, half, half, half },
    { zero, zero, zero, zero, zero, zero, zero, zero },
  };

  memset (n, 0xc5, sizeof n);
  n[0] = 0;
  memcpy (even, n, sizeof n);
  even[256] = 0xc4;
  memcpy (half, n, sizeof half);
  memcpy (even_half, n, sizeof half);
  even_half[128] = 0xc4;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize sizes[8];

      for (guint j = 0; j < 8; j++)
        {
          const guint8 *number = cases[i][j];

          sizes[j] = number == n || number == even           ? 257
                     : number == half || number == even_half ? 129
                     : number == e                           ? 3
                                                             : 1;
        }
      g_assert_null (try_numbers (cases[i], sizes, &error));
      g_test_message ("%u: %s", i, error->message);
      g_assert_true (error->domain == CHAT_KEY_ERROR);
    }
}

/* Each number of a sound key, replaced in turn by another: none is taken, and nothing crashes. */
static void
test_mixed_private (TestFolder   *folder,
                    gconstpointer data)
{
  static const char script[]
      = "for k in a b; do openssl genrsa -traditional -out $k 2048 2>&1; "
        "openssl asn1parse -in $k | sed -n 's/.*INTEGER *://p' > $k.txt; done";
  g_auto (GStrv) a = NULL;
  g_auto (GStrv) b = NULL;
  g_autofree char *a_text = NULL;
  g_autofree char *b_text = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, script);
  a_text = read_file (folder, "a.txt", NULL);
  b_text = read_file (folder, "b.txt", NULL);
  a = g_strsplit (a_text, "\n", -1);
  b = g_strsplit (b_text, "\n", -1);

  /* Line 0 is the version, 1 to 8 the numbers. GnuTLS makes anew what follows from d, p and q. */
  for (guint changed = 0; changed <= 5; changed++)
    {
      const guint8 *numbers[8];
      gsize sizes[8];
      g_autoptr (GPtrArray) decoded
          = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatPrivateKey) key = NULL;

      for (guint i = 0; i < 8; i++)
        {
          g_autofree char *hex = g_strconcat ("00", i + 1 == changed ? b[i + 1] : a[i + 1], NULL);
          GBytes *bytes = test_decode_hex (hex);

          g_ptr_array_add (decoded, bytes);
          numbers[i] = g_bytes_get_data (bytes, &sizes[i]);
        }
      key = try_numbers (numbers, sizes, &error);
      g_test_message ("changed %u: %s", changed, error != NULL ? error->message : "fine");
      /* 2 is the exponent, the same for both. */
      g_assert_cmpint (key != NULL, ==, changed == 0 || changed == 2);
    }
}

static void
test_not_pem (void)
{
  static const char *const texts[] = { "", "hello", "-----BEGIN CERTIFICATE-----\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_public_key_new_from_pem (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM);
      g_clear_error (&error);
      g_assert_null (chat_private_key_new_from_pem (texts[i], strlen (texts[i]), NULL, &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM);
    }
}

/* A file cut anywhere before its last line. */
/* How many bytes come before the last line. */
static gsize
get_size_of_body (const char *pem)
{
  const char *end = g_strstr_len (pem, -1, "-----END");

  g_assert_nonnull (end);

  return (gsize) (end - pem);
}

static void
test_damaged_pem (TestFolder   *folder,
                  gconstpointer data)
{
  g_autofree char *public = NULL;
  g_autofree char *private = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  public = read_file (folder, "public.pem", NULL);
  for (gsize size = 0; size <= get_size_of_body (public); size++)
    {
      g_autofree char *part = g_memdup2 (public, size);

      g_assert_null (chat_public_key_new_from_pem (part, size, NULL));
    }
  private = read_file (folder, "key.pem", NULL);
  for (gsize size = 0; size <= get_size_of_body (private); size += 7)
    {
      g_autofree char *part = g_memdup2 (private, size);

      g_assert_null (chat_private_key_new_from_pem (part, size, NULL, NULL));
    }
}

static void
test_generate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (CHAT_MIN_RSA_BITS, &error);
  g_autoptr (ChatPrivateKey) other = chat_private_key_generate (CHAT_MIN_RSA_BITS, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (chat_public_key_get_bits (chat_private_key_get_public (key)), ==, 2048);
  g_assert_false (chat_public_key_equal (chat_private_key_get_public (key),
                                         chat_private_key_get_public (other)));
  assert_works (key, chat_private_key_get_public (key));
}

static void
generated_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

static void
test_generate_async (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;

  chat_private_key_generate_async (2048, NULL, generated_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  key = chat_private_key_generate_finish (result, &error);
  g_assert_no_error (error);
  assert_works (key, chat_private_key_get_public (key));
}

/* Cancelling a search that takes long is answered before a short one is done. Comes last, since
 * the thread goes on. */
static void
test_generate_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;

  chat_private_key_generate_async (CHAT_MAX_RSA_BITS, cancellable, generated_cb, &cancelled);
  chat_private_key_generate_async (CHAT_MIN_RSA_BITS, NULL, generated_cb, &result);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_nonnull (cancelled);
  g_assert_null (chat_private_key_generate_finish (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  key = chat_private_key_generate_finish (result, NULL);
  g_assert_nonnull (key);
}

/* GnuTLS gives up one hold by itself when the program ends, under the threads that go on. */
static void
test_generate_at_exit (void)
{
  g_autoptr (ChatPrivateKey) first = NULL;
  g_autoptr (ChatPrivateKey) second = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  first = chat_private_key_generate (2048, NULL);
  gnutls_global_deinit ();
  second = chat_private_key_generate (2048, NULL);
  g_assert_nonnull (second);
}

static void
test_finalized (void)
{
  ChatPrivateKey *key = chat_private_key_generate (2048, NULL);
  ChatPublicKey *public = chat_private_key_get_public (key);

  g_object_add_weak_pointer (G_OBJECT (key), (gpointer *) &key);
  g_object_add_weak_pointer (G_OBJECT (public), (gpointer *) &public);
  g_object_unref (key);
  g_assert_null (key);
  g_assert_null (public);
}

/* One text for whatever is wrong. */
static void
test_decrypt_refused (void)
{
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (2048, NULL);
  ChatPublicKey *public = chat_private_key_get_public (key);
  g_autoptr (ChatSecret) secret = chat_secret_new_random (32);
  g_autoptr (GBytes) ciphertext = chat_public_key_encrypt (public, secret, NULL);
  g_autofree guint8 *changed = g_memdup2 (g_bytes_get_data (ciphertext, NULL), 256);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) short_error = NULL;
  g_autoptr (GError) too_long = NULL;
  g_autoptr (ChatSecret) long_secret = chat_secret_new_random (256 - 65);

  changed[100] ^= 1;
  g_assert_null (chat_private_key_decrypt (key, changed, 256, &wrong));
  g_assert_error (wrong, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
  g_assert_null (chat_private_key_decrypt (key, changed, 255, &short_error));
  g_assert_error (short_error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
  g_assert_cmpstr (wrong->message, ==, short_error->message);

  g_assert_null (chat_public_key_encrypt (public, long_secret, &too_long));
  g_assert_error (too_long, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID);
}

static gpointer
use_key (gpointer data)
{
  ChatPrivateKey *key = data;

  for (guint i = 0; i < 20; i++)
    assert_works (key, chat_private_key_get_public (key));

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (2048, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("key", use_key, key);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
add (const char *path,
     void (*test) (TestFolder *, gconstpointer))
{
  g_test_add (path, TestFolder, NULL, test_folder_set_up_keys, test, test_folder_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  chat_wipe_gmp_memory ();

  add ("/keys/names", test_names);
  add ("/keys/public-forms", test_public_forms);
  add ("/keys/private-forms", test_private_forms);
  add ("/keys/passphrase", test_passphrase);
  add ("/keys/many-passphrases", test_many_passphrases);
  add ("/keys/written", test_written);
  add ("/keys/openssl-decrypts", test_openssl_decrypts);
  add ("/keys/sizes", test_sizes);
  add ("/keys/not-rsa", test_not_rsa);
  g_test_add_func ("/keys/hostile-numbers", test_hostile_numbers);
  g_test_add_func ("/keys/damaged-der", test_damaged_der);
  g_test_add_func ("/keys/hostile-private", test_hostile_private);
  add ("/keys/mixed-private", test_mixed_private);
  g_test_add_func ("/keys/not-pem", test_not_pem);
  add ("/keys/damaged-pem", test_damaged_pem);
  g_test_add_func ("/keys/generate", test_generate);
  g_test_add_func ("/keys/generate-async", test_generate_async);
  g_test_add_func ("/keys/finalized", test_finalized);
  g_test_add_func ("/keys/decrypt-refused", test_decrypt_refused);
  g_test_add_func ("/keys/threads", test_threads);
  g_test_add_func ("/keys/generate-at-exit", test_generate_at_exit);
  g_test_add_func ("/keys/generate-cancelled", test_generate_cancelled);

  return g_test_run ();
}
