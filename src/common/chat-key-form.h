/* What kind of thing the content of a key file is, judged by its marks only: for the key doctor. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatKeyForm:
 * @CHAT_KEY_FORM_EMPTY: nothing, or white space
 * @CHAT_KEY_FORM_UNKNOWN: none of the others
 * @CHAT_KEY_FORM_UTF16: text in UTF-16, as some editors save it
 * @CHAT_KEY_FORM_PRIVATE: PEM of PKCS#8, protected or not, or PKCS#1
 * @CHAT_KEY_FORM_OTHER_PRIVATE: PEM with a label that only other algorithms have
 * @CHAT_KEY_FORM_OPENSSH_PRIVATE: OpenSSH's private key format
 * @CHAT_KEY_FORM_PUTTY: PuTTY's private key format
 * @CHAT_KEY_FORM_PUBLIC: PEM of SubjectPublicKeyInfo or PKCS#1
 * @CHAT_KEY_FORM_OTHER_PUBLIC: PEM, or a line of OpenSSH, that only other algorithms have
 * @CHAT_KEY_FORM_OPENSSH_PUBLIC: OpenSSH's "ssh-rsa …"
 * @CHAT_KEY_FORM_SSH2_PUBLIC: the format of RFC 4716
 * @CHAT_KEY_FORM_CERTIFICATE: PEM of an X.509 certificate
 * @CHAT_KEY_FORM_REQUEST: PEM of a certificate request
 * @CHAT_KEY_FORM_DER_PRIVATE: a private key in binary
 * @CHAT_KEY_FORM_DER_PUBLIC: a public key in binary
 * @CHAT_KEY_FORM_DER_CERTIFICATE: a certificate in binary
 *
 * Where a file has several blocks, the first of this order counts.
 */
typedef enum
{
  CHAT_KEY_FORM_EMPTY,
  CHAT_KEY_FORM_UNKNOWN,
  CHAT_KEY_FORM_UTF16,
  CHAT_KEY_FORM_PRIVATE,
  CHAT_KEY_FORM_OTHER_PRIVATE,
  CHAT_KEY_FORM_OPENSSH_PRIVATE,
  CHAT_KEY_FORM_PUTTY,
  CHAT_KEY_FORM_PUBLIC,
  CHAT_KEY_FORM_OTHER_PUBLIC,
  CHAT_KEY_FORM_OPENSSH_PUBLIC,
  CHAT_KEY_FORM_SSH2_PUBLIC,
  CHAT_KEY_FORM_CERTIFICATE,
  CHAT_KEY_FORM_REQUEST,
  CHAT_KEY_FORM_DER_PRIVATE,
  CHAT_KEY_FORM_DER_PUBLIC,
  CHAT_KEY_FORM_DER_CERTIFICATE,
} ChatKeyForm;

ChatKeyForm chat_key_form_detect (const char *text, gsize size);
/* Of any form that holds a private key, whatever the algorithm? */
gboolean chat_key_form_is_private (ChatKeyForm form);
gboolean chat_key_form_is_public (ChatKeyForm form);
/* Of CHAT_KEY_FORM_OPENSSH_PRIVATE only. */
gboolean chat_key_form_openssh_is_rsa (const char *text, gsize size);
gboolean chat_key_form_openssh_is_protected (const char *text, gsize size);

G_END_DECLS
