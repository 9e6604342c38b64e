/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed.h"

#include "chat-limits.h"

#include <string.h>

/* Before a window is laid out. */
#define GATHER_PRIORITY G_PRIORITY_HIGH_IDLE

struct _ChatFeed
{
  GObject parent_instance;

  ChatTimeline *timeline;
  GPtrArray *items; /* (element-type ChatFeedItem) */
  guint n_messages; /* of them */
  guint n_gathered; /* at the end of the timeline, without an item as yet */
  guint gathering;  /* an idle source */
  ChatFeedItem *first_new; /* below the line, or NULL */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatFeed, chat_feed, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_FEED_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_FEED (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = CHAT_FEED (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_message (ChatFeed *self, guint i)
{
  return chat_feed_item_get_message (g_ptr_array_index (self->items, i)) != NULL;
}

/* Where the timeline's message number n stands, or would be added. Most changes are at one of the
 * two ends, so it is looked for from the nearer one. */
static guint
find_message (ChatFeed *self, guint n)
{
  guint i, left;

  if (n >= self->n_messages)
    return self->items->len;

  if (n < self->n_messages / 2)
    {
      for (i = 0, left = n;; i++)
        if (is_message (self, i) && left-- == 0)
          return i;
    }
  for (i = self->items->len, left = self->n_messages - n; left > 0;)
    if (is_message (self, --i))
      left--;

  return i;
}

static void
update_from (ChatFeed *self, guint first, guint last)
{
  for (guint i = first; i <= last && i < self->items->len; i++)
    chat_feed_item_set_previous (g_ptr_array_index (self->items, i),
                                 i > 0 ? g_ptr_array_index (self->items, i - 1) : NULL);
}

/* Where the new messages begin */

static void
set_first_new (ChatFeed *self, ChatFeedItem *item)
{
  g_autoptr (ChatFeedItem) old = g_steal_pointer (&self->first_new);

  g_set_object (&self->first_new, item);
  if (old != NULL)
    chat_feed_item_set_begins_new (old, FALSE);
  if (item != NULL)
    chat_feed_item_set_begins_new (item, TRUE);
}

/* It also begins a run of messages then, or no longer. */
static void
update_item (ChatFeed *self, ChatFeedItem *item)
{
  guint i;

  if (item != NULL && g_ptr_array_find (self->items, item, &i))
    update_from (self, i, i);
}

/* Following the timeline */

/* How many of the next n messages stand together there. */
static guint
count_together (ChatFeed *self, guint at, guint n)
{
  guint together = 0;

  while (together < n && at + together < self->items->len && is_message (self, at + together))
    together++;

  return together;
}

/* Moves what stands below once, however many there are. */
static void
make_gap (ChatFeed *self, guint at, guint n)
{
  guint below = self->items->len - at;

  g_ptr_array_set_size (self->items, (int)(self->items->len + n));
  memmove (self->items->pdata + at + n, self->items->pdata + at, below * sizeof (gpointer));
}

/* The row of a message that is put to another place stays the same. */
static ChatFeedItem *
reuse_item (GHashTable *removed, ChatMessage *message)
{
  ChatFeedItem *item = removed != NULL ? g_hash_table_lookup (removed, message) : NULL;

  return item != NULL ? g_object_ref (item) : chat_feed_item_new_message (message);
}

static void
fill_gap (ChatFeed *self, guint position, guint at, guint n, GHashTable *removed)
{
  make_gap (self, at, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) message =
          g_list_model_get_item (G_LIST_MODEL (self->timeline), position + i);

      g_ptr_array_index (self->items, at + i) = reuse_item (removed, message);
    }
  self->n_messages += n;
}

static GHashTable *
take_items (ChatFeed *self, guint at, guint n)
{
  GHashTable *taken = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  for (guint i = at; i < at + n; i++)
    {
      ChatFeedItem *item = g_ptr_array_index (self->items, i);

      g_hash_table_insert (taken, chat_feed_item_get_message (item), g_object_ref (item));
    }
  g_ptr_array_remove_range (self->items, at, n);
  self->n_messages -= n;

  return taken;
}

/* The line goes to the next message when the one below it is let go. */
static void
keep_line (ChatFeed *self, GHashTable *removed, guint at)
{
  ChatFeedItem *item = self->first_new;

  if (item == NULL || removed == NULL
      || g_hash_table_lookup (removed, chat_feed_item_get_message (item)) != item
      || g_ptr_array_find (self->items, item, NULL))
    return;

  while (at < self->items->len && !is_message (self, at))
    at++;
  set_first_new (self, at < self->items->len ? g_ptr_array_index (self->items, at) : NULL);
}

static void
splice (ChatFeed *self, guint at, guint n_removed, guint position, guint n_added)
{
  g_autoptr (GHashTable) removed = n_removed > 0 ? take_items (self, at, n_removed) : NULL;

  if (n_added > 0)
    fill_gap (self, position, at, n_added, removed);
  keep_line (self, removed, at);
  update_from (self, at, at + n_added);
  g_list_model_items_changed (G_LIST_MODEL (self), at, n_removed, n_added);
}

/* The notices are of no use without what they stood between; and they may be many, for it is the
 * server that causes most of them. */

static void
drop_notices (ChatFeed *self, guint at, guint n)
{
  g_ptr_array_remove_range (self->items, at, n);
  update_from (self, at, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, n, 0);
}

static guint
find_notice (ChatFeed *self)
{
  guint i = 0;

  while (i < self->items->len && is_message (self, i))
    i++;

  return i;
}

static void
drop_leading_notices (ChatFeed *self)
{
  guint first = self->n_messages > 0 ? find_message (self, 0) : 0;

  if (first > 0)
    drop_notices (self, 0, first);
}

static void
drop_oldest_notice (ChatFeed *self)
{
  if (self->items->len - self->n_messages > CHAT_MAX_FEED_NOTICES)
    drop_notices (self, find_notice (self), 1);
}

/* Notices that stand between messages stay, so one change may become several. */
static void
change (ChatFeed *self, guint position, guint n_removed, guint n_added)
{
  guint at = find_message (self, position);
  guint together = count_together (self, at, n_removed);

  while (together < n_removed)
    {
      if (together > 0)
        splice (self, at, together, position, 0);
      n_removed -= together;
      at = find_message (self, position);
      together = count_together (self, at, n_removed);
    }
  splice (self, at, n_removed, position, n_added);
}

/* Gathering: views go through their rows at each change, so the messages that come at the end
 * between two frames are one change. */

static void
add_gathered (ChatFeed *self)
{
  guint n = self->n_gathered;

  g_clear_handle_id (&self->gathering, g_source_remove);
  self->n_gathered = 0;
  if (n > 0)
    splice (self, self->items->len, 0, self->n_messages, n);
}

static gboolean
gathering_cb (gpointer user_data)
{
  add_gathered (user_data);

  return G_SOURCE_REMOVE;
}

static void
gather (ChatFeed *self, guint n)
{
  self->n_gathered += n;
  if (self->n_gathered > 0 && self->gathering == 0)
    self->gathering = g_idle_add_full (GATHER_PRIORITY, gathering_cb, self, NULL);
}

/* What is gathered stands in the timeline from n_messages on. */
static void
timeline_changed_cb (ChatFeed *self, guint position, guint n_removed, guint n_added)
{
  guint n_before = position < self->n_messages ? self->n_messages - position : 0;
  guint n_known = MIN (n_removed, n_before);

  self->n_gathered -= n_removed - n_known;
  if (n_before > 0)
    change (self, position, n_known, n_added);
  else
    gather (self, n_added);
  /* The timeline made room. */
  if (position == 0 && n_removed > 0 && n_added == 0)
    drop_leading_notices (self);
}

/**
 * chat_feed_new:
 * @timeline: the messages
 *
 * Returns: (transfer full): a feed that follows it
 */
ChatFeed *
chat_feed_new (ChatTimeline *timeline)
{
  ChatFeed *self;

  g_return_val_if_fail (CHAT_IS_TIMELINE (timeline), NULL);

  self = g_object_new (CHAT_TYPE_FEED, NULL);
  self->timeline = g_object_ref (timeline);
  g_signal_connect_object (timeline, "items-changed", G_CALLBACK (timeline_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->n_gathered = g_list_model_get_n_items (G_LIST_MODEL (timeline));
  add_gathered (self);

  return self;
}

static void
chat_feed_finalize (GObject *object)
{
  ChatFeed *self = CHAT_FEED (object);

  g_clear_handle_id (&self->gathering, g_source_remove);
  g_clear_object (&self->first_new);
  g_clear_object (&self->timeline);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (chat_feed_parent_class)->finalize (object);
}

static void
chat_feed_class_init (ChatFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_feed_finalize;
}

static void
chat_feed_init (ChatFeed *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
add_item (ChatFeed *self, ChatFeedItem *item)
{
  guint at = self->items->len;

  g_assert (self->n_gathered == 0);
  g_ptr_array_add (self->items, item);
  update_from (self, at, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
  drop_oldest_notice (self);
}

/**
 * chat_feed_add_notice:
 * @self: a feed
 * @text: what happened just now
 */
void
chat_feed_add_notice (ChatFeed *self, const char *text)
{
  g_return_if_fail (CHAT_IS_FEED (self) && text != NULL);

  add_gathered (self);
  add_item (self, chat_feed_item_new_notice (text));
}

/**
 * chat_feed_add_change:
 * @self: a feed
 * @username: a member
 * @change: what became of it just now
 *
 * Adds a quiet line, or to the one that is at the end: many in a row are told in short.
 */
void
chat_feed_add_change (ChatFeed *self, const char *username, ChatMemberChange change)
{
  ChatFeedItem *last;

  g_return_if_fail (CHAT_IS_FEED (self) && username != NULL);

  add_gathered (self);
  last = self->items->len > 0 ? g_ptr_array_index (self->items, self->items->len - 1) : NULL;
  if (last == NULL || !chat_feed_item_add_change (last, username, change))
    add_item (self, chat_feed_item_new_change (username, change));
}

/**
 * chat_feed_find:
 * @self: a feed
 * @message: a message
 * @position: (out) (optional): where it is
 *
 * Returns: whether it is there
 */
gboolean
chat_feed_find (ChatFeed *self, ChatMessage *message, guint *position)
{
  g_return_val_if_fail (CHAT_IS_FEED (self) && CHAT_IS_MESSAGE (message), FALSE);

  add_gathered (self);
  /* Mostly it is one of the last. */
  for (guint i = self->items->len; i > 0; i--)
    if (chat_feed_item_get_message (g_ptr_array_index (self->items, i - 1)) == message)
      {
        if (position != NULL)
          *position = i - 1;
        return TRUE;
      }

  return FALSE;
}

/**
 * chat_feed_find_mid:
 * @self: a feed
 * @mid: of a message
 * @position: (out): where it is
 *
 * Returns: whether it is there
 */
gboolean
chat_feed_find_mid (ChatFeed *self, const char *mid, guint *position)
{
  g_return_val_if_fail (CHAT_IS_FEED (self) && mid != NULL, FALSE);

  add_gathered (self);
  for (guint i = self->items->len; i > 0; i--)
    {
      ChatMessage *message =
          chat_feed_item_get_message (g_ptr_array_index (self->items, i - 1));

      *position = i - 1;
      if (message != NULL && g_strcmp0 (chat_message_get_mid (message), mid) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * chat_feed_begin_new:
 * @self: a feed
 * @message: (nullable): the first message that has not been read
 *
 * Draws the line "New messages" above a message, and no longer where it was. It stays there when
 * others come above or below.
 */
void
chat_feed_begin_new (ChatFeed *self, ChatMessage *message)
{
  g_autoptr (ChatFeedItem) old = NULL;
  guint i;

  g_return_if_fail (CHAT_IS_FEED (self));
  g_return_if_fail (message == NULL || CHAT_IS_MESSAGE (message));

  g_set_object (&old, self->first_new);
  set_first_new (self, message != NULL && chat_feed_find (self, message, &i)
                           ? g_ptr_array_index (self->items, i)
                           : NULL);
  update_item (self, old);
  update_item (self, self->first_new);
}

/**
 * chat_feed_get_first_new:
 * @self: a feed
 *
 * Returns: (transfer none) (nullable): the message below the line "New messages"
 */
ChatMessage *
chat_feed_get_first_new (ChatFeed *self)
{
  g_return_val_if_fail (CHAT_IS_FEED (self), NULL);

  return self->first_new != NULL ? chat_feed_item_get_message (self->first_new) : NULL;
}
