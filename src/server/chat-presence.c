/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-presence.h"

#include "chat-notice.h"
#include "chat-peer.h"

#define BATCH_MILLISECONDS 50

struct _ChatPresence
{
  GPtrArray *joined;
  GHashTable *changed; /* (element-type ChatGuest), owned: a set */
  guint timeout_id;
};

/**
 * chat_presence_new:
 * @joined: (element-type ChatPeer): who is told; borrowed, and looked at when there is news
 *
 * Returns: (transfer full): an account of who is there
 */
ChatPresence *
chat_presence_new (GPtrArray *joined)
{
  ChatPresence *self = g_new0 (ChatPresence, 1);

  self->joined = joined;
  self->changed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  return self;
}

/**
 * chat_presence_free:
 * @self: (transfer full): the account
 */
void
chat_presence_free (ChatPresence *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_hash_table_unref (self->changed);
  g_free (self);
}

static GPtrArray *
take_news (ChatPresence *self)
{
  GPtrArray *news = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer guest;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &guest, NULL))
    if (chat_guest_take_news (guest))
      g_ptr_array_add (news, g_object_ref (guest));

  g_hash_table_remove_all (self->changed);
  return news;
}

static void
tell (ChatPresence *self, GPtrArray *news)
{
  g_autofree char *for_others = chat_notice_presence (news, NULL);
  g_autoptr (GPtrArray) peers =
      g_ptr_array_copy (self->joined, (GCopyFunc) (gpointer) g_object_ref, NULL);

  g_ptr_array_set_free_func (peers, g_object_unref);
  for (guint i = 0; for_others != NULL && i < peers->len; i++)
    {
      ChatPeer *peer = g_ptr_array_index (peers, i);
      ChatGuest *guest = chat_peer_get_guest (peer);
      gboolean is_news = g_ptr_array_find (news, guest, NULL);
      g_autofree char *for_guest = is_news ? chat_notice_presence (news, guest) : NULL;

      if (!is_news)
        chat_peer_send_notice (peer, for_others);
      else if (for_guest != NULL)
        chat_peer_send_notice (peer, for_guest);
    }
}

static gboolean
timeout_cb (gpointer user_data)
{
  ChatPresence *self = user_data;
  g_autoptr (GPtrArray) news = take_news (self);

  self->timeout_id = 0;
  tell (self, news);
  return G_SOURCE_REMOVE;
}

/**
 * chat_presence_changed:
 * @self: the account
 * @guest: a guest one of whose connections has begun or ended
 */
void
chat_presence_changed (ChatPresence *self, ChatGuest *guest)
{
  g_hash_table_add (self->changed, g_object_ref (guest));
  if (self->timeout_id == 0)
    self->timeout_id = g_timeout_add (BATCH_MILLISECONDS, timeout_cb, self);
}

/**
 * chat_presence_forget:
 * @self: the account
 * @guest: one who is no guest any more: that is told by other means
 */
void
chat_presence_forget (ChatPresence *self, ChatGuest *guest)
{
  g_hash_table_remove (self->changed, guest);
}
