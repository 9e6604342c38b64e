/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-guest.h"

#include "chat-username.h"

G_DEFINE_FINAL_TYPE (ChatGuest, chat_guest, G_TYPE_OBJECT)

static void
chat_guest_finalize (GObject *object)
{
  ChatGuest *self = CHAT_GUEST (object);

  g_free (self->username);
  g_free (self->folded);
  g_clear_object (&self->key);
  g_ptr_array_unref (self->peers);

  G_OBJECT_CLASS (chat_guest_parent_class)->finalize (object);
}

static void
chat_guest_class_init (ChatGuestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_guest_finalize;
}

static void
chat_guest_init (ChatGuest *self)
{
  self->peers = g_ptr_array_new ();
}

/**
 * chat_guest_new:
 * @username: a checked username
 * @key: the guest's key
 *
 * Returns: (transfer full): a guest without connections or a rate limit
 */
ChatGuest *
chat_guest_new (const char *username, ChatPublicKey *key)
{
  ChatGuest *self = g_object_new (CHAT_TYPE_GUEST, NULL);

  self->username = g_strdup (username);
  self->folded = chat_username_fold (username);
  self->key = g_object_ref (key);
  return self;
}
