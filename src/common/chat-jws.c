/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jws.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-limits.h"

#include <string.h>

#define ALG "PS256"

/* The errors of this file are not translated: they are for logs, and may travel to a peer. */

struct _ChatJws
{
  char *text; /* header, dot, payload: what is signed. The signature is cut off */
  gsize text_size;
  const char *payload; /* in text, base64url */
  GBytes *signature;
  JsonObject *header; /* owns kid */
  const char *kid;
};

static gboolean
check_absent (JsonObject *header, const char *member, GError **error)
{
  if (!json_object_has_member (header, member))
    return TRUE;

  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_UNSUPPORTED,
               "member \"%s\" is not supported", member);
  return FALSE;
}

static gboolean
check_header (ChatJws *self, GError **error)
{
  guint8 digest[32];
  const char *alg = chat_json_get_string (self->header, "alg", error);

  if (alg == NULL)
    return FALSE;
  if (!g_str_equal (alg, ALG))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_UNSUPPORTED,
                           "member \"alg\" is not \"" ALG "\", and nothing else is supported");
      return FALSE;
    }

  /* b64 (RFC 7797) would change what is signed. */
  if (!check_absent (self->header, "crit", error) || !check_absent (self->header, "b64", error))
    return FALSE;

  self->kid = chat_json_get_string (self->header, "kid", error);
  if (self->kid == NULL)
    return FALSE;
  if (chat_base64url_decode_exactly (self->kid, -1, digest, sizeof digest, error))
    return TRUE;

  g_prefix_error (error, "member \"kid\": ");
  return FALSE;
}

static gboolean
read_header (ChatJws *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = chat_base64url_decode (text, length, error);
  gconstpointer json;
  gsize size;

  if (bytes == NULL)
    return FALSE;

  json = g_bytes_get_data (bytes, &size);
  self->header = chat_json_parse_object (json != NULL ? json : "", size, error);
  return self->header != NULL && check_header (self, error);
}

static gboolean
read_signature (ChatJws *self, const char *text, gsize length, GError **error)
{
  gsize size;

  self->signature = chat_base64url_decode (text, length, error);
  if (self->signature == NULL)
    return FALSE;

  size = g_bytes_get_size (self->signature);
  if (size >= CHAT_MIN_RSA_BITS / 8 && size <= CHAT_MAX_RSA_BITS / 8)
    return TRUE;

  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
               "it has %" G_GSIZE_FORMAT " bytes, which no RSA key that we take makes", size);
  return FALSE;
}

/* Cuts text at its two dots; a third one would not be base64url. */
static gboolean
find_parts (const char *text, gsize size, const char **payload, const char **signature,
            GError **error)
{
  const char *first = memchr (text, '.', size);
  const char *second = first == NULL ? NULL : memchr (first + 1, '.', text + size - first - 1);

  if (second == NULL)
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                           "a compact JWS has three parts");
      return FALSE;
    }

  *payload = first + 1;
  *signature = second + 1;
  return TRUE;
}

/**
 * chat_jws_sign:
 * @key: the author's key
 * @payload: (array length=size): what the author says
 * @size: its size
 * @error: return location for an error
 *
 * A private operation: not on a main loop.
 *
 * Returns: (transfer full) (nullable): a JWS in compact serialization (RFC 7515, section 7.1),
 * signed by PS256
 */
char *
chat_jws_sign (ChatPrivateKey *key, const char *payload, gsize size, GError **error)
{
  g_autofree char *header = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) signature = NULL;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (payload != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  header = g_strdup_printf ("{\"alg\":\"" ALG "\",\"kid\":\"%s\"}",
                            chat_public_key_get_id (chat_private_key_get_public (key)));
  text = g_string_sized_new (size / 3 * 4 + 2048);
  chat_base64url_append (text, header, strlen (header));
  g_string_append_c (text, '.');
  chat_base64url_append (text, payload, size);

  signature = chat_private_key_sign (key, text->str, text->len, error);
  if (signature == NULL)
    return NULL;

  g_string_append_c (text, '.');
  chat_base64url_append (text, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * chat_jws_parse: (skip)
 * @text: (array length=size): what may be a JWS in compact serialization (RFC 7515, section 7.1)
 * @size: its size
 * @error: return location for a `CHAT_JOSE_ERROR`
 *
 * Checks everything but the signature, for which kid names the key.
 *
 * Returns: (transfer full) (nullable): the JWS
 */
ChatJws *
chat_jws_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (ChatJws) self = NULL;
  const char *payload, *signature;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!find_parts (text, size, &payload, &signature, error))
    return NULL;

  self = g_new0 (ChatJws, 1);
  if (!read_header (self, text, payload - 1 - text, error))
    {
      g_prefix_error (error, "header of the JWS: ");
      return NULL;
    }
  if (!chat_base64url_check (payload, signature - 1 - payload, error))
    {
      g_prefix_error (error, "payload of the JWS: ");
      return NULL;
    }
  if (!read_signature (self, signature, text + size - signature, error))
    {
      g_prefix_error (error, "signature of the JWS: ");
      return NULL;
    }

  self->text_size = signature - 1 - text;
  self->text = g_strndup (text, self->text_size);
  self->payload = self->text + (payload - text);
  return g_steal_pointer (&self);
}

/**
 * chat_jws_get_kid:
 * @self: a JWS
 *
 * Says whose key to verify with. It is a claim until [method@Jws.verify] has agreed.
 *
 * Returns: (transfer none): the name of the author's key, as the header claims it
 */
const char *
chat_jws_get_kid (ChatJws *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->kid;
}

/**
 * chat_jws_verify:
 * @self: a JWS
 * @key: the key that [method@Jws.get_kid] names
 * @error: return location for %CHAT_JOSE_ERROR_INVALID
 *
 * Checks the signature with PS256 (RFC 7518, section 3.5). There is no other way to the payload.
 *
 * Returns: (transfer full) (nullable): the payload, which the owner of @key signed
 */
GBytes *
chat_jws_verify (ChatJws *self, ChatPublicKey *key, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (key), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_str_equal (self->kid, chat_public_key_get_id (key)))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                           "the JWS names another key than the one that it is checked with");
      return NULL;
    }
  if (!chat_public_key_verify (key, self->text, self->text_size,
                               g_bytes_get_data (self->signature, NULL),
                               g_bytes_get_size (self->signature), error))
    return NULL;

  return chat_base64url_decode (self->payload, -1, error);
}

/**
 * chat_jws_free:
 * @self: (transfer full): a JWS
 *
 * Frees @self.
 */
void
chat_jws_free (ChatJws *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->header, json_object_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  chat_wipe_string (self->text);
  g_free (self);
}
