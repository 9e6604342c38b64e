/* The way into a room: the rooms that one knows, the form for another one, and what happens
 * meanwhile. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-connect-form.h"
#include "chat-room-book.h"
#include "chat-rooms-page.h"
#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_CONNECT_VIEW (chat_connect_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatConnectView, chat_connect_view, CHAT, CONNECT_VIEW, AdwBin)

/* Signal "joined" (ChatSession *): it is open. */

/* Offers the rooms that one has been in; without any, the form. */
void chat_connect_view_show_rooms (ChatConnectView *self);
/* Another book than the user's own, before that. */
void chat_connect_view_set_book (ChatConnectView *self, ChatRoomBook *book);
/* Takes a file, whatever it is: a user_config.json, or one of the two keys. */
void chat_connect_view_load (ChatConnectView *self, const char *path);
/* After that: connects as soon as all in the file is found to be right. */
void chat_connect_view_connect_when_ready (ChatConnectView *self);
/* A session that ended, for its reason. */
void chat_connect_view_show_error (ChatConnectView *self, const GError *error);
/* Gives up an attempt that runs. */
void chat_connect_view_cancel (ChatConnectView *self);

ChatConnectForm *chat_connect_view_get_form (ChatConnectView *self);
ChatRoomsPage *chat_connect_view_get_rooms_page (ChatConnectView *self);
/* "form", "rooms", or nothing yet: "blank" */
const char *chat_connect_view_get_page (ChatConnectView *self);
/* The dialog that asks for a passphrase, while there is one; nullable. */
GtkWindow *chat_connect_view_get_passphrase_dialog (ChatConnectView *self);

G_END_DECLS
