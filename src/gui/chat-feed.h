/* What the room view lists: a GListModel of ChatFeedItem, the messages of a timeline with notices
 * in between. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed-item.h"
#include "chat-timeline.h"

G_BEGIN_DECLS

#define CHAT_TYPE_FEED (chat_feed_get_type ())
G_DECLARE_FINAL_TYPE (ChatFeed, chat_feed, CHAT, FEED, GObject)

ChatFeed *chat_feed_new (ChatTimeline *timeline);
/* Adds a quiet line at the end. */
void chat_feed_add_notice (ChatFeed *self, const char *text);

G_END_DECLS
