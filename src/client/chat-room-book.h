/* The rooms that one has been in, the last one first: a GListModel of ChatKnownRoom, kept in a
 * file. Reading and writing happen in threads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-known-room.h"

G_BEGIN_DECLS

/**
 * ChatRoomBook:
 *
 * The rooms that one has been in, the last one first: a [iface@Gio.ListModel] of [class@KnownRoom],
 * kept in a file. Each change reads the file anew, so that several windows and programs can share
 * it. Reading and writing happen in threads.
 */
#define CHAT_TYPE_ROOM_BOOK (chat_room_book_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoomBook, chat_room_book, CHAT, ROOM_BOOK, GObject)

ChatRoomBook *chat_room_book_new (const char *path); /* NULL: the user's own */

/* Each of them reads the file anew, so that several windows and programs can share it, and ends
 * with chat_room_book_finish (). Errors: CHAT_CONFIG_ERROR; then neither file nor list change. */
void chat_room_book_load_async (ChatRoomBook *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* To the front; its name is kept if it has none now. */
void chat_room_book_remember_async (ChatRoomBook *self, ChatKnownRoom *room,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* In place of another one, or of itself. */
void chat_room_book_replace_async (ChatRoomBook *self, ChatKnownRoom *old, ChatKnownRoom *room,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
void chat_room_book_forget_async (ChatRoomBook *self, ChatKnownRoom *room,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* Takes forgetting back. */
void chat_room_book_restore_async (ChatRoomBook *self, ChatKnownRoom *room, guint position,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean chat_room_book_finish (ChatRoomBook *self, GAsyncResult *result, GError **error);

ChatKnownRoom *chat_room_book_get_last (ChatRoomBook *self); /* nullable, transfer none */
/* GTK_INVALID_LIST_POSITION's value, G_MAXUINT, where it is not there. */
guint chat_room_book_find (ChatRoomBook *self, ChatKnownRoom *room);

G_END_DECLS
