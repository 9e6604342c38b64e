/* One connection of a guest, from the handshake to its end. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-delivery.h"
#include "chat-error.h"
#include "chat-guest.h"
#include "chat-link.h"
#include "chat-notice.h"
#include "chat-seal-registry.h"

G_BEGIN_DECLS

typedef struct _ChatRoom ChatRoom;

#define CHAT_TYPE_PEER (chat_peer_get_type ())
G_DECLARE_FINAL_TYPE (ChatPeer, chat_peer, CHAT, PEER, GObject)

/**
 * ChatPeerState:
 * @CHAT_PEER_HANDSHAKE: TLS has not proven a key yet
 * @CHAT_PEER_HELLO: a guest's key is proven; `hello` is awaited
 * @CHAT_PEER_JOINED: gets notices; what was missed is being sent
 * @CHAT_PEER_LIVE: gets messages as they come
 * @CHAT_PEER_GONE: over
 */
typedef enum
{
  CHAT_PEER_HANDSHAKE,
  CHAT_PEER_HELLO,
  CHAT_PEER_JOINED,
  CHAT_PEER_LIVE,
  CHAT_PEER_GONE,
} ChatPeerState;

/* Why nothing is read from a peer at the moment. */
typedef enum
{
  CHAT_HOLD_UNWRAP = 1 << 0,   /* a content key is being unwrapped in a thread */
  CHAT_HOLD_REPLAY = 1 << 1,   /* missed messages or history are being sent */
  CHAT_HOLD_POSTS = 1 << 2,    /* too many posts wait to be stored */
  CHAT_HOLD_THROTTLE = 1 << 3, /* over the rate limit */
  CHAT_HOLD_LEAVING = 1 << 4,  /* said bye, or the server stops */
} ChatHold;

ChatPeer *chat_peer_new (ChatRoom *room, ChatLink *link);
void chat_peer_start (ChatPeer *self);

ChatPeerState chat_peer_get_state (ChatPeer *self);
ChatGuest *chat_peer_get_guest (ChatPeer *self); /* nullable before the key is proven */
ChatLink *chat_peer_get_link (ChatPeer *self);
ChatRoom *chat_peer_get_room (ChatPeer *self);

/* Sealing and sending */
void chat_peer_send_notice (ChatPeer *self, const char *json);
void chat_peer_take_notice (ChatPeer *self, char *json);
void chat_peer_send_error (ChatPeer *self, ChatProtocolError code, const char *text,
                           const ChatErrorDetails *details);
void chat_peer_deliver (ChatPeer *self, ChatDelivery *delivery, GRefString *kid,
                        GRefString *encrypted_key);
void chat_peer_explain (ChatPeer *self, ChatPost *post, ChatReaderSet *readers);

/* What the handlers of commands use */
void chat_peer_join (ChatPeer *self);
void chat_peer_go_live (ChatPeer *self);
void chat_peer_charge (ChatPeer *self, guint tokens);
void chat_peer_hold (ChatPeer *self, ChatHold why);
void chat_peer_release (ChatPeer *self, ChatHold why);
void chat_peer_leave (ChatPeer *self);
void chat_peer_fail (ChatPeer *self, ChatProtocolError code, const char *text,
                     const ChatErrorDetails *details);
ChatSealRegistry *chat_peer_get_seals (ChatPeer *self);
void chat_peer_post_begun (ChatPeer *self);
void chat_peer_post_ended (ChatPeer *self);

G_END_DECLS
