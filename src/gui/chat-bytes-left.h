/* How much more fits into a message, said when it becomes little. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_BYTES_LEFT (chat_bytes_left_get_type ())
G_DECLARE_FINAL_TYPE (ChatBytesLeft, chat_bytes_left, CHAT, BYTES_LEFT, AdwBin)

/* What more fits into a message with this text; negative: it is too long. */
gssize chat_bytes_left_count (GtkTextBuffer *buffer);

void chat_bytes_left_show (ChatBytesLeft *self, gssize left);
/* A text of this size was not put in. */
void chat_bytes_left_show_refused (ChatBytesLeft *self, gsize size);

G_END_DECLS
