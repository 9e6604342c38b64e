/* The lobby: connections that have not proven a guest's key, counted by where they come from. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChatLobby ChatLobby;

ChatLobby *chat_lobby_new (guint max_visitors, guint max_per_origin);
void chat_lobby_set_limits (ChatLobby *self, guint max_visitors, guint max_per_origin);
void chat_lobby_free (ChatLobby *self);

char *chat_lobby_dup_origin (GSocketAddress *address);
void chat_lobby_enter (ChatLobby *self, gpointer visitor, const char *origin);
void chat_lobby_leave (ChatLobby *self, gpointer visitor);
gpointer chat_lobby_get_surplus (ChatLobby *self, const char *origin);
gpointer chat_lobby_get_victim (ChatLobby *self);
guint chat_lobby_get_size (ChatLobby *self);
gboolean chat_lobby_may_log (ChatLobby *self, gint64 now, guint *n_unlogged);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLobby, chat_lobby_free)

G_END_DECLS
