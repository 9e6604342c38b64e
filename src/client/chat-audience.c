/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-audience.h"

struct _ChatAudience
{
  ChatAudienceKind kind;
  char *to;
  GStrv names;
  GPtrArray *keys;
};

G_DEFINE_BOXED_TYPE (ChatAudience, chat_audience, chat_audience_ref, chat_audience_unref)

/**
 * chat_audience_new:
 * @kind: what the set means
 * @to: the hash that names the set (docs/PROTOCOL.md, "What a message says")
 * @names: usernames of the readers
 * @keys: (nullable) (element-type ChatPublicKey): keys of the readers; must not change any more
 *
 * Makes a set of readers. Of a direct message, the other comes first in @names.
 *
 * Returns: (transfer full): a set of readers
 */
ChatAudience *
chat_audience_new (ChatAudienceKind kind, const char *to, const char *const *names, GPtrArray *keys)
{
  ChatAudience *self;

  g_return_val_if_fail (to != NULL, NULL);
  g_return_val_if_fail (names != NULL, NULL);

  self = g_atomic_rc_box_new0 (ChatAudience);
  self->kind = kind;
  self->to = g_strdup (to);
  self->names = g_strdupv ((GStrv)names);
  self->keys = keys != NULL ? g_ptr_array_ref (keys) : NULL;

  return self;
}

static void
clear (gpointer data)
{
  ChatAudience *self = data;

  g_free (self->to);
  g_strfreev (self->names);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
}

/**
 * chat_audience_ref:
 * @self: a set of readers
 *
 * Takes another reference.
 *
 * Returns: (transfer full): @self
 */
ChatAudience *
chat_audience_ref (ChatAudience *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * chat_audience_unref:
 * @self: (transfer full): a set of readers
 *
 * Drops a reference.
 */
void
chat_audience_unref (ChatAudience *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * chat_audience_get_kind:
 * @self: a set of readers
 *
 * Tells a message to the room from a private one.
 *
 * Returns: what it means to the one who reads
 */
ChatAudienceKind
chat_audience_get_kind (const ChatAudience *self)
{
  return self->kind;
}

/**
 * chat_audience_get_to:
 * @self: a set of readers
 *
 * Gives what the claims of a message carry as `to`.
 *
 * Returns: (transfer none): the hash that names it
 */
const char *
chat_audience_get_to (const ChatAudience *self)
{
  return self->to;
}

/**
 * chat_audience_get_names:
 * @self: a set of readers
 *
 * Says who can read it, for people. Of a direct message, the other comes first.
 *
 * Returns: (transfer none): the usernames of the readers
 */
const char *const *
chat_audience_get_names (const ChatAudience *self)
{
  return (const char *const *)self->names;
}

/**
 * chat_audience_get_keys:
 * @self: a set of readers
 *
 * Says for whom to seal. A set that was made only to be shown has none.
 *
 * Returns: (transfer none) (nullable) (element-type ChatPublicKey): their keys, where it is a set
 *   that one can send to
 */
GPtrArray *
chat_audience_get_keys (const ChatAudience *self)
{
  return self->keys;
}
