/* A window: the connect view, and then the room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-connect-view.h"
#include "chat-room-view.h"
#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_WINDOW (chat_window_get_type ())
G_DECLARE_FINAL_TYPE (ChatWindow, chat_window, CHAT, WINDOW, AdwApplicationWindow)

ChatWindow *chat_window_new (GtkApplication *app, GSettings *settings);
/* Fills in the room that one was in last, if there is one. */
void chat_window_load_last_room (ChatWindow *self);
/* Fills in a user_config.json. */
void chat_window_import (ChatWindow *self, GFile *file);
void chat_window_connect (ChatWindow *self, GFile *file);
/* Leaves the room in order, and shows the connect view. */
void chat_window_leave (ChatWindow *self);
/* Leaves the room in order, and is gone: also where closing would only hide it. */
void chat_window_quit (ChatWindow *self);
gboolean chat_window_is_closing (ChatWindow *self);

gboolean chat_window_is_in_room (ChatWindow *self, const char *room_id);
/* Comes to the front. mid: a message to show, or "" */
void chat_window_show_message (ChatWindow *self, const char *mid);

/* Tells something in passing. */
void chat_window_show_toast (ChatWindow *self, const char *text);

ChatSession *chat_window_get_session (ChatWindow *self); /* nullable: not in a room */
ChatRoomView *chat_window_get_room_view (ChatWindow *self); /* nullable: never in one */
ChatConnectView *chat_window_get_connect_view (ChatWindow *self);

G_END_DECLS
