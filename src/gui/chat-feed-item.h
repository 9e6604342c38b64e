/* A line of the room: a message, or a notice of what happened. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"
#include "chat-message.h"

G_BEGIN_DECLS

#define CHAT_TYPE_FEED_ITEM (chat_feed_item_get_type ())
G_DECLARE_FINAL_TYPE (ChatFeedItem, chat_feed_item, CHAT, FEED_ITEM, GObject)

/* Properties with notify: "begins-day", "begins-run", "begins-new", "notice". */

ChatFeedItem *chat_feed_item_new_message (ChatMessage *message);
ChatFeedItem *chat_feed_item_new_notice (const char *text);
ChatFeedItem *chat_feed_item_new_change (const char *username, ChatMemberChange change);

ChatMessage *chat_feed_item_get_message (ChatFeedItem *self); /* nullable */
const char *chat_feed_item_get_notice (ChatFeedItem *self);   /* nullable */
gint64 chat_feed_item_get_time (ChatFeedItem *self);
gboolean chat_feed_item_get_begins_day (ChatFeedItem *self);
gboolean chat_feed_item_get_begins_run (ChatFeedItem *self);
gboolean chat_feed_item_get_begins_new (ChatFeedItem *self);

/* Of changes of members, when there are many in a row. */
gboolean chat_feed_item_get_collapsible (ChatFeedItem *self);
gboolean chat_feed_item_get_expanded (ChatFeedItem *self);
void chat_feed_item_set_expanded (ChatFeedItem *self, gboolean expanded);

/* For the feed: where it stands decides what it begins. */
void chat_feed_item_set_previous (ChatFeedItem *self, ChatFeedItem *previous);
void chat_feed_item_set_begins_new (ChatFeedItem *self, gboolean begins_new);
/* Whether it was taken into this item. */
gboolean chat_feed_item_add_change (ChatFeedItem *self, const char *username,
                                    ChatMemberChange change);

G_END_DECLS
