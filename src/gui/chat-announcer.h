/* Tells a screen reader what happens where the focus is not: messages of others, and how things
 * stand. It takes no room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_ANNOUNCER (chat_announcer_get_type ())
G_DECLARE_FINAL_TYPE (ChatAnnouncer, chat_announcer, CHAT, ANNOUNCER, GtkWidget)

void chat_announcer_say (ChatAnnouncer *self, const char *text);
/* Many at a time are told by their number. */
void chat_announcer_say_message (ChatAnnouncer *self, ChatMessage *message);

G_END_DECLS
