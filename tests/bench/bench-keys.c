/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-keys.h"

#include "bench-fail.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

/* Two more who have each other to themselves. */
#define PAIR 2

static ChatPrivateKey *
make_key (guint bits)
{
  g_autoptr (GError) error = NULL;
  ChatPrivateKey *key = chat_private_key_generate (bits, &error);

  if (key == NULL)
    bench_fail ("%s", error->message);

  return key;
}

static BenchUser *
bench_user_new (guint number, guint bits)
{
  g_autoptr (GError) error = NULL;
  BenchUser *user = g_new0 (BenchUser, 1);

  user->username = g_strdup_printf ("guest%u", number);
  user->key = make_key (bits);
  user->credentials = chat_credentials_new (user->key, &error);
  if (user->credentials == NULL)
    bench_fail ("%s", error->message);

  return user;
}

static void
bench_user_free (BenchUser *user)
{
  g_free (user->username);
  g_object_unref (user->key);
  chat_credentials_unref (user->credentials);
  g_free (user);
}

/**
 * bench_keys_new:
 * @n_users: how many guests, beside the pair
 * @bits: how long all keys are
 *
 * Returns: (transfer full): new keys
 */
BenchKeys *
bench_keys_new (guint n_users, guint bits)
{
  BenchKeys *self = g_new0 (BenchKeys, 1);
  g_autoptr (GError) error = NULL;

  self->server = make_key (bits);
  self->commands = chat_envelope_new (chat_private_key_get_public (self->server), &error);
  if (self->commands == NULL)
    bench_fail ("%s", error->message);

  self->users = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_user_free);
  for (guint i = 0; i < n_users + PAIR; i++)
    g_ptr_array_add (self->users, bench_user_new (i, bits));

  return self;
}

/**
 * bench_keys_free:
 * @self: (transfer full): keys
 */
void
bench_keys_free (BenchKeys *self)
{
  chat_envelope_free (self->commands);
  g_object_unref (self->server);
  g_ptr_array_unref (self->users);
  g_free (self);
}

/**
 * bench_keys_get_user:
 * @self: keys
 * @index: any number
 *
 * Returns: (transfer none): a guest; one after the other, and then the first again
 */
BenchUser *
bench_keys_get_user (BenchKeys *self, guint index)
{
  return g_ptr_array_index (self->users, index % (self->users->len - PAIR));
}

/**
 * bench_keys_get_one_of_pair:
 * @self: keys
 * @index: 0 or 1
 *
 * Returns: (transfer none): one of two guests who are not among those of bench_keys_get_user()
 */
BenchUser *
bench_keys_get_one_of_pair (BenchKeys *self, guint index)
{
  return g_ptr_array_index (self->users, self->users->len - PAIR + index);
}

/**
 * bench_keys_get_readers:
 * @self: keys
 *
 * Returns: (transfer container) (element-type ChatPublicKey): the public keys of all guests
 */
GPtrArray *
bench_keys_get_readers (BenchKeys *self)
{
  GPtrArray *readers = g_ptr_array_new ();

  for (guint i = 0; i < self->users->len; i++)
    g_ptr_array_add (readers, chat_private_key_get_public (
                                  ((BenchUser *) g_ptr_array_index (self->users, i))->key));

  return readers;
}

#define ABSENT_BITS 2048

/**
 * bench_keys_make_public:
 *
 * To encrypt for a key, its modulus need not be a product of primes, and a thousand of those would
 * take minutes to make.
 *
 * Returns: (transfer full): a public key, to which there is no private one
 */
ChatPublicKey *
bench_keys_make_public (void)
{
  guint8 modulus[ABSENT_BITS / 8], exponent[] = { 1, 0, 1 };
  const gnutls_datum_t m = { modulus, sizeof modulus }, e = { exponent, sizeof exponent };
  gnutls_pubkey_t raw;
  gnutls_datum_t der;
  ChatPublicKey *key;
  g_autoptr (GError) error = NULL;

  if (gnutls_rnd (GNUTLS_RND_NONCE, modulus, sizeof modulus) < 0)
    bench_fail ("no random bytes");
  modulus[0] |= 0x80;
  modulus[sizeof modulus - 1] |= 1;

  if (gnutls_pubkey_init (&raw) < 0 || gnutls_pubkey_import_rsa_raw (raw, &m, &e) < 0
      || gnutls_pubkey_export2 (raw, GNUTLS_X509_FMT_DER, &der) < 0)
    bench_fail ("a public key cannot be made");
  key = chat_public_key_new_from_der (der.data, der.size, &error);
  if (key == NULL)
    bench_fail ("%s", error->message);

  gnutls_free (der.data);
  gnutls_pubkey_deinit (raw);
  return key;
}
