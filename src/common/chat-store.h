/* The messages on disk, sealed as they came. All SQL runs in a thread of its own, in the order of
 * the calls; posts that wait together are committed together. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-database.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatStore:
 *
 * The messages on disk, sealed as they came. All SQL runs in a thread of its own, in the order of
 * the calls; posts that wait together are committed together.
 */
#define CHAT_TYPE_STORE (chat_store_get_type ())
G_DECLARE_FINAL_TYPE (ChatStore, chat_store, CHAT, STORE, GObject)

ChatStore *chat_store_new (const char *path, guint history_limit, GError **error);
const char *chat_store_get_history (ChatStore *self);
gint64 chat_store_get_last_seq (ChatStore *self);
/* Takes effect after what was asked before; what is over it is dropped then. */
void chat_store_set_history_limit (ChatStore *self, guint history_limit);

void chat_store_append_async (ChatStore *self, ChatPost *post, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean chat_store_append_finish (ChatStore *self, GAsyncResult *result, ChatPost **post,
                                   gboolean *is_new, GError **error);

void chat_store_read_async (ChatStore *self, const ChatStoreQuery *query, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
ChatStorePage *chat_store_read_finish (ChatStore *self, GAsyncResult *result, GError **error);

void chat_store_find_start_async (ChatStore *self, const ChatStoreQuery *query,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean chat_store_find_start_finish (ChatStore *self, GAsyncResult *result, ChatStoreStart *start,
                                       GError **error);

/* Waits for what was asked before, then closes the file. For the end of the program: blocks. */
void chat_store_close (ChatStore *self);

G_END_DECLS
