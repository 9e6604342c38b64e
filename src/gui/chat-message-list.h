/* The list of what was said. It follows the end while it is there, and keeps its place while it is
 * not. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_LIST (chat_message_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageList, chat_message_list, CHAT, MESSAGE_LIST, GtkWidget)

/* Property with notify: "following". */

void chat_message_list_set_model (ChatMessageList *self, GListModel *items); /* nullable */
gboolean chat_message_list_get_following (ChatMessageList *self);
void chat_message_list_jump_to_end (ChatMessageList *self);
void chat_message_list_scroll_to (ChatMessageList *self, guint position);
/* Marks a row; GTK_INVALID_LIST_POSITION: none. */
void chat_message_list_set_found (ChatMessageList *self, guint position);
GtkAdjustment *chat_message_list_get_adjustment (ChatMessageList *self);

G_END_DECLS
