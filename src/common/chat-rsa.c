/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rsa.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <nettle/bignum.h>

/* A number from GnuTLS that is wiped and freed when it goes out of scope. */
typedef gnutls_datum_t SecretDatum;

static void
secret_datum_clear (SecretDatum *datum)
{
  if (datum->data != NULL)
    gnutls_memset (datum->data, 0, datum->size);
  gnutls_free (datum->data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SecretDatum, secret_datum_clear)

static void
set_number (mpz_t                 number,
            const gnutls_datum_t *datum)
{
  nettle_mpz_set_str_256_u (number, datum->size, datum->data);
}

static gboolean
fail (GError     **error,
      ChatKeyError code,
      const char  *message)
{
  g_set_error_literal (error, CHAT_KEY_ERROR, code, message);

  return FALSE;
}

static gboolean
check_size (gsize    bits,
            GError **error)
{
  if (bits < CHAT_MIN_RSA_BITS)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_TOO_SHORT,
                   _("an RSA key of %u bits"), (guint) bits);
      return FALSE;
    }

  if (bits > CHAT_MAX_RSA_BITS)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_TOO_LONG,
                   _("an RSA key of %u bits"), (guint) bits);
      return FALSE;
    }

  return TRUE;
}

/* A hostile key must not hurt whoever encrypts for it: GMP divides by zero, on purpose, when the
 * modulus of mpz_powm_sec () is even, and an exponent as long as the modulus makes each public
 * operation as slow as a private one. */
static gboolean
check_public (const struct rsa_public_key *rsa,
              GError                     **error)
{
  if (!check_size (mpz_sizeinbase (rsa->n, 2), error))
    return FALSE;
  if (mpz_even_p (rsa->n))
    return fail (error, CHAT_KEY_ERROR_BROKEN, _("an RSA key with an even modulus"));
  if (mpz_even_p (rsa->e) || mpz_cmp_ui (rsa->e, 3) < 0 || mpz_sizeinbase (rsa->e, 2) > 32)
    return fail (error, CHAT_KEY_ERROR_BROKEN,
                 _("an RSA key with an exponent that is not an odd number from 3 to 2³² − 1"));

  return TRUE;
}

/**
 * chat_rsa_public_import: (skip)
 * @rsa: an initialised key of nettle
 * @key: what GnuTLS has read
 * @error: return location
 *
 * Copies the numbers of a key and checks them: RSA, size, modulus, exponent.
 *
 * Returns: whether it is a key that we take, else %CHAT_KEY_ERROR
 */
gboolean
chat_rsa_public_import (struct rsa_public_key *rsa,
                        gnutls_pubkey_t        key,
                        GError               **error)
{
  g_auto (SecretDatum) n = { 0 };
  g_auto (SecretDatum) e = { 0 };
  int algorithm;

  g_return_val_if_fail (rsa != NULL && key != NULL, FALSE);

  /* A key that is for RSA-PSS only has a type of its own, and could not decrypt. */
  algorithm = gnutls_pubkey_get_pk_algorithm (key, NULL);
  if (algorithm != GNUTLS_PK_RSA)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA,
                   _("a key that is not RSA but %s"), gnutls_pk_algorithm_get_name (algorithm));
      return FALSE;
    }
  if (gnutls_pubkey_export_rsa_raw (key, &n, &e) < 0)
    return fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged RSA key"));

  set_number (rsa->n, &n);
  set_number (rsa->e, &e);
  if (!check_public (rsa, error))
    return FALSE;

  return rsa_public_key_prepare (rsa)
         || fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged RSA key"));
}

/* exponent · e = 1 mod (prime − 1) */
static gboolean
is_exponent (const mpz_t exponent,
             const mpz_t prime,
             const mpz_t e)
{
  mpz_t order, product;
  gboolean result;

  mpz_init (order);
  mpz_init (product);
  mpz_sub_ui (order, prime, 1);
  mpz_mul (product, exponent, e);
  mpz_mod (product, product, order);
  result = mpz_cmp_ui (product, 1) == 0 && mpz_cmp (exponent, prime) < 0;
  mpz_clear (order);
  mpz_clear (product);

  return result;
}

/* coefficient · q = 1 mod p */
static gboolean
is_coefficient (const mpz_t coefficient,
                const mpz_t p,
                const mpz_t q)
{
  mpz_t product;
  gboolean result;

  mpz_init (product);
  mpz_mul (product, coefficient, q);
  mpz_mod (product, product, p);
  result = mpz_cmp_ui (product, 1) == 0 && mpz_cmp (coefficient, p) < 0;
  mpz_clear (product);

  return result;
}

static gboolean
is_product (const mpz_t n,
            const mpz_t p,
            const mpz_t q)
{
  mpz_t product;
  gboolean result;

  mpz_init (product);
  mpz_mul (product, p, q);
  result = mpz_cmp (product, n) == 0;
  mpz_clear (product);

  return result;
}

/* Two odd factors, neither of them tiny: what nettle's CRT takes for granted. That they are prime
 * is not checked: with others decryption fails, which nettle notices. */
static gboolean
are_factors (const mpz_t p,
             const mpz_t q)
{
  return mpz_odd_p (p) && mpz_odd_p (q) && mpz_sizeinbase (p, 2) >= CHAT_MIN_RSA_BITS / 4
         && mpz_sizeinbase (q, 2) >= CHAT_MIN_RSA_BITS / 4;
}

/* The order matters: the later checks divide by what the earlier ones have shown not to be zero. */
static gboolean
check_private (const struct rsa_private_key *rsa,
               const struct rsa_public_key  *public)
{
  return are_factors (rsa->p, rsa->q)
         && is_product (public->n, rsa->p, rsa->q)
         && is_exponent (rsa->a, rsa->p, public->e)
         && is_exponent (rsa->b, rsa->q, public->e)
         && is_coefficient (rsa->c, rsa->p, rsa->q);
}

/**
 * chat_rsa_private_import: (skip)
 * @rsa: an initialised key of nettle
 * @public: the public half, checked
 * @key: what GnuTLS has read
 * @error: return location
 *
 * Copies the numbers of a private key and checks that they fit together, so that a file made to
 * do harm cannot make the arithmetic crash or give its secrets away by faulty results.
 *
 * Returns: whether it is a sound key, else %CHAT_KEY_ERROR_BROKEN
 */
gboolean
chat_rsa_private_import (struct rsa_private_key      *rsa,
                         const struct rsa_public_key *public,
                         gnutls_privkey_t             key,
                         GError                     **error)
{
  g_auto (SecretDatum) d = { 0 };
  g_auto (SecretDatum) p = { 0 };
  g_auto (SecretDatum) q = { 0 };
  g_auto (SecretDatum) u = { 0 };
  g_auto (SecretDatum) e1 = { 0 };
  g_auto (SecretDatum) e2 = { 0 };

  g_return_val_if_fail (rsa != NULL && public != NULL && key != NULL, FALSE);

  if (gnutls_privkey_export_rsa_raw (key, NULL, NULL, &d, &p, &q, &u, &e1, &e2) < 0)
    return fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged RSA key"));

  set_number (rsa->d, &d);
  set_number (rsa->p, &p);
  set_number (rsa->q, &q);
  set_number (rsa->a, &e1);
  set_number (rsa->b, &e2);
  set_number (rsa->c, &u);
  if (!check_private (rsa, public) || !rsa_private_key_prepare (rsa))
    return fail (error, CHAT_KEY_ERROR_BROKEN,
                 _("an RSA key whose numbers do not fit together"));

  return TRUE;
}
