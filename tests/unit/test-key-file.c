/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-file.h"

#include "chat-error.h"
#include "chat-key-doctor.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The names in sentences are relative, so the tests go to their folder. */
static void
set_up (TestFolder   *folder,
        gconstpointer data)
{
  test_folder_set_up_keys (folder, data);
  g_assert_cmpint (g_chdir (folder->path), ==, 0);
}

static void
tear_down (TestFolder   *folder,
           gconstpointer data)
{
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  test_folder_tear_down (folder, data);
}

static void
check_sentence (GError     *error,
                int         code,
                const char *name,
                const char *part)
{
  g_assert_error (error, CHAT_KEY_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_nonnull (strstr (error->message, part));
}

/* Loads what should be bob's public key, and is not. */
static void
assert_public (const char *name,
               int         code,
               const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_key_file_load_public (name, "bob", &error));
  check_sentence (error, code, name, part);
}

static void
assert_private (const char *name,
                const char *passphrase,
                int         code,
                const char *part)
{
  g_autoptr (ChatSecret) secret = NULL;
  g_autoptr (GError) error = NULL;

  if (passphrase != NULL)
    secret = chat_secret_new (passphrase, strlen (passphrase));
  g_assert_null (chat_key_file_load_private (name, secret, &error));
  check_sentence (error, code, name, part);
}

/* The command of a sentence, after its last ": ". */
static char *
take_command (GError *error)
{
  const char *colon = g_strrstr (error->message, ": ");

  g_assert_nonnull (colon);

  return g_strdup (colon + 2);
}

/* The file is refused with this code; what the sentence says to run is run as it stands, and then
 * the file that it names is taken. */
static void
assert_public_cure (TestFolder *folder,
                    const char *name,
                    int         code,
                    const char *cured)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  g_autoptr (ChatPublicKey) key = NULL;

  g_assert_null (chat_key_file_load_public (name, "bob", &error));
  check_sentence (error, code, name, name);
  command = take_command (error);
  g_clear_error (&error);
  test_run (folder, command);
  key = chat_key_file_load_public (cured, "bob", &error);
  g_assert_no_error (error);
}

static void
assert_private_cure (TestFolder *folder,
                     const char *name,
                     int         code,
                     const char *cured)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;
  gsize size_before, size_after;

  g_assert_true (g_file_get_contents (name, &before, &size_before, NULL));
  g_assert_null (chat_key_file_load_private (name, NULL, &error));
  check_sentence (error, code, name, name);
  command = take_command (error);
  g_clear_error (&error);
  test_run (folder, command);
  key = chat_key_file_load_private (cured, NULL, &error);
  g_assert_no_error (error);
  /* The original of a private key stays. */
  g_assert_true (g_file_get_contents (name, &after, &size_after, NULL));
  g_assert_cmpmem (after, size_after, before, size_before);
}

static void
test_good (TestFolder   *folder,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPublicKey) public = NULL;
  g_autoptr (ChatPrivateKey) private = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  public = chat_key_file_load_public ("public.pem", NULL, &error);
  g_assert_no_error (error);
  private = chat_key_file_load_private ("key.pem", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (chat_public_key_equal (public, chat_private_key_get_public (private)));
}

static void
test_missing (TestFolder   *folder,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_public ("none.pem", CHAT_KEY_ERROR_MISSING, "bob's public key");
  assert_private ("none.pem", NULL, CHAT_KEY_ERROR_MISSING, "private key");
  g_assert_null (chat_key_file_load_public ("none.pem", NULL, &error));
  check_sentence (error, CHAT_KEY_ERROR_MISSING, "none.pem", "your public key");
}

static void
test_unreadable (TestFolder   *folder,
                 gconstpointer data)
{
  g_assert_cmpint (g_mkdir ("folder", 0700), ==, 0);
  assert_public ("folder", CHAT_KEY_ERROR_UNREADABLE, "is a folder");
  assert_private ("folder", NULL, CHAT_KEY_ERROR_UNREADABLE, "is a folder");

  /* root may read everything: the sentence alone. */
  if (geteuid () == 0)
    {
      g_autoptr (GError) cause = NULL;
      g_autoptr (GError) error = NULL;
      ChatKeyWanted wanted = { .owner = "bob" };

      g_set_error_literal (&cause, G_FILE_ERROR, G_FILE_ERROR_ACCES, "a.pem cannot be read");
      chat_key_doctor_explain_read (&error, "a.pem", &wanted, cause);
      check_sentence (error, CHAT_KEY_ERROR_UNREADABLE, "a.pem cannot be read", "ls -ld a.pem");
      return;
    }
  test_folder_write (folder, "a.pem", "x", 1);
  g_assert_cmpint (g_chmod ("a.pem", 0), ==, 0);
  assert_public ("a.pem", CHAT_KEY_ERROR_UNREADABLE, "ls -ld a.pem");
  assert_private ("a.pem", NULL, CHAT_KEY_ERROR_UNREADABLE, "ls -ld a.pem");
}

static void
test_not_pem (TestFolder   *folder,
              gconstpointer data)
{
  g_autofree char *large = g_strnfill (70000, 'x');

  test_folder_write (folder, "empty.pem", "", 0);
  test_folder_write (folder, "blank.pem", " \n\n", -1);
  test_folder_write (folder, "text.pem", "this is my key\n", -1);
  test_folder_write (folder, "large.pem", large, -1);
  test_folder_write (folder, "binary.pem", "\x30\x82\x00\x00\x01", 5);
  test_folder_write (folder, "pgp.pem", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", -1);

  assert_public ("empty.pem", CHAT_KEY_ERROR_NOT_PEM, "is empty; put bob's public key there");
  assert_private ("empty.pem", NULL, CHAT_KEY_ERROR_NOT_PEM, "is empty");
  assert_public ("blank.pem", CHAT_KEY_ERROR_NOT_PEM, "is empty");
  assert_public ("text.pem", CHAT_KEY_ERROR_NOT_PEM, "-----BEGIN PUBLIC KEY-----");
  assert_private ("text.pem", NULL, CHAT_KEY_ERROR_NOT_PEM, "-----BEGIN PRIVATE KEY-----");
  assert_public ("large.pem", CHAT_KEY_ERROR_NOT_PEM, "64.0");
  assert_private ("binary.pem", NULL, CHAT_KEY_ERROR_NOT_PEM, "holds no key");
  assert_public ("pgp.pem", CHAT_KEY_ERROR_NOT_PEM, "holds no key");
  test_folder_write (folder, "cut", "-----BEGIN OPENSSH PRIVATE KEY-----", -1);
  assert_private ("cut", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA");
  assert_public ("/dev/null", CHAT_KEY_ERROR_NOT_PEM, "regular");
}

static void
test_utf16 (TestFolder   *folder,
            gconstpointer data)
{
  if (!test_needs_tool ("openssl") || !test_needs_tool ("iconv"))
    return;

  test_run (folder, "iconv -f UTF-8 -t UTF-16 public.pem > wide.pem");
  assert_public_cure (folder, "wide.pem", CHAT_KEY_ERROR_NOT_PEM, "wide.pem");
}

static void
test_der (TestFolder   *folder,
          gconstpointer data)
{
  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl pkey -in key.pem -outform DER -out key.der; cp key.der der.pem; "
                    "openssl pkcs8 -topk8 -in key.pem -passout pass:x -outform DER "
                    "-out locked.der; "
                    "openssl pkey -in key.pem -pubout -outform DER -out public.der");
  assert_private_cure (folder, "key.der", CHAT_KEY_ERROR_NOT_PEM, "key.der.pem");
  assert_private_cure (folder, "der.pem", CHAT_KEY_ERROR_NOT_PEM, "der-converted.pem");
  assert_private ("locked.der", NULL, CHAT_KEY_ERROR_NOT_PEM, "-inform DER");
  assert_public_cure (folder, "public.der", CHAT_KEY_ERROR_NOT_PEM, "public.der.pem");
  assert_public ("key.der", CHAT_KEY_ERROR_IS_PRIVATE, "private key; put bob's public key there");
  assert_private ("public.der", NULL, CHAT_KEY_ERROR_IS_PUBLIC, "public key");
}

static void
test_openssh (TestFolder   *folder,
              gconstpointer data)
{
  if (!test_needs_tool ("ssh-keygen"))
    return;

  test_run (folder, "ssh-keygen -q -t rsa -b 2048 -N '' -f id_rsa; cp id_rsa id.pem; cp id_rsa.pub "
                    "key_bob.pem; ssh-keygen -e -f id_rsa.pub > ssh2.pub; chmod 644 ssh2.pub");
  assert_private_cure (folder, "id_rsa", CHAT_KEY_ERROR_OPENSSH, "id_rsa.pem");
  assert_private_cure (folder, "id.pem", CHAT_KEY_ERROR_OPENSSH, "id-converted.pem");
  assert_public_cure (folder, "id_rsa.pub", CHAT_KEY_ERROR_OPENSSH, "id_rsa.pub.pem");
  assert_public_cure (folder, "key_bob.pem", CHAT_KEY_ERROR_OPENSSH, "key_bob.pem");
  assert_public_cure (folder, "ssh2.pub", CHAT_KEY_ERROR_OPENSSH, "ssh2.pub.pem");
  assert_public ("id_rsa", CHAT_KEY_ERROR_IS_PRIVATE, "bob's public key");
  assert_private ("id_rsa.pub", NULL, CHAT_KEY_ERROR_IS_PUBLIC, "public key");
  assert_private ("ssh2.pub", NULL, CHAT_KEY_ERROR_IS_PUBLIC, "public key");
}

/* The passphrase is asked for, so the command is not run as it stands; and it is not lost. */
static void
test_openssh_protected (TestFolder   *folder,
                        gconstpointer data)
{
  g_autoptr (ChatSecret) passphrase = chat_secret_new ("new one", 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;

  if (!test_needs_tool ("ssh-keygen"))
    return;

  test_run (folder, "ssh-keygen -q -t rsa -b 2048 -N secret -f id_rsa");
  assert_private ("id_rsa", NULL, CHAT_KEY_ERROR_OPENSSH,
                  ": cp -p id_rsa id_rsa.pem && ssh-keygen -p -m PKCS8 -f id_rsa.pem");
  test_run (folder, "cp -p id_rsa id_rsa.pem && ssh-keygen -p -P secret -N 'new one' -m PKCS8 -f "
                    "id_rsa.pem");
  key = chat_key_file_load_private ("id_rsa.pem", passphrase, &error);
  g_assert_no_error (error);
}

static void
test_openssh_not_rsa (TestFolder   *folder,
                      gconstpointer data)
{
  if (!test_needs_tool ("ssh-keygen"))
    return;

  test_run (folder, "ssh-keygen -q -t ed25519 -N '' -f ed; ssh-keygen -q -t ecdsa -N x -f ec");
  assert_private ("ed", NULL, CHAT_KEY_ERROR_NOT_RSA, "chat-client keygen");
  assert_private ("ec", NULL, CHAT_KEY_ERROR_NOT_RSA, "chat-client keygen");
  assert_public ("ed.pub", CHAT_KEY_ERROR_NOT_RSA, "chat-client keygen");
  assert_public ("ec.pub", CHAT_KEY_ERROR_NOT_RSA, "chat-client keygen");
  assert_public ("ed", CHAT_KEY_ERROR_IS_PRIVATE, "bob's public key");
}

static void
test_putty (TestFolder   *folder,
            gconstpointer data)
{
  test_folder_write (folder, "key.ppk", "PuTTY-User-Key-File-3: ssh-rsa\n", -1);
  assert_private ("key.ppk", NULL, CHAT_KEY_ERROR_OPENSSH,
                  ": puttygen key.ppk -O private-openssh -o key.ppk.pem");
  assert_public ("key.ppk", CHAT_KEY_ERROR_IS_PRIVATE, "bob's public key");

  if (!test_needs_tool ("puttygen"))
    return;
  test_run (folder, ": > none; puttygen -q -t rsa -b 2048 --new-passphrase none -o key.ppk");
  assert_private_cure (folder, "key.ppk", CHAT_KEY_ERROR_OPENSSH, "key.ppk.pem");
}

static void
test_wrong_half (TestFolder   *folder,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "mkdir keys; cp key.pem keys/key_bob.pem; cat public.pem key.pem > both.pem; "
                    "openssl rsa -in key.pem -traditional -out pkcs1.pem; "
                    "openssl pkcs8 -topk8 -in key.pem -passout pass:x -out locked.pem");
  g_assert_null (chat_key_file_load_public ("keys/key_bob.pem", "bob", &error));
  g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PRIVATE);
  g_assert_cmpstr (error->message, ==,
                   "keys/key_bob.pem holds a private key; put bob's public key there");
  g_clear_error (&error);
  g_assert_null (chat_key_file_load_public ("pkcs1.pem", NULL, &error));
  g_assert_cmpstr (error->message, ==,
                   "pkcs1.pem holds a private key; put your public key there");

  assert_public ("locked.pem", CHAT_KEY_ERROR_IS_PRIVATE, "private key");
  /* A private key is never passed over because a public one comes first. */
  assert_public ("both.pem", CHAT_KEY_ERROR_IS_PRIVATE, "private key");
  assert_private ("public.pem", NULL, CHAT_KEY_ERROR_IS_PUBLIC, "private key there");
}

static void
test_certificate (TestFolder   *folder,
                  gconstpointer data)
{
  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl req -x509 -key key.pem -subj /CN=bob -out cert.pem; "
                    "openssl x509 -in cert.pem -outform DER -out cert.der; "
                    "openssl req -new -key key.pem -subj /CN=bob -out request.pem; "
                    "cp cert.pem 'bob s.pem'; cp cert.pem c.crt");
  assert_private ("cert.pem", NULL, CHAT_KEY_ERROR_IS_CERTIFICATE, "private key");
  assert_private ("cert.der", NULL, CHAT_KEY_ERROR_IS_CERTIFICATE, "private key");
  assert_public_cure (folder, "cert.pem", CHAT_KEY_ERROR_IS_CERTIFICATE, "cert.pem");
  assert_public_cure (folder, "c.crt", CHAT_KEY_ERROR_IS_CERTIFICATE, "c.crt.pem");
  assert_public_cure (folder, "cert.der", CHAT_KEY_ERROR_IS_CERTIFICATE, "cert.der.pem");
  assert_public_cure (folder, "request.pem", CHAT_KEY_ERROR_IS_CERTIFICATE, "request.pem");
  /* The command is right for names that a shell would take apart. */
  assert_public_cure (folder, "bob s.pem", CHAT_KEY_ERROR_IS_CERTIFICATE, "bob s.pem");
}

static void
test_certificate_by_gnutls (TestFolder   *folder,
                            gconstpointer data)
{
  if (!test_needs_tool ("certtool") || !test_needs_tool ("openssl"))
    return;

  test_run (folder, "printf 'cn = bob\\n' > template; certtool --generate-self-signed --template "
                    "template --load-privkey key.pem --outfile cert.pem 2>&1");
  assert_public_cure (folder, "cert.pem", CHAT_KEY_ERROR_IS_CERTIFICATE, "cert.pem");
}

static void
test_not_rsa (TestFolder   *folder,
              gconstpointer data)
{
  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key; "
                    "openssl ecparam -name prime256v1 -genkey -out old.key; "
                    "openssl genpkey -algorithm ED25519 -out ed.key; "
                    "openssl genpkey -algorithm RSA-PSS -out pss.key 2>&1; "
                    "openssl dsaparam -genkey -out dsa.key 1024 2>&1; "
                    "for k in ec ed pss dsa; do openssl pkey -in $k.key -pubout -out $k.pub; done");
  assert_private ("ec.key", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA but EC");
  assert_private ("old.key", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA");
  assert_private ("ed.key", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA but EdDSA (Ed25519)");
  assert_private ("pss.key", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA but RSA-PSS");
  assert_private ("dsa.key", NULL, CHAT_KEY_ERROR_NOT_RSA, "not RSA");
  assert_public ("ec.pub", CHAT_KEY_ERROR_NOT_RSA, "not RSA but EC");
  assert_public ("ed.pub", CHAT_KEY_ERROR_NOT_RSA, "not RSA but EdDSA (Ed25519)");
  assert_public ("pss.pub", CHAT_KEY_ERROR_NOT_RSA, "not RSA but RSA-PSS");
  assert_public ("dsa.pub", CHAT_KEY_ERROR_NOT_RSA, "not RSA but DSA");
}

static void
test_sizes (TestFolder   *folder,
            gconstpointer data)
{
  /* 8200 bits that nobody has to search primes for: only the public half. */
  static const char long_key[]
      = "printf 'asn1=SEQUENCE:key\\n[key]\\nalgorithm=SEQUENCE:rsa\\nbits=BITWRAP,SEQUENCE:pair\\n"
        "[rsa]\\nid=OID:rsaEncryption\\nnull=NULL\\n[pair]\\nn=INTEGER:0x%s\\ne=INTEGER:65537\\n' "
        "$(printf 'c1%.0s' $(seq 1 1025)) > spec; "
        "openssl asn1parse -genconf spec -noout -out long.der; "
        "openssl pkey -pubin -inform DER -in long.der -pubout -out long.pub";

  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl genrsa -out short.key 1024 2>&1; "
                    "openssl pkey -in short.key -pubout -out short.pub");
  assert_private ("short.key", NULL, CHAT_KEY_ERROR_TOO_SHORT, "1024 bits");
  assert_public ("short.pub", CHAT_KEY_ERROR_TOO_SHORT, "at least 2048");
  test_run (folder, long_key);
  assert_public ("long.pub", CHAT_KEY_ERROR_TOO_LONG, "8200 bits");
}

static void
test_passphrase (TestFolder   *folder,
                 gconstpointer data)
{
  g_autoptr (ChatSecret) secret = chat_secret_new ("secret", 6);
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "openssl pkcs8 -topk8 -in key.pem -passout pass:secret -out locked.pem");
  assert_private ("locked.pem", NULL, CHAT_KEY_ERROR_NEEDS_PASSPHRASE,
                  ": openssl pkey -in locked.pem -out locked-converted.pem");
  assert_private ("locked.pem", "wrong", CHAT_KEY_ERROR_WRONG_PASSPHRASE, "passphrase");
  key = chat_key_file_load_private ("locked.pem", secret, &error);
  g_assert_no_error (error);
}

static void
test_broken (TestFolder   *folder,
             gconstpointer data)
{
  if (!test_needs_tool ("openssl"))
    return;

  test_run (folder, "head -5 public.pem > half.pub; head -5 key.pem > half.key; "
                    "openssl pkcs8 -topk8 -scrypt -in key.pem -passout pass:x -out scrypt.key; "
                    "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 "
                    "-pkeyopt rsa_keygen_primes:3 -out three.key 2>&1");
  assert_public ("half.pub", CHAT_KEY_ERROR_BROKEN, "damaged");
  assert_private ("half.key", NULL, CHAT_KEY_ERROR_BROKEN, "damaged");
  assert_private ("scrypt.key", "x", CHAT_KEY_ERROR_BROKEN, ": openssl pkcs8 -topk8 -in ");
  assert_private ("three.key", NULL, CHAT_KEY_ERROR_BROKEN, "three.key");
}

/* Somebody who chose the file in a window is not told to put another one there, nor sent to a
 * terminal where a button does it. */
static void
check_chosen (GError     *error,
              const char *name,
              const char *remedy)
{
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_nonnull (strstr (error->message, remedy));
  g_assert_null (strstr (error->message, " put "));
  g_assert_null (strstr (error->message, "chat-client"));
}

static void
assert_chosen_public (const char *name,
                      const char *remedy)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_key_file_load_chosen_public (name, CHAT_KEY_OWNER_SERVER, &error));
  check_chosen (error, name, remedy);
}

static void
assert_chosen_private (const char *name,
                       const char *remedy)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_key_file_load_chosen_private (name, NULL, &error));
  check_chosen (error, name, remedy);
}

static void
test_chosen (TestFolder   *folder,
             gconstpointer data)
{
  static const char public[] = "; choose the server's public key";
  static const char private[] = "; choose your private key";
  static const char create[] = "; choose another key, or make one with “Create a Key…”";

  test_folder_write (folder, "empty.pem", "", 0);
  test_folder_write (folder, "text.pem", "this is my key\n", -1);
  g_assert_cmpint (g_mkdir ("folder", 0700), ==, 0);
  test_run (folder, "head -5 public.pem > half.pub");
  assert_chosen_public ("none.pem", public);
  assert_chosen_public ("empty.pem", public);
  assert_chosen_public ("text.pem", public);
  assert_chosen_public ("folder", public);
  assert_chosen_public ("key.pem", public);
  assert_chosen_public ("half.pub", "; choose another copy of the server's public key");
  assert_chosen_private ("none.pem", private);
  assert_chosen_private ("empty.pem", private);
  assert_chosen_private ("text.pem", private);
  assert_chosen_private ("folder", private);
  assert_chosen_private ("public.pem", private);

  if (!test_needs_tool ("openssl"))
    return;
  test_run (folder, "openssl genpkey -algorithm ED25519 -out ed.key; "
                    "openssl pkey -in ed.key -pubout -out ed.pub; "
                    "openssl genrsa -out short.key 1024 2>&1; "
                    "openssl pkey -in short.key -pubout -out short.pub; "
                    "openssl pkey -in key.pem -outform DER -out key.der; "
                    "openssl req -x509 -key key.pem -subj /CN=bob -out cert.pem");
  assert_chosen_private ("ed.key", create);
  assert_chosen_private ("short.key", create);
  assert_chosen_private ("key.der", "; convert a copy and choose that: openssl ");
  assert_chosen_private ("cert.pem", private);
  assert_chosen_public ("ed.pub", "; ask the admin for the right key of the server");
  assert_chosen_public ("short.pub", "; ask the admin for the right key of the server");
  assert_chosen_public ("cert.pem", "; take the public key out of it and choose that: openssl ");
}

static void
test_parse (TestFolder   *folder,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_key_file_parse_public ("The clipboard", NULL, "hello", 5, &error));
  check_sentence (error, CHAT_KEY_ERROR_NOT_PEM, "The clipboard", "your public key");
  g_clear_error (&error);
  g_assert_null (chat_key_file_parse_private ("The clipboard", "", 0, NULL, &error));
  check_sentence (error, CHAT_KEY_ERROR_NOT_PEM, "The clipboard", "empty");
}

static void
test_advise (TestFolder   *folder,
             gconstpointer data)
{
  g_autofree char *open_advice = NULL;
  g_autofree char *quoted_advice = NULL;

  test_folder_write (folder, "a.pem", "x", 1);
  test_folder_write (folder, "it's.pem", "x", 1);
  g_assert_cmpint (g_chmod ("a.pem", 0600), ==, 0);
  g_assert_null (chat_key_file_advise ("a.pem"));
  g_assert_null (chat_key_file_advise ("none.pem"));
  g_assert_cmpint (g_chmod ("a.pem", 0640), ==, 0);
  open_advice = chat_key_file_advise ("a.pem");
  g_assert_true (g_str_has_suffix (open_advice, ": chmod 600 a.pem"));

  g_assert_cmpint (g_chmod ("it's.pem", 0604), ==, 0);
  quoted_advice = chat_key_file_advise ("it's.pem");
  test_run (folder, g_strrstr (quoted_advice, ": ") + 2);
  g_assert_null (chat_key_file_advise ("it's.pem"));
}

static void
assert_quoted (const char *name,
               const char *expected)
{
  g_autofree char *quoted = chat_key_doctor_quote (name);

  g_assert_cmpstr (quoted, ==, expected);
}

static void
test_quote (void)
{
  assert_quoted ("keys/key_bob.pem", "keys/key_bob.pem");
  assert_quoted ("/srv/a-b/c,d+e:f@g%h=i", "/srv/a-b/c,d+e:f@g%h=i");
  assert_quoted ("a b", "'a b'");
  assert_quoted ("$(rm x)", "'$(rm x)'");
  assert_quoted ("it's", "'it'\\''s'");
  assert_quoted ("-rf", "./-rf");
  assert_quoted ("-r f", "'./-r f'");
  assert_quoted ("~/x", "'~/x'");
  assert_quoted ("", "''");
}

static void
test_save (TestFolder   *folder,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (2048, NULL);
  g_autoptr (ChatPrivateKey) loaded = NULL;
  g_autoptr (ChatPublicKey) public = NULL;
  g_autoptr (ChatSecret) secret = chat_secret_new ("secret", 6);
  GStatBuf info;

  g_assert_true (chat_key_file_save_private (key, "new.pem", secret, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat ("new.pem", &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, 0600);
  loaded = chat_key_file_load_private ("new.pem", secret, &error);
  g_assert_no_error (error);

  g_assert_true (chat_key_file_save_public (chat_private_key_get_public (key), "new.pub", FALSE,
                                            &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat ("new.pub", &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, 0644);
  public = chat_key_file_load_public ("new.pub", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (chat_public_key_equal (public, chat_private_key_get_public (loaded)));
}

static void
test_save_exists (TestFolder   *folder,
                  gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (2048, NULL);
  g_autoptr (ChatPrivateKey) loaded = NULL;

  test_folder_write (folder, "a.pem", "precious", -1);
  g_assert_false (chat_key_file_save_private (key, "a.pem", NULL, FALSE, &error));
  check_sentence (error, CHAT_KEY_ERROR_EXISTS, "a.pem", "not overwritten");
  g_clear_error (&error);
  g_assert_false (chat_key_file_save_public (chat_private_key_get_public (key), "a.pem", FALSE,
                                             &error));
  check_sentence (error, CHAT_KEY_ERROR_EXISTS, "a.pem", "not overwritten");
  g_clear_error (&error);
  g_assert_false (chat_key_file_save_private (key, "none/a.pem", NULL, TRUE, &error));
  check_sentence (error, CHAT_KEY_ERROR_FAILED, "none/a.pem", "written");
  g_clear_error (&error);

  g_assert_true (chat_key_file_save_private (key, "a.pem", NULL, TRUE, &error));
  g_assert_no_error (error);
  loaded = chat_key_file_load_private ("a.pem", NULL, &error);
  g_assert_no_error (error);
}

static void
add (const char *path,
     void (*test) (TestFolder *, gconstpointer))
{
  g_test_add (path, TestFolder, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/key-file/good", test_good);
  add ("/key-file/missing", test_missing);
  add ("/key-file/unreadable", test_unreadable);
  add ("/key-file/not-pem", test_not_pem);
  add ("/key-file/utf16", test_utf16);
  add ("/key-file/der", test_der);
  add ("/key-file/openssh", test_openssh);
  add ("/key-file/openssh-protected", test_openssh_protected);
  add ("/key-file/openssh-not-rsa", test_openssh_not_rsa);
  add ("/key-file/putty", test_putty);
  add ("/key-file/wrong-half", test_wrong_half);
  add ("/key-file/certificate", test_certificate);
  add ("/key-file/certificate-by-gnutls", test_certificate_by_gnutls);
  add ("/key-file/not-rsa", test_not_rsa);
  add ("/key-file/sizes", test_sizes);
  add ("/key-file/passphrase", test_passphrase);
  add ("/key-file/broken", test_broken);
  add ("/key-file/chosen", test_chosen);
  add ("/key-file/parse", test_parse);
  add ("/key-file/advise", test_advise);
  g_test_add_func ("/key-file/quote", test_quote);
  add ("/key-file/save", test_save);
  add ("/key-file/save-exists", test_save_exists);

  return g_test_run ();
}
