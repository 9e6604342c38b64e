/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-credentials.h"

#include "chat-error.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include <glib/gi18n-lib.h>

/* Nothing in the certificate but its key is looked at by a peer, and the clocks of either side may
 * be wrong. So it has always been valid, and by RFC 5280, section 4.1.2.5, has no well-defined end.
 */
#define VALID_FROM G_GINT64_CONSTANT (946684800) /* 2000-01-01 */
#define VALID_FOREVER ((time_t)-1)               /* GnuTLS writes 9999-12-31 23:59:59 */

#define COMMON_NAME "conclave"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

struct _ChatCredentials
{
  gatomicrefcount ref_count;
  gnutls_certificate_credentials_t credentials;
};

G_DEFINE_BOXED_TYPE (ChatCredentials, chat_credentials, chat_credentials_ref,
                     chat_credentials_unref)

static gboolean
import_private_key (ChatPrivateKey *key, gnutls_x509_privkey_t *imported, GError **error)
{
  g_autoptr (ChatSecret) pem = chat_private_key_to_pem (key, NULL, error);
  gnutls_datum_t datum;
  gsize size;
  int result;

  if (pem == NULL)
    return FALSE;

  datum.data = (unsigned char *)chat_secret_get_data (pem, &size);
  datum.size = size;
  result = gnutls_x509_privkey_init (imported);
  if (result >= 0)
    result = gnutls_x509_privkey_import_pkcs8 (*imported, &datum, GNUTLS_X509_FMT_PEM, NULL,
                                               GNUTLS_PKCS_PLAIN);
  if (result < 0)
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED,
                 _("The private key cannot be used for TLS: %s."), gnutls_strerror (result));
  return result >= 0;
}

static int
fill_certificate (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
  const guint8 serial = 1;
  const char *failed_at;
  int result;

  if ((result = gnutls_x509_crt_set_version (certificate, 3)) < 0
      || (result = gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial)) < 0
      || (result = gnutls_x509_crt_set_activation_time (certificate, VALID_FROM)) < 0
      || (result = gnutls_x509_crt_set_expiration_time (certificate, VALID_FOREVER)) < 0
      || (result = gnutls_x509_crt_set_dn (certificate, "CN=" COMMON_NAME, &failed_at)) < 0
      || (result = gnutls_x509_crt_set_key (certificate, key)) < 0)
    return result;

  return gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static gboolean
sign_certificate (gnutls_x509_privkey_t key, gnutls_x509_crt_t *certificate, GError **error)
{
  int result = gnutls_x509_crt_init (certificate);

  if (result >= 0)
    result = fill_certificate (*certificate, key);
  if (result < 0)
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED,
                 _("The certificate for TLS cannot be made: %s."), gnutls_strerror (result));
  return result >= 0;
}

/**
 * chat_credentials_new:
 * @key: the key that the certificate shows and that handshakes are signed with
 * @error: return location for a `CHAT_KEY_ERROR`
 *
 * Wraps @key in a self-signed certificate. GnuTLS signs and verifies a test text to see that key
 * and certificate belong together, so a key whose signatures do not hold is found here, not at the
 * first peer's. Two private operations: for start-up, or for a thread.
 *
 * Returns: (transfer full) (nullable): credentials for either end of a TLS session
 */
ChatCredentials *
chat_credentials_new (ChatPrivateKey *key, GError **error)
{
  g_autoptr (ChatCredentials) self = NULL;
  g_auto (gnutls_x509_privkey_t) private_key = NULL;
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  int result;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!import_private_key (key, &private_key, error)
      || !sign_certificate (private_key, &certificate, error))
    return NULL;

  self = g_new0 (ChatCredentials, 1);
  g_atomic_ref_count_init (&self->ref_count);
  result = gnutls_certificate_allocate_credentials (&self->credentials);
  if (result >= 0) /* copies both */
    result = gnutls_certificate_set_x509_key (self->credentials, &certificate, 1, private_key);
  if (result < 0)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED,
                   _("The private key does not work for TLS: %s."), gnutls_strerror (result));
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * chat_credentials_ref:
 * @self: credentials
 *
 * Takes another reference. Sessions in different threads may hold one each.
 *
 * Returns: (transfer full): @self
 */
ChatCredentials *
chat_credentials_ref (ChatCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * chat_credentials_unref:
 * @self: (transfer full): credentials
 *
 * Lets go of @self. The last owner wipes its copy of the key, so sessions must have ended by then.
 */
void
chat_credentials_unref (ChatCredentials *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
  g_free (self);
}

/**
 * chat_credentials_get: (skip)
 * @self: credentials
 *
 * Gives what a TLS session of GnuTLS needs to prove the key.
 *
 * Returns: (transfer none): what gnutls_credentials_set() takes; GnuTLS borrows it as long as the
 * session lives
 */
gnutls_certificate_credentials_t
chat_credentials_get (ChatCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->credentials;
}

static int
export_peer_key (const gnutls_datum_t *der, gnutls_datum_t *spki)
{
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  g_auto (gnutls_pubkey_t) key = NULL;
  int result;

  if ((result = gnutls_x509_crt_init (&certificate)) < 0
      || (result = gnutls_x509_crt_import (certificate, der, GNUTLS_X509_FMT_DER)) < 0
      || (result = gnutls_pubkey_init (&key)) < 0
      || (result = gnutls_pubkey_import_x509 (key, certificate, 0)) < 0)
    return result;

  return gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, spki);
}

/* The first certificate of the list in a Certificate message (RFC 8446, section 4.4.2). */
static gboolean
find_certificate (const guint8 *message, gsize size, gnutls_datum_t *der)
{
  gsize context = size > 0 ? 1 + (gsize) message[0] : 0;
  const guint8 *length;

  if (size < context + 6 || context == 0)
    return FALSE;
  length = message + context + 3;

  der->data = (guint8 *) length + 3;
  der->size = (unsigned) length[0] << 16 | (unsigned) length[1] << 8 | length[2];
  return der->size > 0 && der->size <= size - context - 6;
}

/**
 * chat_credentials_read_peer_key:
 * @message: (array length=size): the Certificate message of a TLS 1.3 handshake, without its header
 * @size: in bytes
 * @error: return location for a `CHAT_LINK_ERROR` or `CHAT_KEY_ERROR`
 *
 * Reads the key out of the peer's certificate and ignores everything else there. The peer has only
 * shown it; it has proven that it holds the key when the handshake is complete (RFC 8446, section
 * 4.4.3).
 *
 * Returns: (transfer full) (nullable): the key, if it is one that we take
 */
ChatPublicKey *
chat_credentials_read_peer_key (const guint8 *message, gsize size, GError **error)
{
  g_autoptr (ChatPublicKey) key = NULL;
  gnutls_datum_t der, spki = { NULL, 0 };
  int result;

  g_return_val_if_fail (message != NULL || size == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!find_certificate (message, size, &der))
    {
      g_set_error_literal (
          error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE,
          _("The other side shows no certificate, so it has no key to be known by."));
      return NULL;
    }

  result = export_peer_key (&der, &spki);
  if (result < 0)
    {
      g_set_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE,
                   _("The certificate of the other side cannot be read: %s."),
                   gnutls_strerror (result));
      return NULL;
    }

  key = chat_public_key_new_from_der (spki.data, spki.size, error);
  gnutls_free (spki.data);
  return g_steal_pointer (&key);
}
