/* The menu of a message: one for all rows, made when it is first asked for. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message-list.h"
#include "chat-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_MENU (chat_message_menu_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageMenu, chat_message_menu, CHAT, MESSAGE_MENU, GObject)

/* Signals: "quote", "details" (ChatMessage *). */

/* owner: whose child the menu is, above the list. Its dispose calls chat_message_menu_detach (). */
ChatMessageMenu *chat_message_menu_new (GtkWidget *owner, ChatMessageList *list);
void chat_message_menu_detach (ChatMessageMenu *self);

/* For the row with the focus, or the one at a place in the list. FALSE: there is none. */
gboolean chat_message_menu_open_at_focus (ChatMessageMenu *self);
gboolean chat_message_menu_open_at (ChatMessageMenu *self, double x, double y);

G_END_DECLS
