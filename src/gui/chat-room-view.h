/* The room: what was said, who is there, and where one writes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-composer.h"
#include "chat-feed.h"
#include "chat-message-list.h"
#include "chat-message-menu.h"
#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_ROOM_VIEW (chat_room_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomView, chat_room_view, CHAT, ROOM_VIEW, AdwBin)

/* Property with notify: "unread". */

void chat_room_view_set_session (ChatRoomView *self, ChatSession *session); /* nullable */
void chat_room_view_follow_settings (ChatRoomView *self, GSettings *settings);
void chat_room_view_toggle_members (ChatRoomView *self);
void chat_room_view_begin_search (ChatRoomView *self);
/* Scrolls to it, if it is there. */
void chat_room_view_show_message (ChatRoomView *self, const char *mid);
void chat_room_view_write_to (ChatRoomView *self, const char *username);

ChatFeed *chat_room_view_get_feed (ChatRoomView *self); /* nullable */
ChatComposer *chat_room_view_get_composer (ChatRoomView *self);
ChatMessageList *chat_room_view_get_list (ChatRoomView *self);
ChatMessageMenu *chat_room_view_get_message_menu (ChatRoomView *self);
guint chat_room_view_get_unread (ChatRoomView *self);

G_END_DECLS
