/* A row of the room: a day divider where a day begins, a line where the new messages begin, and a
 * message or a notice. The arrow keys move from one to the next; Tab goes into it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_FEED_ROW (chat_feed_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatFeedRow, chat_feed_row, CHAT, FEED_ROW, GtkWidget)

ChatFeedRow *chat_feed_row_new (void);
void chat_feed_row_set_item (ChatFeedRow *self, ChatFeedItem *item); /* nullable */
ChatFeedItem *chat_feed_row_get_item (ChatFeedRow *self);            /* nullable */

G_END_DECLS
