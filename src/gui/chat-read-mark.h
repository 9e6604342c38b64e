/* Where the reader left off: the line "New messages" comes above the first message that came while
 * one was away (another window, or further up in the list), and stays until one has seen it and
 * writes, or is away again. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed.h"
#include "chat-message-list.h"
#include "chat-session.h"

G_BEGIN_DECLS

#define CHAT_TYPE_READ_MARK (chat_read_mark_get_type ())
G_DECLARE_FINAL_TYPE (ChatReadMark, chat_read_mark, CHAT, READ_MARK, GObject)

ChatReadMark *chat_read_mark_new (ChatMessageList *list);
void chat_read_mark_set_feed (ChatReadMark *self, ChatFeed *feed, ChatSession *session);
/* The user is told to have read up to here, in an earlier run: the first message after that. */
void chat_read_mark_begin_at (ChatReadMark *self, ChatMessage *first);
/* There may be more below the list's end, or in sight. */
void chat_read_mark_look (ChatReadMark *self);
/* The user has written something. */
void chat_read_mark_written (ChatReadMark *self);
/* Whether the window has the focus. The list's window tells it by itself. */
void chat_read_mark_set_active (ChatReadMark *self, gboolean active);

G_END_DECLS
