/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-claims.h"

#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-mid.h"

#include <string.h>

#define MAX_TYPE_LENGTH 64

/* kids and reader sets are both the base64url of a SHA-256 hash. */
static gboolean
read_hash (JsonObject *object, const char *member, char **value, GError **error)
{
  const char *text = chat_json_get_string (object, member, error);
  guint8 digest[32];

  if (text == NULL)
    return FALSE;
  if (!chat_base64url_decode_exactly (text, -1, digest, sizeof digest, error))
    {
      g_prefix_error (error, "member \"%s\": ", member);
      return FALSE;
    }

  *value = g_strdup (text);
  return TRUE;
}

static gboolean
read_jti (JsonObject *object, char **value, GError **error)
{
  const char *text = chat_json_get_string (object, "jti", error);

  if (text == NULL)
    return FALSE;
  if (!chat_mid_is_valid (text))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                           "member \"jti\" is not a UUID in lower case");
      return FALSE;
    }

  *value = g_strdup (text);
  return TRUE;
}

/* Lengths are checked here; UTF-8 and the absence of NUL were by chat_json_parse_object(). */
static gboolean
read_string (JsonObject *object, const char *member, gsize min, gsize max, char **value,
             GError **error)
{
  const char *text = chat_json_get_string (object, member, error);
  gsize size;

  if (text == NULL)
    return FALSE;
  size = strlen (text);
  if (size < min || size > max)
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                   "member \"%s\" has %" G_GSIZE_FORMAT " bytes where %" G_GSIZE_FORMAT
                   " to %" G_GSIZE_FORMAT " are allowed",
                   member, size, min, max);
      return FALSE;
    }

  *value = g_strdup (text);
  return TRUE;
}

static gboolean
read_body (ChatClaims *claims, JsonObject *object, GError **error)
{
  JsonObject *body = chat_json_get_object (object, "body", error);

  if (body == NULL)
    return FALSE;
  if (!read_string (body, "type", 1, MAX_TYPE_LENGTH, &claims->type, error))
    return FALSE;

  /* A newer program may put anything beside its own types, even a "text". */
  return !g_str_equal (claims->type, "text")
         || read_string (body, "text", 0, CHAT_MAX_TEXT, &claims->text, error);
}

/**
 * chat_claims_parse: (skip)
 * @json: (array length=size): the payload of a JWS
 * @size: its size
 * @error: return location for a `CHAT_JOSE_ERROR`
 *
 * Reads what a message says and checks the form of every member. Whether the claims are true of the
 * message that they came in is the caller's to check: see docs/PROTOCOL.md, "What a message says".
 *
 * Returns: (transfer full) (nullable): the claims
 */
ChatClaims *
chat_claims_parse (const char *json, gsize size, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (ChatClaims) claims = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  object = chat_json_parse_object (json, size, error);
  if (object == NULL)
    return NULL;

  claims = g_new0 (ChatClaims, 1);
  if (!read_hash (object, "iss", &claims->iss, error)
      || !read_hash (object, "aud", &claims->aud, error) || !read_jti (object, &claims->jti, error)
      || !chat_json_get_integer (object, "iat", 0, CHAT_MAX_JSON_INTEGER, &claims->iat, error)
      || !read_hash (object, "to", &claims->to, error)
      || !chat_json_get_optional_boolean (object, "direct", &claims->direct, error)
      || !read_body (claims, object, error))
    return NULL;

  return g_steal_pointer (&claims);
}

/**
 * chat_claims_to_json:
 * @claims: what a message says; its type is "text"
 * @size: (out) (optional): the size of the result
 *
 * Writes the claims as docs/PROTOCOL.md orders them ("What a message says"), as text that is ready
 * to be signed.
 *
 * Returns: (transfer full): the payload of a JWS
 */
char *
chat_claims_to_json (const ChatClaims *claims, gsize *size)
{
  g_autoptr (JsonObject) object = NULL;
  JsonObject *body;

  g_return_val_if_fail (claims != NULL, NULL);
  g_return_val_if_fail (g_strcmp0 (claims->type, "text") == 0 && claims->text != NULL, NULL);

  body = json_object_new ();
  json_object_set_string_member (body, "type", claims->type);
  json_object_set_string_member (body, "text", claims->text);

  object = json_object_new ();
  json_object_set_string_member (object, "iss", claims->iss);
  json_object_set_string_member (object, "aud", claims->aud);
  json_object_set_string_member (object, "jti", claims->jti);
  json_object_set_int_member (object, "iat", claims->iat);
  json_object_set_string_member (object, "to", claims->to);
  if (claims->direct)
    json_object_set_boolean_member (object, "direct", TRUE);
  json_object_set_object_member (object, "body", body);
  return chat_json_to_string (object, size);
}

/**
 * chat_claims_free:
 * @claims: (transfer full): claims
 *
 * Frees @claims.
 */
void
chat_claims_free (ChatClaims *claims)
{
  g_return_if_fail (claims != NULL);

  g_free (claims->iss);
  g_free (claims->aud);
  g_free (claims->jti);
  g_free (claims->to);
  g_free (claims->type);
  g_free (claims->text);
  g_free (claims);
}
