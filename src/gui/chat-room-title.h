/* The title of a room: its address, and how the connection stands. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_ROOM_TITLE (chat_room_title_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomTitle, chat_room_title, CHAT, ROOM_TITLE, AdwBin)

void chat_room_title_set_session (ChatRoomTitle *self, ChatSession *session); /* nullable */
/* How it stands, in a few words. */
const char *chat_room_title_get_state (ChatRoomTitle *self);

G_END_DECLS
