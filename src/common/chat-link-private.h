/* What the three parts of a link share: its object (chat-link.c), its handshake and its stream. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"
#include "chat-frame-reader.h"
#include "chat-link.h"
#include "chat-output-queue.h"

G_BEGIN_DECLS

struct _ChatLink
{
  GObject parent_instance;

  /* Borrowed from nobody: all of these are owned. */
  ChatPoller *poller;
  GSocketConnection *connection;
  ChatCredentials *credentials;
  gnutls_session_t session;
  ChatPublicKey *expected;
  ChatPublicKey *peer_key; /* written by the handshake's thread, read when it is done */
  char *address;
  GByteArray *held;   /* bytes that came while nobody was reading */
  ChatOutputQueue output; /* what the kernel has not taken */
  int write_error; /* a fatal code of GnuTLS that the next flush tells; 0: none */

  ChatPollerClient client;
  ChatFrameReader reader;
  ChatLinkState state;
  int abandoned; /* atomic: closed while a handshake step waits for a thread */
  guint is_server : 1;
  guint reading : 1;
  guint stepping : 1;  /* a handshake step runs in a thread, which then owns session and peer_key */
  guint blocked : 1;   /* GnuTLS holds a record that the kernel would not take */
  guint peer_gone : 1; /* hung up while nobody was reading */
  guint half_closed : 1; /* our side is shut down; waiting for the peer to close too */
};

enum
{
  CHAT_LINK_SIGNAL_OPENED,
  CHAT_LINK_SIGNAL_FRAME,
  CHAT_LINK_SIGNAL_VIOLATED,
  CHAT_LINK_SIGNAL_DRAINED,
  CHAT_LINK_SIGNAL_CLOSED,
  CHAT_LINK_N_SIGNALS,
};

/* chat-link.c */
void chat_link_emit (ChatLink *self, guint signal, gconstpointer argument);
void chat_link_update_watch (ChatLink *self);
void chat_link_set_deadline (ChatLink *self, guint seconds);
void chat_link_free_session (ChatLink *self);
void chat_link_close_with_code (ChatLink *self, int gnutls_code);
void chat_link_close_literal (ChatLink *self, ChatLinkError code, const char *message);

/* chat-link-handshake.c */
void chat_link_start_handshake_step (ChatLink *self);

/* chat-link-stream.c */
void chat_link_stream_ready (ChatLink *self, GIOCondition condition);
void chat_link_write_cb (gpointer user_data);
void chat_link_flush_cb (gpointer user_data);
void chat_link_write_ahead (ChatLink *self);

G_END_DECLS
