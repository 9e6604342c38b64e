/* Pieces of text for the room: times, names in their colors, messages. Everything from the network
 * is made safe. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

char *chat_format_name (const char *name, gboolean color);
/* "14:03", or with the date when that is not today's. now: ms, for tests. */
char *chat_format_time (gint64 ms, gint64 now);
/* One or more lines. */
char *chat_format_message (ChatMessage *message, gboolean color);

G_END_DECLS
