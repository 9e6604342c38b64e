/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-private-key.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "chat-oaep.h"
#include "chat-public-key-private.h"
#include "chat-rsa.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

struct _ChatPrivateKey
{
  GObject parent_instance;

  gnutls_x509_privkey_t file; /* writes PEM */
  gnutls_privkey_t key;       /* signs; borrows file, so it goes first */
  struct rsa_private_key rsa; /* decrypts */
  ChatPublicKey *public;
};

G_DEFINE_FINAL_TYPE (ChatPrivateKey, chat_private_key, G_TYPE_OBJECT)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static void
chat_private_key_finalize (GObject *object)
{
  ChatPrivateKey *self = CHAT_PRIVATE_KEY (object);

  g_clear_pointer (&self->key, gnutls_privkey_deinit);
  g_clear_pointer (&self->file, gnutls_x509_privkey_deinit);
  /* Its memory is wiped where chat_wipe_gmp_memory () was called. */
  rsa_private_key_clear (&self->rsa);
  g_clear_object (&self->public);

  G_OBJECT_CLASS (chat_private_key_parent_class)->finalize (object);
}

static void
chat_private_key_class_init (ChatPrivateKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_private_key_finalize;
}

static void
chat_private_key_init (ChatPrivateKey *self)
{
  rsa_private_key_init (&self->rsa);
}

static gboolean
fail (GError     **error,
      ChatKeyError code,
      const char  *message)
{
  g_set_error_literal (error, CHAT_KEY_ERROR, code, message);

  return FALSE;
}

/* The public half, which carries the checks of type and size. */
static gboolean
set_public (ChatPrivateKey *self,
            GError        **error)
{
  gnutls_pubkey_t public;

  if (gnutls_pubkey_init (&public) < 0)
    g_error ("GnuTLS is out of memory");
  if (gnutls_pubkey_import_privkey (public, self->key, 0, 0) < 0)
    {
      gnutls_pubkey_deinit (public);
      return fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged key"));
    }
  self->public = chat_public_key_new_from_gnutls (public, error);

  return self->public != NULL;
}

/* file: (transfer full) */
static ChatPrivateKey *
chat_private_key_new (gnutls_x509_privkey_t file,
                      GError              **error)
{
  g_autoptr (ChatPrivateKey) self = g_object_new (CHAT_TYPE_PRIVATE_KEY, NULL);

  self->file = file;
  if (gnutls_privkey_init (&self->key) < 0)
    g_error ("GnuTLS is out of memory");

  if (gnutls_privkey_import_x509 (self->key, file, 0) < 0)
    {
      fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged key"));
      return NULL;
    }
  if (!set_public (self, error)
      || !chat_rsa_private_import (&self->rsa, chat_public_key_get_rsa (self->public), self->key,
                                   error))
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
has_text (const char *pem,
          gsize       size,
          const char *text)
{
  return size > 0 && memmem (pem, size, text, strlen (text)) != NULL;
}

/* Whether the key is protected, and not so that a passphrase would be of no use. */
static gboolean
check_protection (const gnutls_datum_t *pem,
                  gboolean             *is_protected,
                  GError              **error)
{
  const char *text = (const char *) pem->data;

  *is_protected = TRUE;
  if (has_text (text, pem->size, "-----BEGIN ENCRYPTED PRIVATE KEY-----"))
    {
      if (gnutls_pkcs8_info (pem, GNUTLS_X509_FMT_PEM, NULL, NULL, NULL, NULL, NULL, NULL)
          < 0)
        return fail (error, CHAT_KEY_ERROR_BROKEN,
                     _("a key that is damaged, or protected by an unknown method"));
      return TRUE;
    }

  /* The older way of OpenSSL (RFC 1421), inside "RSA PRIVATE KEY". */
  *is_protected = has_text (text, pem->size, "Proc-Type: 4,ENCRYPTED");
  if (*is_protected || has_text (text, pem->size, "-----BEGIN PRIVATE KEY-----")
      || has_text (text, pem->size, "-----BEGIN RSA PRIVATE KEY-----"))
    return TRUE;

  return fail (error, CHAT_KEY_ERROR_NOT_PEM, _("no private key in PEM"));
}

/**
 * chat_private_key_new_from_pem:
 * @pem: (array length=size): text with a PEM block
 * @size: its bytes
 * @passphrase: (nullable): what opens it, where it is protected
 * @error: return location
 *
 * Reads a PKCS#8, encrypted PKCS#8 or PKCS#1 private key, and checks that its numbers fit
 * together.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR: `NOT_PEM`,
 *   `NOT_RSA`, `TOO_SHORT`, `TOO_LONG`, `NEEDS_PASSPHRASE`, `WRONG_PASSPHRASE`, `BROKEN`, in a
 *   few words without the file
 */
ChatPrivateKey *
chat_private_key_new_from_pem (const char       *pem,
                               gsize             size,
                               const ChatSecret *passphrase,
                               GError          **error)
{
  g_auto (gnutls_x509_privkey_t) file = NULL;
  gnutls_datum_t datum = { (guint8 *) pem, size };
  gboolean is_protected;
  int result;

  g_return_val_if_fail (pem != NULL || size == 0, NULL);
  g_return_val_if_fail (size <= G_MAXUINT, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_protection (&datum, &is_protected, error))
    return NULL;
  if (is_protected && passphrase == NULL)
    {
      fail (error, CHAT_KEY_ERROR_NEEDS_PASSPHRASE, _("a key that is protected by a passphrase"));
      return NULL;
    }

  if (gnutls_x509_privkey_init (&file) < 0)
    g_error ("GnuTLS is out of memory");
  result = gnutls_x509_privkey_import2 (file, &datum, GNUTLS_X509_FMT_PEM,
                                        is_protected ? chat_secret_get_string (passphrase) : NULL,
                                        0);
  if (result >= 0)
    return chat_private_key_new (g_steal_pointer (&file), error);

  /* One wrong passphrase in 256 decrypts to something that looks padded, and then is no key. */
  if (is_protected)
    fail (error, CHAT_KEY_ERROR_WRONG_PASSPHRASE, _("a key that this passphrase does not open"));
  else if (result == GNUTLS_E_UNKNOWN_PK_ALGORITHM || result == GNUTLS_E_ECC_UNSUPPORTED_CURVE)
    fail (error, CHAT_KEY_ERROR_NOT_RSA, _("a key that is not RSA"));
  else
    fail (error, CHAT_KEY_ERROR_BROKEN, _("a damaged key"));

  return NULL;
}

/**
 * chat_private_key_generate:
 * @bits: from %CHAT_MIN_RSA_BITS to %CHAT_MAX_RSA_BITS
 * @error: return location
 *
 * Makes a key, with the exponent 65537. Takes from a tenth of a second to a minute.
 *
 * Returns: (transfer full) (nullable): a new key, or %NULL with %CHAT_KEY_ERROR_FAILED
 */
ChatPrivateKey *
chat_private_key_generate (guint    bits,
                           GError **error)
{
  g_auto (gnutls_x509_privkey_t) file = NULL;
  int result;

  g_return_val_if_fail (bits >= CHAT_MIN_RSA_BITS && bits <= CHAT_MAX_RSA_BITS, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (gnutls_x509_privkey_init (&file) < 0)
    g_error ("GnuTLS is out of memory");
  result = gnutls_x509_privkey_generate (file, GNUTLS_PK_RSA, bits, 0);
  if (result < 0)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED, _("No key could be made: %s"),
                   gnutls_strerror (result));
      return NULL;
    }

  return chat_private_key_new (g_steal_pointer (&file), error);
}

static void
generate_in_thread (GTask        *task,
                    gpointer      source_object,
                    gpointer      task_data,
                    GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;

  key = chat_private_key_generate (GPOINTER_TO_UINT (task_data), &error);
  if (key == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&key), g_object_unref);
}

/**
 * chat_private_key_generate_async:
 * @bits: from %CHAT_MIN_RSA_BITS to %CHAT_MAX_RSA_BITS
 * @cancellable: (nullable): gives up the result at once; the thread that searches for primes
 *   cannot be stopped, ends by itself, and its key is thrown away
 * @callback: called on the main context of the caller
 * @user_data: for @callback
 *
 * Does [func@PrivateKey.generate] in a thread.
 */
void
chat_private_key_generate_async (guint               bits,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (bits >= CHAT_MIN_RSA_BITS && bits <= CHAT_MAX_RSA_BITS);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_private_key_generate_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (bits), NULL);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, generate_in_thread);
}

/**
 * chat_private_key_generate_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Ends what [func@PrivateKey.generate_async] began.
 *
 * Returns: (transfer full) (nullable): a new key, or %NULL with %CHAT_KEY_ERROR_FAILED or
 *   %G_IO_ERROR_CANCELLED
 */
ChatPrivateKey *
chat_private_key_generate_finish (GAsyncResult *result,
                                  GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_private_key_generate_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_private_key_get_public:
 * @self: a key
 *
 * Gives the half that may be handed out. It lives as long as @self.
 *
 * Returns: (transfer none): its public half
 */
ChatPublicKey *
chat_private_key_get_public (ChatPrivateKey *self)
{
  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (self), NULL);

  return self->public;
}

/**
 * chat_private_key_to_pem:
 * @self: a key
 * @passphrase: (nullable): what is to protect it
 * @error: return location
 *
 * Writes the key as a file holds it. The text is a secret and is wiped with it.
 *
 * Returns: (transfer full) (nullable): PKCS#8 in PEM (RFC 5958, RFC 7468), with a passphrase
 *   encrypted by PBES2 with AES-256-CBC; or %NULL with %CHAT_KEY_ERROR_FAILED
 */
ChatSecret *
chat_private_key_to_pem (ChatPrivateKey   *self,
                         const ChatSecret *passphrase,
                         GError          **error)
{
  g_autoptr (ChatSecret) secret = NULL;
  const char *password = NULL;
  guint flags = GNUTLS_PKCS_PLAIN;
  gnutls_datum_t pem;
  int result;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (passphrase != NULL)
    {
      password = chat_secret_get_string (passphrase);
      flags = GNUTLS_PKCS_PBES2_AES_256;
    }

  result = gnutls_x509_privkey_export2_pkcs8 (self->file, GNUTLS_X509_FMT_PEM, password, flags,
                                              &pem);
  if (result < 0)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED, _("The key cannot be written: %s"),
                   gnutls_strerror (result));
      return NULL;
    }

  secret = chat_secret_new (pem.data, pem.size);
  gnutls_memset (pem.data, 0, pem.size);
  gnutls_free (pem.data);

  return g_steal_pointer (&secret);
}

/**
 * chat_private_key_decrypt:
 * @self: a key
 * @ciphertext: (array length=size) (element-type guint8): what [method@PublicKey.encrypt] made
 * @size: its bytes
 * @error: return location
 *
 * RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label. Takes milliseconds: not for a
 * main loop.
 *
 * Returns: (transfer full) (nullable): the plaintext, or %NULL with %CHAT_JOSE_ERROR_INVALID and
 *   the same text whatever is wrong (RFC 8017, section 7.1.2)
 */
ChatSecret *
chat_private_key_decrypt (ChatPrivateKey *self,
                          gconstpointer   ciphertext,
                          gsize           size,
                          GError        **error)
{
  ChatSecret *plaintext;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  plaintext = chat_oaep_decrypt (chat_public_key_get_rsa (self->public), &self->rsa, NULL, 0,
                                 ciphertext, size);
  if (plaintext == NULL)
    g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                         "the encrypted key cannot be opened");

  return plaintext;
}

/**
 * chat_private_key_sign:
 * @self: a key
 * @data: (array length=size) (element-type guint8): what to sign
 * @size: its bytes
 * @error: return location
 *
 * PS256, as [method@PublicKey.verify] checks it. Takes milliseconds: not for a main loop.
 *
 * Returns: (transfer full) (nullable): the signature, or %NULL with %CHAT_KEY_ERROR_FAILED
 */
GBytes *
chat_private_key_sign (ChatPrivateKey *self,
                       gconstpointer   data,
                       gsize           size,
                       GError        **error)
{
  gnutls_datum_t datum = { (guint8 *) data, size };
  gnutls_datum_t signature;
  GBytes *copy;
  int result;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (self), NULL);
  g_return_val_if_fail (size <= G_MAXUINT, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  result = gnutls_privkey_sign_data2 (self->key, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0, &datum,
                                      &signature);
  if (result < 0)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED, _("Signing failed: %s"),
                   gnutls_strerror (result));
      return NULL;
    }

  copy = g_bytes_new (signature.data, signature.size);
  gnutls_free (signature.data);

  return copy;
}
