/* A connection: frames over TLS 1.3 with both keys proven. The same object on both sides. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-credentials.h"
#include "chat-poller.h"
#include "chat-public-key.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatLink:
 *
 * A connection: frames over TLS 1.3, with both keys proven. The same object on both sides.
 *
 * All signals come on the main context of its poller. What is sent within one turn of the main loop
 * leaves in as few records as possible.
 */
#define CHAT_TYPE_LINK (chat_link_get_type ())
G_DECLARE_FINAL_TYPE (ChatLink, chat_link, CHAT, LINK, GObject)

/**
 * ChatLinkState:
 * @CHAT_LINK_NEW: not started
 * @CHAT_LINK_HANDSHAKE: between the TCP connection and the proof of both keys
 * @CHAT_LINK_OPEN: frames pass
 * @CHAT_LINK_FINISHING: what is queued is written, nothing is read any more
 * @CHAT_LINK_CLOSED: over; nothing happens any more
 *
 * Where a link stands.
 */
typedef enum
{
  CHAT_LINK_NEW,
  CHAT_LINK_HANDSHAKE,
  CHAT_LINK_OPEN,
  CHAT_LINK_FINISHING,
  CHAT_LINK_CLOSED,
} ChatLinkState;

/* The connection's socket must be connected; it is made non-blocking and belongs to the link from
 * then on. */
ChatLink *chat_link_new_server (ChatPoller *poller, GSocketConnection *connection,
                                ChatCredentials *credentials);
/* expected: the one key that the server may have; the handshake fails with
 * CHAT_LINK_ERROR_WRONG_PEER for any other, and get_peer_key () then gives the key that was shown.
 */
ChatLink *chat_link_new_client (ChatPoller *poller, GSocketConnection *connection,
                                ChatCredentials *credentials, ChatPublicKey *expected);
void chat_link_start (ChatLink *self);

ChatLinkState chat_link_get_state (ChatLink *self);
ChatPublicKey *chat_link_get_peer_key (ChatLink *self); /* nullable, transfer none */
void chat_link_share_peer_key (ChatLink *self, ChatPublicKey *key);
/* "192.0.2.7:4711" or "[2001:db8::1]:4711" */
const char *chat_link_get_address (ChatLink *self);
/* Of frames that come in; at first it is CHAT_MAX_FRAME_BEFORE_HELLO. */
void chat_link_set_max_frame (ChatLink *self, gsize max_frame);

/* Queues one frame; what is queued within one turn of the main loop leaves in as few TLS records as
 * possible. A link that is not OPEN drops it. */
void chat_link_send (ChatLink *self, const char *payload, gsize size);
/* The same for a frame in pieces that are not copied: owner keeps them until release. */
void chat_link_send_shared (ChatLink *self, const GOutputVector *pieces, guint n_pieces,
                            gpointer owner, GDestroyNotify release);
gsize chat_link_get_queued (ChatLink *self); /* bytes that the kernel has not taken yet */

/* Stops or goes on reading; frames that are already here wait as well. */
void chat_link_set_reading (ChatLink *self, gboolean reading);

/* Ends in order: what is queued is written (within CHAT_CLOSE_SECONDS), then the link closes with
 * CHAT_LINK_ERROR_CLOSED. */
void chat_link_finish (ChatLink *self);
/* Ends at once. Idempotent. reason: (nullable) (transfer none) goes to "closed". */
void chat_link_close (ChatLink *self, const GError *reason);
/* Instead of an answer to "opened": sends the alert access_denied, then closes in order. */
void chat_link_deny (ChatLink *self);

G_END_DECLS
