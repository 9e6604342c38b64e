/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-seal-registry.h"

#include "chat-error.h"
#include "chat-limits.h"

typedef struct
{
  char *id;
  GHashTable *partial;      /* kid to encrypted key, while more readers are to come */
  ChatWrappings *wrappings; /* when it is complete */
  gboolean refused;         /* a reader was no guest; it is here until it is the oldest */
} RegisteredSeal;

struct _ChatSealRegistry
{
  GQueue
      seals; /* RegisteredSeal, the oldest first. So few that looking through them is quickest. */
};

static void
registered_seal_free (RegisteredSeal *seal)
{
  g_free (seal->id);
  g_clear_pointer (&seal->partial, g_hash_table_unref);
  g_clear_pointer (&seal->wrappings, chat_wrappings_unref);
  g_free (seal);
}

static GList *
find (ChatSealRegistry *self, const char *id)
{
  for (GList *l = self->seals.head; l != NULL; l = l->next)
    if (g_str_equal (((RegisteredSeal *) l->data)->id, id))
      return l;

  return NULL;
}

static RegisteredSeal *
find_or_add (ChatSealRegistry *self, const char *id)
{
  GList *found = find (self, id);
  RegisteredSeal *seal;

  if (found != NULL)
    return found->data;

  if (self->seals.length == CHAT_MAX_SEALS)
    registered_seal_free (g_queue_pop_head (&self->seals));

  seal = g_new0 (RegisteredSeal, 1);
  seal->id = g_strdup (id);
  seal->partial = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_push_tail (&self->seals, seal);
  return seal;
}

/**
 * chat_seal_registry_new:
 *
 * Returns: (transfer full): a registry without seals
 */
ChatSealRegistry *
chat_seal_registry_new (void)
{
  return g_new0 (ChatSealRegistry, 1);
}

/**
 * chat_seal_registry_free:
 * @self: (transfer full): a registry
 */
void
chat_seal_registry_free (ChatSealRegistry *self)
{
  g_queue_clear_full (&self->seals, (GDestroyNotify) registered_seal_free);
  g_free (self);
}

static gboolean
add_readers (RegisteredSeal *seal, GHashTable *encrypted_keys, GError **error)
{
  GHashTableIter iter;
  gpointer kid, encrypted_key;

  g_hash_table_iter_init (&iter, encrypted_keys);
  while (g_hash_table_iter_next (&iter, &kid, &encrypted_key))
    if (!g_hash_table_insert (seal->partial, g_strdup (kid), g_strdup (encrypted_key)))
      {
        g_set_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED,
                     "seal %s names a reader twice", seal->id);
        return FALSE;
      }

  if (g_hash_table_size (seal->partial) > CHAT_MAX_MEMBERS)
    {
      g_set_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED,
                   "seal %s has more than %d readers", seal->id, CHAT_MAX_MEMBERS);
      return FALSE;
    }

  return TRUE;
}

/**
 * chat_seal_registry_add:
 * @self: a registry
 * @id: the seal's id
 * @encrypted_keys: (element-type utf8 utf8): by key id, the wrapped content key; copied
 * @complete: whether these are the last readers
 * @error: return location for a #ChatProtocolError
 *
 * Registers a seal, or adds readers to one that is not complete. Forgets the oldest when there are
 * too many.
 *
 * Returns: whether the seal keeps the rules
 */
gboolean
chat_seal_registry_add (ChatSealRegistry *self, const char *id, GHashTable *encrypted_keys,
                        gboolean complete, GError **error)
{
  RegisteredSeal *seal = find_or_add (self, id);

  if (seal->refused)
    return TRUE; /* the client has been told, and wrote this before it knew */
  if (seal->wrappings != NULL)
    {
      g_set_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED,
                   "seal %s is registered and complete", id);
      return FALSE;
    }
  if (!add_readers (seal, encrypted_keys, error))
    return FALSE;

  if (complete)
    {
      seal->wrappings = chat_wrappings_new (seal->partial);
      g_clear_pointer (&seal->partial, g_hash_table_unref);
    }

  return TRUE;
}

/**
 * chat_seal_registry_refuse:
 * @self: a registry
 * @id: the id of a seal one of whose readers is no guest
 *
 * Keeps the seal's place without the seal: what else comes for it is ignored, so that the readers
 * of a later part do not become a seal of their own.
 */
void
chat_seal_registry_refuse (ChatSealRegistry *self, const char *id)
{
  RegisteredSeal *seal = find_or_add (self, id);

  seal->refused = TRUE;
  g_clear_pointer (&seal->partial, g_hash_table_unref);
  g_clear_pointer (&seal->wrappings, chat_wrappings_unref);
}

/**
 * chat_seal_registry_lookup:
 * @self: a registry
 * @id: a seal's id
 *
 * Returns: (transfer none) (nullable): the wrappings, if the seal is complete
 */
ChatWrappings *
chat_seal_registry_lookup (ChatSealRegistry *self, const char *id)
{
  GList *found = find (self, id);

  return found != NULL ? ((RegisteredSeal *) found->data)->wrappings : NULL;
}
