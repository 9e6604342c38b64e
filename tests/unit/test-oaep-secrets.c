/* Follows the secrets through OAEP decoding (ctgrind's method): valgrind is told that the private
 * key is not initialised, and so is all that is computed from it. It then complains about each jump
 * and each address that depends on it, which is what another could see in the time it takes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <nettle/knuth-lfib.h>
#include <valgrind/memcheck.h>

/* The value is left as it is, and is no secret any more. */
#define PUBLISH(value)                                                                             \
  ({                                                                                               \
    __typeof__ (value) published = (value);                                                        \
    (void) VALGRIND_MAKE_MEM_DEFINED (&published, sizeof published);                               \
    published;                                                                                     \
  })

/* What is tested is static in it. */
#include "../../src/common/chat-oaep.c"

/* The smallest that has room for a message: valgrind is slow, and nothing depends on the size. */
#define BITS 1024
#define SIZE (BITS / 8)

typedef struct
{
  struct rsa_public_key public;
  struct rsa_private_key private;
} KeyPair;

static void
random_bytes (void *context, size_t size, uint8_t *data)
{
  knuth_lfib_random (context, size, data);
}

/* The same each time; it protects nothing. */
static KeyPair *
get_key (void)
{
  static KeyPair keys;
  struct knuth_lfib_ctx random;

  if (keys.public.size == 0)
    {
      knuth_lfib_init (&random, 4711);
      rsa_public_key_init (&keys.public);
      rsa_private_key_init (&keys.private);
      mpz_set_ui (keys.public.e, 65537);
      g_assert_true (rsa_generate_keypair (&keys.public, &keys.private, &random, random_bytes, NULL,
                                           NULL, BITS, 0));
    }

  return &keys;
}

static void
mark (mpz_srcptr number, gboolean secret)
{
  gsize size = mpz_size (number) * sizeof (mp_limb_t);

  if (secret)
    (void) VALGRIND_MAKE_MEM_UNDEFINED (mpz_limbs_read (number), size);
  else
    (void) VALGRIND_MAKE_MEM_DEFINED (mpz_limbs_read (number), size);
}

static void
mark_key (KeyPair *keys, gboolean secret)
{
  mark (keys->private.p, secret);
  mark (keys->private.q, secret);
  mark (keys->private.a, secret);
  mark (keys->private.b, secret);
  mark (keys->private.c, secret);
}

static guint
count_errors (void)
{
  return (guint) VALGRIND_COUNT_ERRORS;
}

/* With a key that is secret; what is published is whether it was a message, and how long. */
static gboolean
decrypt (const guint8 *ciphertext, guint *n_errors)
{
  KeyPair *keys = get_key ();
  guint before = count_errors ();
  ChatSecret *message;

  mark_key (keys, TRUE);
  message = chat_oaep_decrypt (&keys->public, &keys->private, NULL, 0, ciphertext, SIZE);
  *n_errors = count_errors () - before;
  mark_key (keys, FALSE);
  if (message == NULL)
    return FALSE;

  chat_secret_unref (message);
  return TRUE;
}

/* The method finds something where there is something. */
static void
test_control (void)
{
  guint8 bytes[SIZE] = { 0 };
  volatile guint8 secret = 1;
  guint before = count_errors ();
  gsize start;

  (void) VALGRIND_MAKE_MEM_UNDEFINED (&secret, sizeof secret);
  if (secret == 1)
    bytes[0] = 2;
  g_assert_cmpuint (count_errors (), >, before);

  /* And it follows a secret through the decoding. */
  (void) VALGRIND_MAKE_MEM_UNDEFINED (bytes, sizeof bytes);
  before = count_errors ();
  if (decode (bytes, sizeof bytes, (const guint8 *) "12345678901234567890123456789012", &start)
      == 0)
    g_assert_not_reached ();
  g_assert_cmpuint (count_errors (), >, before);
}

static void
test_good (void)
{
  guint8 ciphertext[SIZE];
  guint n_errors;

  g_assert_true (chat_oaep_encrypt (&get_key ()->public, NULL, 0, "a message", 9, ciphertext));
  g_assert_true (decrypt (ciphertext, &n_errors));
  g_assert_cmpuint (n_errors, ==, 0);
}

/* Wrong in the first byte, in the label's hash, or anywhere. */
static void
test_wrong (void)
{
  guint8 ciphertext[SIZE];
  guint n_errors;

  g_assert_true (chat_oaep_encrypt (&get_key ()->public, "label", 5, "x", 1, ciphertext));
  g_assert_false (decrypt (ciphertext, &n_errors));
  g_assert_cmpuint (n_errors, ==, 0);

  ciphertext[SIZE - 1] ^= 1;
  g_assert_false (decrypt (ciphertext, &n_errors));
  g_assert_cmpuint (n_errors, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!RUNNING_ON_VALGRIND)
    {
      g_print ("1..0 # SKIP it is for valgrind to run\n");
      return 0;
    }

  g_test_add_func ("/oaep-secrets/control", test_control);
  g_test_add_func ("/oaep-secrets/good", test_good);
  g_test_add_func ("/oaep-secrets/wrong", test_wrong);

  return g_test_run ();
}
