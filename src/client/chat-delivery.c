/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-delivery.h"

#include "chat-error.h"
#include "chat-json.h"
#include "chat-jws.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

/* The server's word about a message. It breaks the protocol where this is wrong; what is inside is
 * the author's doing. */
static gboolean
read_envelope (ChatDelivery *self, JsonObject *unprotected, GError **error)
{
  const char *op = chat_json_get_string (unprotected, "op", error);
  const char *from;

  if (op == NULL)
    return FALSE;
  self->history = g_str_equal (op, "history");
  if (!self->history && !g_str_equal (op, "message"))
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED, "op is \"%s\"", op);
      return FALSE;
    }

  from = chat_json_get_string (unprotected, "from", error);
  if (from == NULL || !chat_username_check (from, error))
    return FALSE;
  self->from = g_strdup (from);

  return chat_json_get_integer (unprotected, "seq", 1, CHAT_MAX_JSON_INTEGER, &self->seq, error)
         && chat_json_get_integer (unprotected, "at", 0, CHAT_MAX_JSON_INTEGER, &self->at, error);
}

static ChatSecret *
open_seal (ChatJwe *jwe, ChatKeyCache *keys)
{
  const char *encrypted_key = chat_jwe_get_encrypted_key (jwe);
  g_autoptr (ChatSecret) content_key = NULL;

  if (encrypted_key != NULL)
    content_key = chat_key_cache_unwrap (keys, encrypted_key, NULL);

  return content_key != NULL ? chat_jwe_open (jwe, content_key, NULL) : NULL;
}

static ChatClaims *
verify (const ChatSecret *plaintext, GHashTable *authors, char **problem)
{
  gsize size;
  const char *text = (const char *)chat_secret_get_data (plaintext, &size);
  g_autoptr (ChatJws) jws = chat_jws_parse (text, size, NULL);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (ChatClaims) claims = NULL;
  ChatPublicKey *author;
  const char *json;

  if (jws == NULL)
    {
      *problem = g_strdup (_("it is not signed in a way that this program knows"));
      return NULL;
    }
  author = g_hash_table_lookup (authors, chat_jws_get_kid (jws));
  if (author == NULL)
    {
      *problem = g_strdup (_("it is signed with a key that belongs to no member"));
      return NULL;
    }
  payload = chat_jws_verify (jws, author, NULL);
  if (payload == NULL)
    {
      *problem = g_strdup (_("its signature is wrong"));
      return NULL;
    }
  json = g_bytes_get_data (payload, &size);
  claims = chat_claims_parse (json != NULL ? json : "", size, NULL);
  if (claims == NULL)
    *problem = g_strdup (_("what it says is not in the form that the protocol demands"));
  else if (!g_str_equal (claims->iss, chat_jws_get_kid (jws)))
    {
      *problem = g_strdup (_("it names another author than the one who signed it"));
      return NULL;
    }

  return g_steal_pointer (&claims);
}

/**
 * chat_delivery_open: (skip)
 * @jwe: a frame that has `unprotected`
 * @own_kid: name of the reader's key
 * @keys: unwraps content keys
 * @authors: (element-type utf8 ChatPublicKey): keys of members and former members, by name
 * @error: return location: what the server did wrong
 *
 * Opens the seal and checks the signature. What an author did wrong is not an error, but the
 * delivery's problem: it must not cost the reader the connection.
 *
 * Returns: (transfer full) (nullable): the delivery
 */
ChatDelivery *
chat_delivery_open (ChatJwe *jwe, const char *own_kid, ChatKeyCache *keys, GHashTable *authors,
                    GError **error)
{
  g_autoptr (ChatDelivery) self = g_new0 (ChatDelivery, 1);
  g_autoptr (ChatSecret) plaintext = NULL;

  g_return_val_if_fail (jwe != NULL && own_kid != NULL, NULL);
  g_return_val_if_fail (keys != NULL && authors != NULL, NULL);

  if (!read_envelope (self, chat_jwe_get_unprotected (jwe), error))
    return NULL;

  self->mid = g_strdup (chat_jwe_get_mid (jwe));
  if (g_strcmp0 (chat_jwe_get_kid (jwe), own_kid) == 0)
    plaintext = open_seal (jwe, keys);
  if (plaintext == NULL)
    self->problem = g_strdup (_("its seal cannot be opened with your key"));
  else
    self->claims = verify (plaintext, authors, &self->problem);

  return g_steal_pointer (&self);
}

/**
 * chat_delivery_new_unreadable: (skip)
 * @json: a frame that [func@ChatCommon.Jwe.parse] refuses
 * @size: its length in bytes
 * @reason: what is wrong with it
 *
 * The author made `protected`, and the server passed it on without being able to judge it. So a
 * frame whose `unprotected` says that it is a message stands for one; that there was something is
 * worth knowing, and its number has been used.
 *
 * Returns: (transfer full) (nullable): a delivery with a problem; %NULL when the frame does not say
 *   that it is a message
 */
ChatDelivery *
chat_delivery_new_unreadable (const char *json, gsize size, const char *reason)
{
  g_autoptr (ChatDelivery) self = g_new0 (ChatDelivery, 1);
  g_autoptr (JsonObject) object = NULL;
  JsonObject *unprotected;

  g_return_val_if_fail (json != NULL && reason != NULL, NULL);

  object = chat_json_parse_object (json, size, NULL);
  if (object == NULL)
    return NULL;
  unprotected = chat_json_get_object (object, "unprotected", NULL);
  if (unprotected == NULL || !read_envelope (self, unprotected, NULL))
    return NULL;

  self->problem =
      g_strdup_printf (_("it is not sealed in the form that the protocol demands (%s)"), reason);

  return g_steal_pointer (&self);
}

/**
 * chat_delivery_free:
 * @self: (transfer full): a delivery
 *
 * Frees the delivery and all that it holds.
 */
void
chat_delivery_free (ChatDelivery *self)
{
  g_clear_pointer (&self->claims, chat_claims_free);
  g_free (self->from);
  g_free (self->mid);
  g_free (self->problem);
  g_free (self);
}
