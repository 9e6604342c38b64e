/* A message as it is shown: the author's avatar, a bubble, and how it stands. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_ROW (chat_message_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageRow, chat_message_row, CHAT, MESSAGE_ROW, GtkWidget)

ChatMessageRow *chat_message_row_new (void);
void chat_message_row_set_message (ChatMessageRow *self, ChatMessage *message); /* nullable */
/* Whether the author is named. */
void chat_message_row_set_begins_run (ChatMessageRow *self, gboolean begins_run);
/* Whether the time is shown beside it, because the pointer or the focus is there. */
void chat_message_row_set_pointed (ChatMessageRow *self, gboolean pointed);

G_END_DECLS
