/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-form.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

static const struct
{
  const char *mark;
  ChatKeyForm form;
} marks[] = {
  { "-----BEGIN PRIVATE KEY-----", CHAT_KEY_FORM_PRIVATE },
  { "-----BEGIN RSA PRIVATE KEY-----", CHAT_KEY_FORM_PRIVATE },
  { "-----BEGIN ENCRYPTED PRIVATE KEY-----", CHAT_KEY_FORM_PRIVATE },
  { "-----BEGIN EC PRIVATE KEY-----", CHAT_KEY_FORM_OTHER_PRIVATE },
  { "-----BEGIN DSA PRIVATE KEY-----", CHAT_KEY_FORM_OTHER_PRIVATE },
  { "-----BEGIN OPENSSH PRIVATE KEY-----", CHAT_KEY_FORM_OPENSSH_PRIVATE },
  { "PuTTY-User-Key-File-", CHAT_KEY_FORM_PUTTY },
  { "-----BEGIN PUBLIC KEY-----", CHAT_KEY_FORM_PUBLIC },
  { "-----BEGIN RSA PUBLIC KEY-----", CHAT_KEY_FORM_PUBLIC },
  { "-----BEGIN EC PUBLIC KEY-----", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "-----BEGIN DSA PUBLIC KEY-----", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "---- BEGIN SSH2 PUBLIC KEY ----", CHAT_KEY_FORM_SSH2_PUBLIC },
  { "-----BEGIN CERTIFICATE-----", CHAT_KEY_FORM_CERTIFICATE },
  { "-----BEGIN X509 CERTIFICATE-----", CHAT_KEY_FORM_CERTIFICATE },
  { "-----BEGIN TRUSTED CERTIFICATE-----", CHAT_KEY_FORM_CERTIFICATE },
  { "-----BEGIN CERTIFICATE REQUEST-----", CHAT_KEY_FORM_REQUEST },
  { "-----BEGIN NEW CERTIFICATE REQUEST-----", CHAT_KEY_FORM_REQUEST },
};

/* OpenSSH's public keys are one line, which begins with the algorithm. */
static const struct
{
  const char *prefix;
  ChatKeyForm form;
} lines[] = {
  { "ssh-rsa ", CHAT_KEY_FORM_OPENSSH_PUBLIC },
  { "ssh-dss ", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "ssh-ed25519 ", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "ecdsa-sha2-", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "sk-ssh-", CHAT_KEY_FORM_OTHER_PUBLIC },
  { "sk-ecdsa-", CHAT_KEY_FORM_OTHER_PUBLIC },
};

static gboolean
has_prefix (const char *text,
            gsize       size,
            const char *prefix)
{
  return size >= strlen (prefix) && memcmp (text, prefix, strlen (prefix)) == 0;
}

static gboolean
is_der_public (const gnutls_datum_t *datum)
{
  gnutls_pubkey_t key;
  gboolean result;

  if (gnutls_pubkey_init (&key) < 0)
    return FALSE;
  result = gnutls_pubkey_import (key, datum, GNUTLS_X509_FMT_DER) >= 0;
  gnutls_pubkey_deinit (key);

  return result;
}

static gboolean
is_der_certificate (const gnutls_datum_t *datum)
{
  gnutls_x509_crt_t certificate;
  gboolean result;

  if (gnutls_x509_crt_init (&certificate) < 0)
    return FALSE;
  result = gnutls_x509_crt_import (certificate, datum, GNUTLS_X509_FMT_DER) >= 0;
  gnutls_x509_crt_deinit (certificate);

  return result;
}

/* PKCS#1, PKCS#8 or protected PKCS#8. */
static gboolean
is_der_private (const gnutls_datum_t *datum)
{
  gnutls_x509_privkey_t key;
  gboolean result;

  if (gnutls_x509_privkey_init (&key) < 0)
    return FALSE;
  result = gnutls_x509_privkey_import (key, datum, GNUTLS_X509_FMT_DER) >= 0
           || gnutls_pkcs8_info (datum, GNUTLS_X509_FMT_DER, NULL, NULL, NULL, NULL, NULL, NULL)
                  >= 0;
  gnutls_x509_privkey_deinit (key);

  return result;
}

/* Binary begins with an ASN.1 SEQUENCE of more than 127 bytes. */
static ChatKeyForm
detect_der (const char *text,
            gsize       size)
{
  gnutls_datum_t datum = { (guint8 *) text, size };

  if (size < 2 || text[0] != '\x30' || (text[1] & 0x80) == 0)
    return CHAT_KEY_FORM_UNKNOWN;
  if (is_der_public (&datum))
    return CHAT_KEY_FORM_DER_PUBLIC;
  if (is_der_certificate (&datum))
    return CHAT_KEY_FORM_DER_CERTIFICATE;
  if (is_der_private (&datum))
    return CHAT_KEY_FORM_DER_PRIVATE;

  return CHAT_KEY_FORM_UNKNOWN;
}

/**
 * chat_key_form_detect:
 * @text: (array length=size): what a file holds
 * @size: its bytes
 *
 * Judges a file before anybody tries to decode it, so that the user can be told what it is instead.
 *
 * Returns: what it looks like; nothing is checked but the marks
 */
ChatKeyForm
chat_key_form_detect (const char *text,
                      gsize       size)
{
  gsize space = 0;

  g_return_val_if_fail (text != NULL || size == 0, CHAT_KEY_FORM_EMPTY);

  while (space < size && g_ascii_isspace (text[space]))
    space++;
  if (space == size)
    return CHAT_KEY_FORM_EMPTY;
  if (has_prefix (text, size, "\xff\xfe") || has_prefix (text, size, "\xfe\xff"))
    return CHAT_KEY_FORM_UTF16;

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (memmem (text, size, marks[i].mark, strlen (marks[i].mark)) != NULL)
      return marks[i].form;
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (has_prefix (text + space, size - space, lines[i].prefix))
      return lines[i].form;

  return detect_der (text, size);
}

/**
 * chat_key_form_is_private:
 * @form: what a file looks like
 *
 * Tells whether a file holds what nobody else should have.
 *
 * Returns: whether it is a private key of whatever algorithm
 */
gboolean
chat_key_form_is_private (ChatKeyForm form)
{
  return form == CHAT_KEY_FORM_PRIVATE || form == CHAT_KEY_FORM_OTHER_PRIVATE
         || form == CHAT_KEY_FORM_OPENSSH_PRIVATE || form == CHAT_KEY_FORM_PUTTY
         || form == CHAT_KEY_FORM_DER_PRIVATE;
}

/**
 * chat_key_form_is_public:
 * @form: what a file looks like
 *
 * Tells whether a file holds what may be handed out. A certificate is neither.
 *
 * Returns: whether it is a public key of whatever algorithm
 */
gboolean
chat_key_form_is_public (ChatKeyForm form)
{
  return form == CHAT_KEY_FORM_PUBLIC || form == CHAT_KEY_FORM_OTHER_PUBLIC
         || form == CHAT_KEY_FORM_OPENSSH_PUBLIC || form == CHAT_KEY_FORM_SSH2_PUBLIC
         || form == CHAT_KEY_FORM_DER_PUBLIC;
}

/* Looks for needle in the first bytes of OpenSSH's format ("openssh-key-v1", then the names of
 * cipher and KDF, then the public key, all of them readable without the passphrase). */
static gboolean
openssh_contains (const char *text,
                  gsize       size,
                  const char *needle)
{
  static const char mark[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const char *body = memmem (text, size, mark, strlen (mark));
  g_autofree guint8 *data = NULL;
  guint save = 0;
  int state = 0;
  gsize length, n;

  if (body == NULL)
    return FALSE;
  body += strlen (mark);
  length = MIN (240, (gsize) (text + size - body));
  data = g_malloc (length + 1);
  n = g_base64_decode_step (body, length, data, &state, &save);

  return memmem (data, n, needle, strlen (needle)) != NULL;
}

/**
 * chat_key_form_openssh_is_rsa:
 * @text: (array length=size): a text of %CHAT_KEY_FORM_OPENSSH_PRIVATE
 * @size: its bytes
 *
 * Looks into OpenSSH's own format, as far as it lies open without the passphrase.
 *
 * Returns: whether the key in it is RSA; converting others would not help
 */
gboolean
chat_key_form_openssh_is_rsa (const char *text,
                              gsize       size)
{
  return openssh_contains (text, size, "ssh-rsa");
}

/**
 * chat_key_form_openssh_is_protected:
 * @text: (array length=size): a text of %CHAT_KEY_FORM_OPENSSH_PRIVATE
 * @size: its bytes
 *
 * Looks into OpenSSH's own format, as far as it lies open without the passphrase.
 *
 * Returns: whether a passphrase protects it
 */
gboolean
chat_key_form_openssh_is_protected (const char *text,
                                    gsize       size)
{
  return openssh_contains (text, size, "bcrypt");
}
