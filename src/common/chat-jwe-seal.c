/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a JWE; chat-jwe.c reads. */
#include "chat-jwe.h"

#include "chat-aead.h"
#include "chat-base64url.h"
#include "chat-limits.h"

#include <string.h>

#define ALG_AND_ENC "\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\""

static char *
make_protected_header (const char *mid)
{
  g_autofree char *json = NULL;

  if (mid != NULL)
    json = g_strdup_printf ("{" ALG_AND_ENC ",\"mid\":\"%s\"}", mid);
  else
    json = g_strdup ("{" ALG_AND_ENC "}");

  return chat_base64url_encode (json, strlen (json));
}

static void
append_member (GString *frame, const char *member, gconstpointer data, gsize size)
{
  g_string_append_printf (frame, ",\"%s\":\"", member);
  chat_base64url_append (frame, data, size);
  g_string_append_c (frame, '"');
}

/* Nothing needs escaping: every value is base64url or was made by us. */
static void
append_headers (GString *frame, const char *protected, const char *unprotected, const char *kid,
                const char *encrypted_key)
{
  g_string_append_printf (frame, "{\"protected\":\"%s\"", protected);
  if (unprotected != NULL)
    g_string_append_printf (frame, ",\"unprotected\":%s", unprotected);
  if (kid != NULL)
    g_string_append_printf (frame, ",\"header\":{\"kid\":\"%s\"}", kid);
  if (encrypted_key != NULL)
    g_string_append_printf (frame, ",\"encrypted_key\":\"%s\"", encrypted_key);
}

/**
 * chat_jwe_seal:
 * @content_key: a content key
 * @unprotected: (nullable): the JSON text of the unprotected header, trusted
 * @kid: (nullable): the name of the reader's key
 * @encrypted_key: (nullable): @content_key as it was wrapped for the reader, base64url
 * @mid: (nullable): the message id
 * @plaintext: (array length=size) (element-type guint8): what to seal
 * @size: its size
 * @length: (out) (optional): the length of the result
 *
 * Encrypts with AES-256-GCM under a fresh random initialization vector, and writes the result with
 * as much of a header as is given: a post names its seal in @unprotected, everything else brings
 * @kid and @encrypted_key.
 *
 * Returns: (transfer full): a JWE in flattened JSON serialization (RFC 7516, section 7.2.2)
 */
char *
chat_jwe_seal (const ChatSecret *content_key, const char *unprotected, const char *kid,
               const char *encrypted_key, const char *mid, gconstpointer plaintext, gsize size,
               gsize *length)
{
  g_autofree char *protected = NULL;
  g_autofree guint8 *ciphertext = NULL;
  guint8 iv[CHAT_IV_SIZE], tag[CHAT_TAG_SIZE];
  GString *frame;

  g_return_val_if_fail (content_key != NULL, NULL);
  g_return_val_if_fail (plaintext != NULL || size == 0, NULL);
  g_return_val_if_fail (mid == NULL || chat_mid_is_valid (mid), NULL);

  protected = make_protected_header (mid);
  ciphertext = g_malloc (MAX (size, 1));
  chat_aead_seal (content_key, protected, strlen (protected), plaintext, size, iv, ciphertext, tag);

  frame = g_string_sized_new (size / 3 * 4 + 2048);
  append_headers (frame, protected, unprotected, kid, encrypted_key);
  append_member (frame, "iv", iv, sizeof iv);
  append_member (frame, "ciphertext", ciphertext, size);
  append_member (frame, "tag", tag, sizeof tag);
  g_string_append_c (frame, '}');

  if (length != NULL)
    *length = frame->len;
  return g_string_free (frame, FALSE);
}
