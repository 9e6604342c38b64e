/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-seal.h"

#include "chat-base64url.h"
#include "chat-limits.h"

#include <string.h>

typedef struct
{
  char *kid;
  char *encrypted_key; /* base64url */
} Wrapping;

struct _ChatSeal
{
  char *id;
  ChatReaderSet *readers;
  ChatSecret *content_key;
  GPtrArray *wrappings; /* (element-type Wrapping), in the order of the readers */

  gint64 expires; /* monotonic, in microseconds */
  guint n_messages;
};

static void
wrapping_free (Wrapping *wrapping)
{
  g_free (wrapping->kid);
  g_free (wrapping->encrypted_key);
  g_free (wrapping);
}

static gboolean
wrap_for (ChatSeal *self, ChatPublicKey *reader, GError **error)
{
  g_autoptr (GBytes) wrapped = chat_public_key_encrypt (reader, self->content_key, error);
  Wrapping *wrapping;

  if (wrapped == NULL)
    return FALSE;

  wrapping = g_new0 (Wrapping, 1);
  wrapping->kid = g_strdup (chat_public_key_get_id (reader));
  wrapping->encrypted_key =
      chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
  g_ptr_array_add (self->wrappings, wrapping);
  return TRUE;
}

static char *
make_id (void)
{
  /* Not secret, but this is how we come by good random bytes. */
  g_autoptr (ChatSecret) bytes = chat_secret_new_random (16);

  return chat_base64url_encode (chat_secret_get_data (bytes, NULL), 16);
}

/* The protocol allows each kid once. */
static gboolean
wrap_for_each (ChatSeal *self, GPtrArray *readers, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree const char **kids = g_new0 (const char *, readers->len);

  for (guint i = 0; i < readers->len; i++)
    {
      ChatPublicKey *reader = g_ptr_array_index (readers, i);

      kids[i] = chat_public_key_get_id (reader);
      if (g_hash_table_add (seen, (gpointer)kids[i]) && !wrap_for (self, reader, error))
        return FALSE;
    }

  self->readers = chat_reader_set_new (kids, readers->len);
  return TRUE;
}

/**
 * chat_seal_new: (skip)
 * @readers: (element-type ChatPublicKey): who shall be able to read, at least one
 * @error: return location for an error
 *
 * Makes a content key and wraps it for each reader, the author among them if he is to read his own
 * words. One RSA public operation for each: 1,000 of them take a twentieth of a second.
 *
 * Returns: (transfer full) (nullable): a seal
 */
ChatSeal *
chat_seal_new (GPtrArray *readers, GError **error)
{
  g_autoptr (ChatSeal) self = NULL;

  g_return_val_if_fail (readers != NULL && readers->len > 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_new0 (ChatSeal, 1);
  self->id = make_id ();
  self->content_key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  self->wrappings = g_ptr_array_new_with_free_func ((GDestroyNotify)wrapping_free);
  self->expires = g_get_monotonic_time () + (gint64)CHAT_SEAL_MAX_SECONDS * G_USEC_PER_SEC;
  if (!wrap_for_each (self, readers, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_seal_free:
 * @self: (transfer full): a seal
 *
 * Frees @self and wipes its content key.
 */
void
chat_seal_free (ChatSeal *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->wrappings, g_ptr_array_unref);
  g_clear_pointer (&self->content_key, chat_secret_unref);
  g_clear_pointer (&self->readers, chat_reader_set_unref);
  g_free (self->id);
  g_free (self);
}

/**
 * chat_seal_get_id:
 * @self: a seal
 *
 * Gives what the command `seal` registers and each post repeats: %CHAT_SEAL_ID_LENGTH characters.
 *
 * Returns: (transfer none): the random name by which posts refer to it
 */
const char *
chat_seal_get_id (ChatSeal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * chat_seal_get_to:
 * @self: a seal
 *
 * Names the readers for whom the seal was made.
 *
 * Returns: (transfer none): the hash of its reader set, for the claims of a message
 */
const char *
chat_seal_get_to (ChatSeal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return chat_reader_set_get_to (self->readers);
}

/**
 * chat_seal_get_readers:
 * @self: a seal
 *
 * Gives the set that [method@Seal.get_to] names, for whoever keeps what was sealed.
 *
 * Returns: (transfer none): who can read what is sealed with it
 */
ChatReaderSet *
chat_seal_get_readers (ChatSeal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->readers;
}

/**
 * chat_seal_get_content_key:
 * @self: a seal
 *
 * Gives the secret itself, for [func@Jwe.seal]. It lives as long as the seal.
 *
 * Returns: (transfer none): the key that posts are sealed with
 */
const ChatSecret *
chat_seal_get_content_key (ChatSeal *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->content_key;
}

/**
 * chat_seal_get_encrypted_key:
 * @self: a seal
 * @kid: name of a key
 *
 * Gives what the server hands to one reader with each post. %NULL for who is none.
 *
 * Returns: (transfer none) (nullable): the content key wrapped for that reader, in base64url
 */
const char *
chat_seal_get_encrypted_key (ChatSeal *self, const char *kid)
{
  g_return_val_if_fail (self != NULL && kid != NULL, NULL);

  for (guint i = 0; i < self->wrappings->len; i++)
    {
      const Wrapping *wrapping = g_ptr_array_index (self->wrappings, i);

      if (g_str_equal (wrapping->kid, kid))
        return wrapping->encrypted_key;
    }

  return NULL;
}

/* Nothing needs escaping: every value is base64url. */
static char *
make_command (ChatSeal *self, guint first, guint end)
{
  GString *json = g_string_new (NULL);

  g_string_append_printf (json, "{\"op\":\"seal\",\"id\":\"%s\",\"readers\":[", self->id);
  for (guint i = first; i < end; i++)
    {
      const Wrapping *wrapping = g_ptr_array_index (self->wrappings, i);

      g_string_append_printf (json, "%s{\"kid\":\"%s\",\"encrypted_key\":\"%s\"}",
                              i > first ? "," : "", wrapping->kid, wrapping->encrypted_key);
    }
  g_string_append (json, end < self->wrappings->len ? "],\"more\":true}" : "]}");
  return g_string_free (json, FALSE);
}

/**
 * chat_seal_to_commands:
 * @self: a seal
 *
 * Writes the `seal` commands of docs/PROTOCOL.md, in as many frames as the readers need.
 *
 * Returns: (transfer full) (element-type utf8): JSON texts, to be sent in this order
 */
GPtrArray *
chat_seal_to_commands (ChatSeal *self)
{
  GPtrArray *commands;

  g_return_val_if_fail (self != NULL, NULL);

  commands = g_ptr_array_new_with_free_func (g_free);
  for (guint first = 0; first < self->wrappings->len; first += CHAT_SEAL_READERS_PER_FRAME)
    g_ptr_array_add (
        commands, make_command (self, first,
                                MIN (first + CHAT_SEAL_READERS_PER_FRAME, self->wrappings->len)));
  return commands;
}

/**
 * chat_seal_use:
 * @self: a seal
 *
 * Counts one message. A key that leaks opens no more than the messages of one seal, which is why it
 * ends.
 *
 * Returns: whether the message may be sealed with it; if not, make a new seal
 */
gboolean
chat_seal_use (ChatSeal *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->n_messages >= CHAT_SEAL_MAX_MESSAGES || g_get_monotonic_time () >= self->expires)
    return FALSE;

  self->n_messages++;
  return TRUE;
}
