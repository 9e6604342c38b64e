/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-guest.h"

#include "chat-lookalike.h"
#include "chat-username.h"

G_DEFINE_FINAL_TYPE (ChatGuest, chat_guest, G_TYPE_OBJECT)

static void
chat_guest_finalize (GObject *object)
{
  ChatGuest *self = CHAT_GUEST (object);

  g_free (self->username);
  g_free (self->folded);
  g_free (self->shape);
  g_clear_object (&self->key);
  g_ptr_array_unref (self->peers);
  g_ptr_array_unref (self->outside);

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
  self->outside = g_ptr_array_new ();
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
  self->shape = chat_lookalike_shape (username);
  self->key = g_object_ref (key);
  return self;
}

/**
 * chat_guest_tell_online:
 * @self: a guest
 *
 * For a member list, which comes between two presence notices.
 *
 * Returns: whether the guest has a connection now
 */
gboolean
chat_guest_tell_online (ChatGuest *self)
{
  gboolean online = self->peers->len > 0;

  if (online != self->announced_online)
    self->told_early = TRUE;

  return online;
}

/**
 * chat_guest_take_news:
 * @self: a guest whose connections have changed
 *
 * Who went and came back between two notices is no news, unless somebody was told in between.
 *
 * Returns: whether the next presence notice has to name the guest; `announced_online` is then true
 *   to what it says
 */
gboolean
chat_guest_take_news (ChatGuest *self)
{
  gboolean online = self->peers->len > 0;
  gboolean is_news = online != self->announced_online || self->told_early;

  self->announced_online = online;
  self->told_early = FALSE;
  return is_news;
}
