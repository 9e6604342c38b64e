/* Lays out a message: the avatar, the bubble as wide as its text, and behind it how it stands. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_LAYOUT (chat_message_layout_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageLayout, chat_message_layout, CHAT, MESSAGE_LAYOUT,
                      GtkLayoutManager)

/* The children of its widget are these three, in this order: avatar, bubble, state. */
GtkLayoutManager *chat_message_layout_new (void);
void chat_message_layout_set_own (ChatMessageLayout *self, gboolean own);

G_END_DECLS
