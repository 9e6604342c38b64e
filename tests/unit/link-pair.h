/* Two links over a real TCP connection of this host, and a record of what happens at each end. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"
#include "chat-link.h"
#include "wait-until.h"

G_BEGIN_DECLS

typedef struct _LinkEnd LinkEnd;
typedef void (*LinkEndFunc) (LinkEnd *end);

struct _LinkEnd
{
  GSocketConnection *connection;
  ChatLink *link; /* NULL where the test speaks for itself */

  GPtrArray *frames; /* (element-type GBytes) */
  GError *reason;    /* of "closed" or, before it, "violated" */
  guint n_opened;
  guint n_violated;
  guint n_drained;
  guint n_closed;

  /* What the test does inside the handlers. */
  LinkEndFunc on_opened;
  LinkEndFunc on_frame;
  LinkEndFunc on_violated;
  LinkEndFunc on_drained;
  LinkEndFunc on_closed;
};

/* A fixture. The TCP connection is made, the links are for the test to make. */
typedef struct
{
  ChatPoller *poller;
  LinkEnd server;
  LinkEnd client;
} LinkPair;

void link_pair_set_up (LinkPair *self, gconstpointer data);
/* The same, with the smallest buffers that the kernel gives. */
void link_pair_set_up_narrow (LinkPair *self, gconstpointer data);
/* Ends what is left, and checks that links, poller and connections finalize. */
void link_pair_tear_down (LinkPair *self, gconstpointer data);

/* One of three keys: the client's is 0, the server's 2. */
ChatPublicKey *link_pair_get_key (guint n);
ChatCredentials *link_pair_get_credentials (guint n);
void link_pair_add_server (LinkPair *self);
void link_pair_add_client (LinkPair *self, ChatPublicKey *expected);
/* Both, through the handshake, and with large frames allowed. */
void link_pair_open (LinkPair *self);

void link_end_send_fill (LinkEnd *self, gsize size, guint8 fill);
void link_end_assert_fill (LinkEnd *self, guint frame, gsize size, guint8 fill);
/* Waits for the end, and checks what was told about it. */
void link_end_assert_closed (LinkEnd *self, ChatLinkError code);
/* Closes the connection itself, without a word. */
void link_end_vanish (LinkEnd *self);
/* Raw bytes from this end, past its link. */
void link_end_write_raw (LinkEnd *self, gconstpointer data, gsize size);

G_END_DECLS
