/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-public-key.h"
#include "chat-public-key-private.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-fingerprint.h"
#include "chat-limits.h"
#include "chat-oaep.h"
#include "chat-rsa.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <nettle/asn1.h>
#include <nettle/bignum.h>
#include <nettle/sha2.h>
#include <string.h>

struct _ChatPublicKey
{
  GObject parent_instance;

  gnutls_pubkey_t key;
  struct rsa_public_key rsa;
  GBytes *der;
  char *id;
  char *fingerprint;
};

G_DEFINE_FINAL_TYPE (ChatPublicKey, chat_public_key, G_TYPE_OBJECT)

/* Held for good, before any thread is there; every program of ours has public keys. When it ends,
 * GnuTLS would else free what the threads still use that nobody waits for: one of them may well be
 * looking for a prime, or reading a key. */
__attribute__ ((constructor)) static void
hold_gnutls (void)
{
  if (gnutls_global_init () < 0)
    g_error ("GnuTLS cannot be used");
}

static void
chat_public_key_finalize (GObject *object)
{
  ChatPublicKey *self = CHAT_PUBLIC_KEY (object);

  g_clear_pointer (&self->key, gnutls_pubkey_deinit);
  rsa_public_key_clear (&self->rsa);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->fingerprint, g_free);

  G_OBJECT_CLASS (chat_public_key_parent_class)->finalize (object);
}

static void
chat_public_key_class_init (ChatPublicKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_public_key_finalize;
}

static void
chat_public_key_init (ChatPublicKey *self)
{
  rsa_public_key_init (&self->rsa);
}

static void
set_broken (GError **error)
{
  g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BROKEN, _("a damaged key"));
}

/* The names of a key come from its canonical encoding, which GnuTLS writes anew: the same key has
 * the same kid however its file was written. */
static gboolean
set_names (ChatPublicKey *self,
           GError       **error)
{
  struct sha256_ctx context;
  guint8 hash[SHA256_DIGEST_SIZE];
  gnutls_datum_t der;

  if (gnutls_pubkey_export2 (self->key, GNUTLS_X509_FMT_DER, &der) < 0)
    {
      set_broken (error);
      return FALSE;
    }

  sha256_init (&context);
  sha256_update (&context, der.size, der.data);
  sha256_digest (&context, sizeof hash, hash);
  self->der = g_bytes_new (der.data, der.size);
  self->id = chat_base64url_encode (hash, sizeof hash);
  self->fingerprint = chat_fingerprint_from_hash (hash);
  gnutls_free (der.data);

  return TRUE;
}

/* Internal: a key that GnuTLS has read. key: (transfer full). */
ChatPublicKey *
chat_public_key_new_from_gnutls (gnutls_pubkey_t key,
                                 GError        **error)
{
  g_autoptr (ChatPublicKey) self = g_object_new (CHAT_TYPE_PUBLIC_KEY, NULL);

  self->key = key;
  if (!chat_rsa_public_import (&self->rsa, key, error) || !set_names (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Internal: the numbers, for nettle. */
const struct rsa_public_key *
chat_public_key_get_rsa (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);

  return &self->rsa;
}

static ChatPublicKey *
import_spki (const gnutls_datum_t *datum,
             gnutls_x509_crt_fmt_t format,
             GError              **error)
{
  gnutls_pubkey_t key;
  int result;

  if (gnutls_pubkey_init (&key) < 0)
    g_error ("GnuTLS is out of memory");

  result = gnutls_pubkey_import (key, datum, format);
  if (result >= 0)
    return chat_public_key_new_from_gnutls (key, error);

  gnutls_pubkey_deinit (key);
  if (result == GNUTLS_E_UNIMPLEMENTED_FEATURE || result == GNUTLS_E_ECC_UNSUPPORTED_CURVE
      || result == GNUTLS_E_UNKNOWN_PK_ALGORITHM)
    g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA, _("a key that is not RSA"));
  else
    set_broken (error);

  return NULL;
}

static gboolean
import_numbers (gnutls_pubkey_t              key,
                const struct rsa_public_key *rsa)
{
  gsize n_size = nettle_mpz_sizeinbase_256_u (rsa->n);
  gsize e_size = nettle_mpz_sizeinbase_256_u (rsa->e);
  g_autofree guint8 *n = g_malloc (n_size + 1);
  g_autofree guint8 *e = g_malloc (e_size + 1);
  gnutls_datum_t modulus = { n, n_size };
  gnutls_datum_t exponent = { e, e_size };

  nettle_mpz_get_str_256 (n_size, n, rsa->n);
  nettle_mpz_get_str_256 (e_size, e, rsa->e);

  return gnutls_pubkey_import_rsa_raw (key, &modulus, &exponent) >= 0;
}

/* PKCS#1, "BEGIN RSA PUBLIC KEY": the two numbers and nothing else. GnuTLS does not read it. */
static ChatPublicKey *
import_pkcs1 (const gnutls_datum_t *pem,
              GError              **error)
{
  struct asn1_der_iterator iterator;
  struct rsa_public_key rsa;
  gnutls_datum_t der = { NULL, 0 };
  gnutls_pubkey_t key;
  gboolean read;

  if (gnutls_pem_base64_decode2 ("RSA PUBLIC KEY", pem, &der) < 0)
    {
      set_broken (error);
      return NULL;
    }
  if (gnutls_pubkey_init (&key) < 0)
    g_error ("GnuTLS is out of memory");

  rsa_public_key_init (&rsa);
  read = asn1_der_iterator_first (&iterator, der.size, der.data) == ASN1_ITERATOR_CONSTRUCTED
         && rsa_public_key_from_der_iterator (&rsa, 0, &iterator)
         && import_numbers (key, &rsa);
  rsa_public_key_clear (&rsa);
  gnutls_free (der.data);
  if (read)
    return chat_public_key_new_from_gnutls (key, error);

  gnutls_pubkey_deinit (key);
  set_broken (error);

  return NULL;
}

static gboolean
has_block (const char *pem,
           gsize       size,
           const char *label)
{
  return size > 0 && memmem (pem, size, label, strlen (label)) != NULL;
}

/**
 * chat_public_key_new_from_pem:
 * @pem: (array length=size): text with a PEM block
 * @size: its bytes
 * @error: return location
 *
 * Reads a SubjectPublicKeyInfo (RFC 7468, section 13) or PKCS#1 (`RSA PUBLIC KEY`) key. What
 * stands before and after the block is ignored.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR: `NOT_PEM`,
 *   `NOT_RSA`, `TOO_SHORT`, `TOO_LONG`, `BROKEN`, in a few words without the file
 */
ChatPublicKey *
chat_public_key_new_from_pem (const char *pem,
                              gsize       size,
                              GError    **error)
{
  gnutls_datum_t datum;

  g_return_val_if_fail (pem != NULL || size == 0, NULL);
  g_return_val_if_fail (size <= G_MAXUINT, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  datum.data = (guint8 *) pem;
  datum.size = size;
  if (has_block (pem, size, "-----BEGIN PUBLIC KEY-----"))
    return import_spki (&datum, GNUTLS_X509_FMT_PEM, error);
  if (has_block (pem, size, "-----BEGIN RSA PUBLIC KEY-----"))
    return import_pkcs1 (&datum, error);

  g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM, _("no public key in PEM"));

  return NULL;
}

/**
 * chat_public_key_new_from_der:
 * @spki: (array length=size) (element-type guint8): a DER SubjectPublicKeyInfo (RFC 5280,
 *   section 4.1)
 * @size: its bytes
 * @error: return location
 *
 * Reads a key in the form in which the wire carries it, and checks that it is one that is taken.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR as
 *   [ctor@PublicKey.new_from_pem]
 */
ChatPublicKey *
chat_public_key_new_from_der (gconstpointer spki,
                              gsize         size,
                              GError      **error)
{
  gnutls_datum_t datum;

  g_return_val_if_fail (spki != NULL || size == 0, NULL);
  g_return_val_if_fail (size <= G_MAXUINT, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  datum.data = (guint8 *) spki;
  datum.size = size;

  return import_spki (&datum, GNUTLS_X509_FMT_DER, error);
}

/**
 * chat_public_key_get_id:
 * @self: a key
 *
 * Gives the name by which the key is known everywhere: 43 characters.
 *
 * Returns: (transfer none): the kid: base64url of SHA-256 of [method@PublicKey.get_der]
 */
const char *
chat_public_key_get_id (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);

  return self->id;
}

/**
 * chat_public_key_get_fingerprint:
 * @self: a key
 *
 * Gives what two people read to each other: eight groups of four letters and digits.
 *
 * Returns: (transfer none): 160 bits of the same hash in base32, for people to compare
 */
const char *
chat_public_key_get_fingerprint (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);

  return self->fingerprint;
}

/**
 * chat_public_key_get_bits:
 * @self: a key
 *
 * Gives the length that people mean when they speak of a key of 3072 bits.
 *
 * Returns: bits of the modulus
 */
guint
chat_public_key_get_bits (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), 0);

  return mpz_sizeinbase (self->rsa.n, 2);
}

/**
 * chat_public_key_get_size:
 * @self: a key
 *
 * Gives the length in bytes, for buffers.
 *
 * Returns: bytes of the modulus, and of each ciphertext and signature
 */
gsize
chat_public_key_get_size (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), 0);

  return self->rsa.size;
}

/**
 * chat_public_key_get_der:
 * @self: a key
 *
 * Gives the key as the wire and certificates carry it: DER (RFC 5280, section 4.1).
 *
 * Returns: (transfer none): its SubjectPublicKeyInfo
 */
GBytes *
chat_public_key_get_der (ChatPublicKey *self)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);

  return self->der;
}

/**
 * chat_public_key_dup_pem:
 * @self: a key
 *
 * Writes the key as a file holds it: PEM (RFC 7468, section 13).
 *
 * Returns: (transfer full): its SubjectPublicKeyInfo in PEM, as files hold it
 */
char *
chat_public_key_dup_pem (ChatPublicKey *self)
{
  gnutls_datum_t pem;
  char *copy;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);

  if (gnutls_pubkey_export2 (self->key, GNUTLS_X509_FMT_PEM, &pem) < 0)
    g_error ("GnuTLS cannot write a key that it has read");
  copy = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);

  return copy;
}

/**
 * chat_public_key_equal:
 * @a: a key
 * @b: another
 *
 * Compares what the keys are, and not how their files were written.
 *
 * Returns: whether both are the same RSA key
 */
gboolean
chat_public_key_equal (ChatPublicKey *a,
                       ChatPublicKey *b)
{
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (a) && CHAT_IS_PUBLIC_KEY (b), FALSE);

  return g_str_equal (a->id, b->id);
}

/**
 * chat_public_key_encrypt:
 * @self: the reader's key
 * @plaintext: at most [method@PublicKey.get_size] − 66 bytes; here always a content key
 * @error: return location
 *
 * RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label (RFC 8017, section 7.1.1). Two
 * calls give two ciphertexts.
 *
 * Returns: (transfer full) (nullable): [method@PublicKey.get_size] bytes, or %NULL with
 *   %CHAT_JOSE_ERROR_INVALID if @plaintext is too long
 */
GBytes *
chat_public_key_encrypt (ChatPublicKey    *self,
                         const ChatSecret *plaintext,
                         GError          **error)
{
  g_autofree guint8 *ciphertext = NULL;
  const guint8 *data;
  gsize size;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), NULL);
  g_return_val_if_fail (plaintext != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  data = chat_secret_get_data (plaintext, &size);
  ciphertext = g_malloc (self->rsa.size);
  if (!chat_oaep_encrypt (&self->rsa, NULL, 0, data, size, ciphertext))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                           "too long to be encrypted with RSA");
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&ciphertext), self->rsa.size);
}

/**
 * chat_public_key_verify:
 * @self: the author's key
 * @data: (array length=size) (element-type guint8): what was signed
 * @size: its bytes
 * @signature: (array length=signature_size) (element-type guint8): the signature
 * @signature_size: its bytes
 * @error: return location
 *
 * PS256: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 bytes of salt (RFC 8017,
 * section 8.1.2; RFC 7518, section 3.5).
 *
 * Returns: whether the holder of the key has signed @data, else %CHAT_JOSE_ERROR_INVALID
 */
gboolean
chat_public_key_verify (ChatPublicKey *self,
                        gconstpointer  data,
                        gsize          size,
                        gconstpointer  signature,
                        gsize          signature_size,
                        GError       **error)
{
  gnutls_datum_t signed_data = { (guint8 *) data, size };
  gnutls_datum_t signature_data = { (guint8 *) signature, signature_size };

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self), FALSE);
  g_return_val_if_fail (size <= G_MAXUINT, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (signature_size != self->rsa.size
      || gnutls_pubkey_verify_data2 (self->key, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0, &signed_data,
                                     &signature_data) < 0)
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                           "the signature is not by this key");
      return FALSE;
    }

  return TRUE;
}
