/* What the three parts of a peer share: its life (chat-peer.c), what it says and what it is sent.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-envelope.h"
#include "chat-jwe.h"
#include "chat-peer.h"
#include "chat-room.h"

G_BEGIN_DECLS

struct _ChatPeer
{
  GObject parent_instance;

  ChatRoom *room; /* borrowed: the room closes its peers before it goes */

  ChatLink *link;
  ChatGuest *guest;
  ChatEnvelope *envelope;  /* made when something is first sent */
  ChatSealRegistry *seals; /* made with the first seal */
  GHashTable *told;        /* reader sets and former authors that the client has been told of */
  char *command_wrapping;  /* the content key of its commands, wrapped and open */
  ChatSecret *command_key;
  ChatJwe *waiting_command; /* until its key is unwrapped */

  ChatPollerClient timer; /* hello in time; the end of throttling */
  gint64 throttled_notice_at;
  guint holds; /* ChatHold */
  guint pending_posts;
  ChatPeerState state;
};

/* chat-peer.c */
void chat_peer_set_timer (ChatPeer *self, gint64 microseconds);
const char *chat_peer_get_name (ChatPeer *self);
void chat_peer_fail_with_error (ChatPeer *self, const GError *error);

/* chat-peer-input.c */
void chat_peer_throttle (ChatPeer *self, gint64 wait);
void chat_peer_frame_cb (ChatLink *link, GBytes *frame, gpointer user_data);

G_END_DECLS
