/* A line of the room: a message, or a notice of what happened. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

#define CHAT_TYPE_FEED_ITEM (chat_feed_item_get_type ())
G_DECLARE_FINAL_TYPE (ChatFeedItem, chat_feed_item, CHAT, FEED_ITEM, GObject)

/* Properties with notify: "begins-day", "begins-run". */

ChatFeedItem *chat_feed_item_new_message (ChatMessage *message);
ChatFeedItem *chat_feed_item_new_notice (const char *text);

ChatMessage *chat_feed_item_get_message (ChatFeedItem *self); /* nullable */
const char *chat_feed_item_get_notice (ChatFeedItem *self);   /* nullable */
gint64 chat_feed_item_get_time (ChatFeedItem *self);
gboolean chat_feed_item_get_begins_day (ChatFeedItem *self);
gboolean chat_feed_item_get_begins_run (ChatFeedItem *self);

/* For the feed: where it stands decides what it begins. */
void chat_feed_item_set_previous (ChatFeedItem *self, ChatFeedItem *previous);

G_END_DECLS
