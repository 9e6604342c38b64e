/* The rooms that one has been in: the last one is one click away, the others are below it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-book.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_ROOMS_PAGE (chat_rooms_page_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomsPage, chat_rooms_page, CHAT, ROOMS_PAGE, AdwBin)

/* Signals "connect", "edit", "forget" (ChatKnownRoom *): what is wanted with a room; "renamed"
 * (ChatKnownRoom *, const char *): what it is to be called, empty for its address; "another": none
 * of these. */

void chat_rooms_page_set_book (ChatRoomsPage *self, ChatRoomBook *book);
GtkWidget *chat_rooms_page_get_button (ChatRoomsPage *self); /* of the last room */
/* The dialog that asks for a name. */
void chat_rooms_page_rename (ChatRoomsPage *self, ChatKnownRoom *room);

G_END_DECLS
