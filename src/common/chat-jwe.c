/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jwe.h"

#include "chat-aead.h"
#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-json.h"
#include "chat-limits.h"

#include <string.h>

#define ALG "RSA-OAEP-256"
#define ENC "A256GCM"

/* The wrapping for the largest RSA key, in characters of base64url. */
#define MAX_ENCRYPTED_KEY_LENGTH ((CHAT_MAX_RSA_BITS / 8 * 4 + 2) / 3)

/* The errors of this file are not translated: a server sends them to its peer, in English
 * (docs/PROTOCOL.md). */

struct _ChatJwe
{
  JsonObject *object;           /* the frame, which owns all that is borrowed below */
  JsonObject *protected_header; /* owns mid */

  JsonObject *unprotected;
  JsonObject *header;
  const char *kid;
  const char *encrypted_key;
  const char *mid;
  const char *protected;
  const char *iv;
  const char *ciphertext;
  const char *tag;
};

static gboolean
check_absent (JsonObject *object, const char *member, const char *reason, GError **error)
{
  if (object == NULL || !json_object_has_member (object, member))
    return TRUE;

  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_UNSUPPORTED, "member \"%s\" %s", member,
               reason);
  return FALSE;
}

static gboolean
check_value (JsonObject *object, const char *member, const char *expected, GError **error)
{
  const char *value = chat_json_get_string (object, member, error);

  if (value == NULL)
    return FALSE;
  if (g_str_equal (value, expected))
    return TRUE;

  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_UNSUPPORTED,
               "member \"%s\" is not \"%s\", and nothing else is supported", member, expected);
  return FALSE;
}

/* RFC 7516, section 4: the names in the three headers are distinct, so that nobody can override
 * what is protected. */
static gboolean
check_disjoint (JsonObject *a, JsonObject *b, GError **error)
{
  JsonObjectIter iter;
  const char *member;

  if (a == NULL || b == NULL)
    return TRUE;

  json_object_iter_init (&iter, a);
  while (json_object_iter_next (&iter, &member, NULL))
    if (json_object_has_member (b, member))
      {
        g_autofree char *shown = chat_json_excerpt (member);

        g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                     "header parameter \"%s\" occurs more than once", shown);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_optional_object (JsonObject *object, const char *member, JsonObject **value, GError **error)
{
  if (!json_object_has_member (object, member))
    return TRUE;

  *value = chat_json_get_object (object, member, error);
  return *value != NULL;
}

static gboolean
read_base64url (JsonObject *object, const char *member, const char **value, GError **error)
{
  *value = chat_json_get_string (object, member, error);
  if (*value == NULL)
    return FALSE;
  if (chat_base64url_check (*value, -1, error))
    return TRUE;

  g_prefix_error (error, "member \"%s\": ", member);
  return FALSE;
}

static gboolean
read_bytes (JsonObject *object, const char *member, gsize size, const char **value, GError **error)
{
  guint8 bytes[32];

  g_assert (size <= sizeof bytes);
  *value = chat_json_get_string (object, member, error);
  if (*value == NULL)
    return FALSE;
  if (chat_base64url_decode_exactly (*value, -1, bytes, size, error))
    return TRUE;

  g_prefix_error (error, "member \"%s\": ", member);
  return FALSE;
}

static gboolean
read_protected_header (ChatJwe *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer json;
  gsize size;

  self->protected = chat_json_get_string (self->object, "protected", error);
  if (self->protected == NULL)
    return FALSE;
  bytes = chat_base64url_decode (self->protected, -1, error);
  if (bytes != NULL)
    {
      json = g_bytes_get_data (bytes, &size);
      self->protected_header = chat_json_parse_object (json != NULL ? json : "", size, error);
    }
  if (self->protected_header != NULL)
    return TRUE;

  g_prefix_error (error, "member \"protected\": ");
  return FALSE;
}

static gboolean
check_protected_header (ChatJwe *self, GError **error)
{
  if (!check_value (self->protected_header, "alg", ALG, error)
      || !check_value (self->protected_header, "enc", ENC, error)
      || !check_absent (self->protected_header, "zip", "is not supported", error)
      || !check_absent (self->protected_header, "crit", "is not supported", error)
      || !chat_json_get_optional_string (self->protected_header, "mid", &self->mid, error))
    return FALSE;

  if (self->mid != NULL && !chat_mid_is_valid (self->mid))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                           "member \"mid\" is not a UUID in lower case");
      return FALSE;
    }

  return TRUE;
}

/* zip and crit are extensions that change what everything else means; they belong into the
 * protected header alone. */
static gboolean
check_open_headers (ChatJwe *self, GError **error)
{
  const char *reason = "must be in the protected header";

  return check_disjoint (self->protected_header, self->unprotected, error)
         && check_disjoint (self->protected_header, self->header, error)
         && check_disjoint (self->unprotected, self->header, error)
         && check_absent (self->unprotected, "zip", reason, error)
         && check_absent (self->unprotected, "crit", reason, error)
         && check_absent (self->header, "zip", reason, error)
         && check_absent (self->header, "crit", reason, error);
}

static gboolean
read_headers (ChatJwe *self, GError **error)
{
  if (!read_protected_header (self, error) || !check_protected_header (self, error))
    return FALSE;
  if (!read_optional_object (self->object, "unprotected", &self->unprotected, error)
      || !read_optional_object (self->object, "header", &self->header, error)
      || !check_open_headers (self, error))
    return FALSE;

  if (self->header == NULL || !json_object_has_member (self->header, "kid"))
    return TRUE;
  return read_bytes (self->header, "kid", 32, &self->kid, error);
}

static gboolean
read_encrypted_key (ChatJwe *self, GError **error)
{
  gsize length;

  if (!json_object_has_member (self->object, "encrypted_key"))
    return TRUE;
  if (!read_base64url (self->object, "encrypted_key", &self->encrypted_key, error))
    return FALSE;

  length = strlen (self->encrypted_key);
  if (length > 0 && length <= MAX_ENCRYPTED_KEY_LENGTH)
    return TRUE;

  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
               "member \"encrypted_key\" has %" G_GSIZE_FORMAT
               " characters where 1 to %d are expected",
               length, MAX_ENCRYPTED_KEY_LENGTH);
  return FALSE;
}

/**
 * chat_jwe_parse: (skip)
 * @json: (array length=size): a frame
 * @size: its size
 * @error: return location for a `CHAT_JOSE_ERROR`
 *
 * Reads a JWE in flattened JSON serialization (RFC 7516, section 7.2.2), and checks everything that
 * can be checked without a key. Members that neither the RFC nor docs/PROTOCOL.md names are
 * ignored.
 *
 * Returns: (transfer full) (nullable): the JWE
 */
ChatJwe *
chat_jwe_parse (const char *json, gsize size, GError **error)
{
  g_autoptr (ChatJwe) self = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_new0 (ChatJwe, 1);
  self->object = chat_json_parse_object (json, size, error);
  if (self->object == NULL
      || !check_absent (self->object, "recipients",
                        "belongs to the general serialization, which is not supported", error)
      || !check_absent (self->object, "aad", "is not supported", error)
      || !read_headers (self, error) || !read_encrypted_key (self, error)
      || !read_bytes (self->object, "iv", CHAT_IV_SIZE, &self->iv, error)
      || !read_base64url (self->object, "ciphertext", &self->ciphertext, error)
      || !read_bytes (self->object, "tag", CHAT_TAG_SIZE, &self->tag, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_jwe_free:
 * @self: (transfer full): a JWE
 *
 * Frees @self and all the strings that were borrowed from it.
 */
void
chat_jwe_free (ChatJwe *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->protected_header, json_object_unref);
  g_clear_pointer (&self->object, json_object_unref);
  g_free (self);
}

/**
 * chat_jwe_get_unprotected:
 * @self: a JWE
 *
 * Gives the members that the server adds to a delivery, such as `seq` and `from`. They are not
 * sealed.
 *
 * Returns: (transfer none) (nullable): the shared unprotected header, which anybody on the way
 * could have written
 */
JsonObject *
chat_jwe_get_unprotected (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->unprotected;
}

/**
 * chat_jwe_get_kid:
 * @self: a JWE
 *
 * Says for whom a frame claims to be. It proves itself only by opening.
 *
 * Returns: (transfer none) (nullable): the name of the reader's key, as the header claims it
 */
const char *
chat_jwe_get_kid (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->kid;
}

/**
 * chat_jwe_get_encrypted_key:
 * @self: a JWE
 *
 * Gives what [method@KeyCache.unwrap] takes. Its alphabet is right, and it is no longer than the
 * largest key makes it.
 *
 * Returns: (transfer none) (nullable): the wrapped content key; a post has none
 */
const char *
chat_jwe_get_encrypted_key (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->encrypted_key;
}

/**
 * chat_jwe_get_n_protected:
 * @self: a frame
 *
 * Shows whether a protected header has members that this version knows nothing of.
 *
 * Returns: how many members the protected header has, `alg` and `enc` included
 */
guint
chat_jwe_get_n_protected (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return json_object_get_size (self->protected_header);
}

/**
 * chat_jwe_get_mid:
 * @self: a JWE
 *
 * Gives the message id that is bound to the ciphertext, and that has to be the same as the `jti` of
 * the claims inside.
 *
 * Returns: (transfer none) (nullable): the message id of the protected header
 */
const char *
chat_jwe_get_mid (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->mid;
}

/**
 * chat_jwe_get_protected:
 * @self: a JWE
 *
 * Gives the part of a post that the server stores and passes on unchanged: it is the additional
 * data of the encryption.
 *
 * Returns: (transfer none): the protected header as it came, base64url
 */
const char *
chat_jwe_get_protected (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->protected;
}

/**
 * chat_jwe_get_iv:
 * @self: a JWE
 *
 * Gives the initialization vector for storing and passing on. Its alphabet and length are right.
 *
 * Returns: (transfer none): the initialization vector, base64url
 */
const char *
chat_jwe_get_iv (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->iv;
}

/**
 * chat_jwe_get_ciphertext:
 * @self: a JWE
 *
 * Gives the sealed text for storing and passing on. Its alphabet is right; whether it opens is not
 * known.
 *
 * Returns: (transfer none): the sealed text, base64url
 */
const char *
chat_jwe_get_ciphertext (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->ciphertext;
}

/**
 * chat_jwe_get_tag:
 * @self: a JWE
 *
 * Gives the authentication tag for storing and passing on. Its alphabet and length are right.
 *
 * Returns: (transfer none): the authentication tag, base64url
 */
const char *
chat_jwe_get_tag (ChatJwe *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->tag;
}

/**
 * chat_jwe_open:
 * @self: a JWE
 * @content_key: its content key, unwrapped (see [method@KeyCache.unwrap])
 * @error: return location for %CHAT_JOSE_ERROR_INVALID
 *
 * Decrypts with AES-256-GCM, and checks that neither the protected header nor the ciphertext was
 * changed. Every failure gives the same error.
 *
 * Returns: (transfer full) (nullable): the plaintext
 */
ChatSecret *
chat_jwe_open (ChatJwe *self, const ChatSecret *content_key, GError **error)
{
  g_autoptr (GBytes) ciphertext = NULL;
  g_autoptr (ChatSecret) plaintext = NULL;
  g_autofree guint8 *buffer = NULL;
  guint8 iv[CHAT_IV_SIZE], tag[CHAT_TAG_SIZE];
  gsize size;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (content_key != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  ciphertext = chat_base64url_decode (self->ciphertext, -1, error);
  if (ciphertext == NULL || !chat_base64url_decode_exactly (self->iv, -1, iv, sizeof iv, error)
      || !chat_base64url_decode_exactly (self->tag, -1, tag, sizeof tag, error))
    return NULL;

  buffer = g_bytes_unref_to_data (g_steal_pointer (&ciphertext), &size);
  if (!chat_aead_open (content_key, self->protected, strlen (self->protected), iv, buffer, size,
                       tag, buffer, error))
    return NULL;

  plaintext = chat_secret_new (buffer, size);
  chat_wipe (buffer, size);
  return g_steal_pointer (&plaintext);
}
