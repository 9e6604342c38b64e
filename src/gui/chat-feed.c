/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed.h"

struct _ChatFeed
{
  GObject parent_instance;

  ChatTimeline *timeline;
  GPtrArray *items; /* (element-type ChatFeedItem) */
  guint n_messages; /* of them */
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

static void
remove_messages (ChatFeed *self, guint position, guint n)
{
  for (; n > 0; n--)
    {
      guint i = find_message (self, position);

      g_ptr_array_remove_index (self->items, i);
      self->n_messages--;
      update_from (self, i, i);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
    }
}

static void
add_messages (ChatFeed *self, guint position, guint at, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ChatMessage) message =
          g_list_model_get_item (G_LIST_MODEL (self->timeline), position + i);

      g_ptr_array_insert (self->items, (int)(at + i), chat_feed_item_new_message (message));
    }
  self->n_messages += n;
  update_from (self, at, at + n);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, n);
}

static void
timeline_changed_cb (ChatFeed *self, guint position, guint removed, guint added)
{
  guint at = find_message (self, position);

  remove_messages (self, position, removed);
  if (added > 0)
    add_messages (self, position, at, added);
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
  timeline_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (timeline)));

  return self;
}

static void
chat_feed_finalize (GObject *object)
{
  ChatFeed *self = CHAT_FEED (object);

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

/**
 * chat_feed_add_notice:
 * @self: a feed
 * @text: what happened just now
 */
void
chat_feed_add_notice (ChatFeed *self, const char *text)
{
  guint at;

  g_return_if_fail (CHAT_IS_FEED (self) && text != NULL);

  at = self->items->len;
  g_ptr_array_add (self->items, chat_feed_item_new_notice (text));
  update_from (self, at, at);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
}
