/* What a message says: who, when, to whom, the words, and what went wrong. Hundreds of these are
 * laid out at a time, so it has only the parts that its message needs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_BUBBLE (chat_message_bubble_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageBubble, chat_message_bubble, CHAT, MESSAGE_BUBBLE, GtkWidget)

ChatMessageBubble *chat_message_bubble_new (void);
void chat_message_bubble_set_message (ChatMessageBubble *self, ChatMessage *message);
/* Whether it has the author's name and the time. */
void chat_message_bubble_set_begins_run (ChatMessageBubble *self, gboolean begins_run);
/* How it stands, or who reads it, is another. */
void chat_message_bubble_update (ChatMessageBubble *self);

G_END_DECLS
