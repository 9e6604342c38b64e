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
/* The same for what became of a member: many in a row are one line. */
void chat_feed_add_change (ChatFeed *self, const char *username, ChatMemberChange change);
gboolean chat_feed_find (ChatFeed *self, ChatMessage *message, guint *position);
gboolean chat_feed_find_mid (ChatFeed *self, const char *mid, guint *position);

/* The line "New messages", above the first message that has not been read (nullable: no line).
 * The room's ChatReadMark draws it for what comes while one is away; whoever remembers across a
 * start how far was read calls chat_read_mark_begin_at () with the first message after that. */
void chat_feed_begin_new (ChatFeed *self, ChatMessage *message);
ChatMessage *chat_feed_get_first_new (ChatFeed *self); /* nullable */

G_END_DECLS
