/* A row that offers to copy the key files that were chosen into the folder of the app. It is there
 * while one of them is seen through the document portal only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-key-row.h"

G_BEGIN_DECLS

#define CHAT_TYPE_KEEP_ROW (chat_keep_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeepRow, chat_keep_row, CHAT, KEEP_ROW, AdwActionRow)

void chat_keep_row_watch (ChatKeepRow *self, ChatKeyRow *row); /* one more */

G_END_DECLS
