/* The room: guests, their connections and the store. Decides who gets what. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-guest-list.h"
#include "chat-peer.h"
#include "chat-private-key.h"
#include "chat-server-config.h"
#include "chat-store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_TYPE_ROOM (chat_room_get_type ())
G_DECLARE_FINAL_TYPE (ChatRoom, chat_room, CHAT, ROOM, GObject)

/* Signals:
 *   "stopping" (ChatRoom *)   nobody new is let in; the listener can be closed
 *   "stopped"  (ChatRoom *)   everybody has been told and is gone */

ChatRoom *chat_room_new (ChatServerConfig *config, ChatPrivateKey *key, ChatGuestList *guests,
                         ChatStore *store, guint max_peers, GError **error);
void chat_room_accept (ChatRoom *self, GSocketConnection *connection);
/* by: (nullable): the admin who said so. */
void chat_room_stop (ChatRoom *self, const char *by);
gboolean chat_room_is_stopping (ChatRoom *self);

void chat_room_config_changed (ChatRoom *self);
ChatServerConfig *chat_room_get_config (ChatRoom *self);
ChatPrivateKey *chat_room_get_key (ChatRoom *self);
const char *chat_room_get_kid (ChatRoom *self);
ChatGuestList *chat_room_get_guests (ChatRoom *self);
ChatStore *chat_room_get_store (ChatRoom *self);
ChatPoller *chat_room_get_poller (ChatRoom *self);
guint chat_room_get_capacity (ChatRoom *self);
guint chat_room_get_n_joined (ChatRoom *self);

/* For peers */
void chat_room_log_stranger (ChatRoom *self, ChatLogLevel level, const char *event,
                             const char *address, const char *reason, const char *fingerprint);
void chat_room_peer_proven (ChatRoom *self, ChatPeer *peer);
void chat_room_peer_joined (ChatRoom *self, ChatPeer *peer);
void chat_room_peer_gone (ChatRoom *self, ChatPeer *peer);
void chat_room_forget_peer (ChatRoom *self, ChatPeer *peer);
void chat_room_store (ChatRoom *self, ChatPost *post, ChatPeer *author);

G_END_DECLS
