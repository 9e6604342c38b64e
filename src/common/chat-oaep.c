/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-oaep.h"

#include "chat-limits.h"

#include <gnutls/crypto.h>
#include <nettle/bignum.h>
#include <nettle/sha2.h>
#include <string.h>

/* The encoded message, EM = 00 || masked seed || masked DB, where
 * DB = SHA-256 (label) || 00 … 00 || 01 || message; as long as the modulus. */
#define HASH_SIZE SHA256_DIGEST_SIZE
#define SEED_OFFSET 1
#define DB_OFFSET (SEED_OFFSET + HASH_SIZE)
#define MIN_SIZE (2 * HASH_SIZE + 2)
#define MAX_SIZE (CHAT_MAX_RSA_BITS / 8)

/* What may be known from here on, because the caller is told it. A test that follows the secrets
 * through this file has another definition. */
#ifndef PUBLISH
#define PUBLISH(value) (value)
#endif

static void
nettle_random (void    *context,
               size_t   size,
               uint8_t *data)
{
  if (gnutls_rnd (GNUTLS_RND_KEY, data, size) < 0)
    g_error ("The system gives no random numbers");
}

static void
hash_label (gconstpointer label,
            gsize         size,
            guint8        hash[HASH_SIZE])
{
  struct sha256_ctx context;

  sha256_init (&context);
  sha256_update (&context, size, label);
  sha256_digest (&context, HASH_SIZE, hash);
}

/* target ^= MGF1 (seed), RFC 8017, B.2.1 */
static void
apply_mask (guint8       *target,
            gsize         size,
            const guint8 *seed,
            gsize         seed_size)
{
  struct sha256_ctx context;
  guint8 block[HASH_SIZE];

  for (guint32 counter = 0; size > 0; counter++)
    {
      guint32 big_endian = GUINT32_TO_BE (counter);
      gsize n = MIN (size, sizeof block);

      sha256_init (&context);
      sha256_update (&context, seed_size, seed);
      sha256_update (&context, sizeof big_endian, (const guint8 *) &big_endian);
      sha256_digest (&context, sizeof block, block);
      for (gsize i = 0; i < n; i++)
        target[i] ^= block[i];
      target += n;
      size -= n;
    }

  chat_wipe (block, sizeof block);
  chat_wipe (&context, sizeof context);
}

/* mpz_clear () wipes only where chat_wipe_gmp_memory () was called. */
static void
wipe_number (mpz_t number)
{
  gsize n = mpz_size (number);

  if (n > 0)
    chat_wipe (mpz_limbs_modify (number, n), n * sizeof (mp_limb_t));
  mpz_limbs_finish (number, 0);
  mpz_clear (number);
}

/**
 * chat_oaep_encrypt:
 * @public: a checked key (odd modulus, sane exponent)
 * @label: (nullable) (array length=label_size) (element-type guint8): the label, empty in JOSE
 * @label_size: its bytes
 * @plaintext: (array length=size) (element-type guint8): the message
 * @size: its bytes
 * @ciphertext: (out caller-allocates): `public->size` bytes
 *
 * RSAES-OAEP-ENCRYPT (RFC 8017, section 7.1.1).
 *
 * Returns: whether the message was short enough
 */
gboolean
chat_oaep_encrypt (const struct rsa_public_key *public,
                   gconstpointer                label,
                   gsize                        label_size,
                   gconstpointer                plaintext,
                   gsize                        size,
                   guint8                      *ciphertext)
{
  guint8 em[MAX_SIZE] = { 0 };
  gsize k, db_size;
  mpz_t number;

  g_return_val_if_fail (public != NULL, FALSE);
  g_return_val_if_fail (public->size >= MIN_SIZE && public->size <= MAX_SIZE, FALSE);
  g_return_val_if_fail (plaintext != NULL || size == 0, FALSE);
  g_return_val_if_fail (ciphertext != NULL, FALSE);

  k = public->size;
  if (size > k - MIN_SIZE)
    return FALSE;

  db_size = k - DB_OFFSET;
  hash_label (label, label_size, em + DB_OFFSET);
  em[k - size - 1] = 1;
  if (size > 0)
    memcpy (em + k - size, plaintext, size);
  nettle_random (NULL, HASH_SIZE, em + SEED_OFFSET);
  apply_mask (em + DB_OFFSET, db_size, em + SEED_OFFSET, HASH_SIZE);
  apply_mask (em + SEED_OFFSET, HASH_SIZE, em + DB_OFFSET, db_size);

  nettle_mpz_init_set_str_256_u (number, k, em);
  mpz_powm_sec (number, number, public->e, public->n);
  nettle_mpz_get_str_256 (k, ciphertext, number);
  mpz_clear (number);
  chat_wipe (em, sizeof em);

  return TRUE;
}

/* All bits where value is 0, none where it is not; value is less than 2^32. No comparison, which
 * a compiler may turn into a branch. */
static inline guint32
mask_if_zero (guint32 value)
{
  return (guint32) (((guint64) value - 1) >> 32);
}

static inline guint32
mask_if_equal (guint32 a,
               guint32 b)
{
  return mask_if_zero (a ^ b);
}

/* As many bytes as the modulus has, big-endian, whatever zeros the number begins with: its size in
 * limbs is no loop bound here but masks what is read. The limbs up to k bytes are allocated
 * (mpz_init2). Only whole limbs of zeros move that size, and an attacker meets one such plaintext
 * in 2^56: no oracle. */
static void
number_to_bytes (const mpz_t number,
                 guint8     *bytes,
                 gsize       k)
{
  const mp_limb_t *limbs = mpz_limbs_read (number);
  guint64 n_limbs = mpz_size (number);

  for (gsize i = 0; i < k; i++)
    {
      guint64 index = i / sizeof (mp_limb_t);
      guint64 present = -((index - n_limbs) >> 63); /* index < n_limbs */

      bytes[k - 1 - i] = (limbs[index] & present) >> (8 * (i % sizeof (mp_limb_t)));
    }
}

/* EME-OAEP decoding (RFC 8017, section 7.1.2, step 3) in place. Everything that can be wrong ends
 * up in one value: 0 if all is well. Every byte is looked at whatever the others are. Sets where
 * the message begins. */
static guint32
decode (guint8       *em,
        gsize         k,
        const guint8 *label_hash,
        gsize        *start)
{
  const guint8 *db = em + DB_OFFSET;
  gsize db_size = k - DB_OFFSET;
  guint32 wrong = em[0];
  guint32 looking = ~(guint32) 0;
  guint32 separator = 0;

  apply_mask (em + SEED_OFFSET, HASH_SIZE, db, db_size);
  apply_mask (em + DB_OFFSET, db_size, em + SEED_OFFSET, HASH_SIZE);

  for (gsize i = 0; i < HASH_SIZE; i++)
    wrong |= db[i] ^ label_hash[i];

  for (gsize i = HASH_SIZE; i < db_size; i++)
    {
      guint32 is_one = mask_if_equal (db[i], 1);

      separator |= looking & is_one & (guint32) i;
      looking &= ~is_one;
      wrong |= looking & db[i];
    }
  wrong |= looking;
  *start = DB_OFFSET + separator + 1;

  return wrong;
}

/**
 * chat_oaep_decrypt:
 * @public: the public half of the key
 * @private: a checked key
 * @label: (nullable) (array length=label_size) (element-type guint8): the label, empty in JOSE
 * @label_size: its bytes
 * @ciphertext: (array length=size) (element-type guint8): what [func@oaep_encrypt] made
 * @size: its bytes
 *
 * RSAES-OAEP-DECRYPT (RFC 8017, section 7.1.2). Whoever can tell a wrong first byte from another
 * fault, by an error or by the time, can decrypt anything (Manger, 2001): so there is one answer,
 * and until it is known nothing depends on the decrypted bytes. The RSA operation is blinded, and
 * its result checked by the public key.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL whatever is wrong
 */
ChatSecret *
chat_oaep_decrypt (const struct rsa_public_key  *public,
                   const struct rsa_private_key *private,
                   gconstpointer                 label,
                   gsize                         label_size,
                   gconstpointer                 ciphertext,
                   gsize                         size)
{
  guint8 em[MAX_SIZE];
  guint8 label_hash[HASH_SIZE];
  ChatSecret *message = NULL;
  mpz_t encrypted, number;
  guint32 wrong;
  gsize start;

  g_return_val_if_fail (public != NULL && private != NULL, NULL);
  g_return_val_if_fail (public->size >= MIN_SIZE && public->size <= MAX_SIZE, NULL);
  g_return_val_if_fail (ciphertext != NULL || size == 0, NULL);

  /* These two are public: they can be seen in the ciphertext. */
  if (size != public->size)
    return NULL;
  nettle_mpz_init_set_str_256_u (encrypted, size, ciphertext);
  if (mpz_cmp (encrypted, public->n) >= 0)
    {
      mpz_clear (encrypted);
      return NULL;
    }

  mpz_init2 (number, size * 8);
  hash_label (label, label_size, label_hash);
  if (PUBLISH (rsa_compute_root_tr (public, private, NULL, nettle_random, number, encrypted)))
    {
      number_to_bytes (number, em, size);
      wrong = decode (em, size, label_hash, &start);
      if (PUBLISH (wrong) == 0)
        message = chat_secret_new (em + PUBLISH (start), size - PUBLISH (start));
      chat_wipe (em, size);
    }
  wipe_number (number);
  mpz_clear (encrypted);

  return message;
}
