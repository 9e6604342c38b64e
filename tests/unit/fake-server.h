/* A server that does what a test says, for what the real one seldom does: lose acknowledgements,
 * refuse seals, vanish. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _FakeServer FakeServer;

/* Three keys: 0 is the client's, who is called alice, 1 is bob's, 2 the server's. */
ChatPrivateKey *fake_server_get_key (guint n);
ChatPublicKey *fake_server_get_public_key (guint n);

FakeServer *fake_server_new (void);
void fake_server_free (FakeServer *self);
guint16 fake_server_get_port (FakeServer *self);

/* The next frame of the client: the command, or {"op":"post","seal":…,"mid":…}. Waits for it. */
JsonObject *fake_server_receive (FakeServer *self);
/* The same, and the test fails if its op is another. */
JsonObject *fake_server_expect (FakeServer *self, const char *op);
/* TRUE when a frame has come that was not received. */
gboolean fake_server_has_frame (FakeServer *self);
/* Drops what has come and was not received. */
void fake_server_forget (FakeServer *self);

void fake_server_notify (FakeServer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void fake_server_send_raw (FakeServer *self, const char *frame);
void fake_server_ack (FakeServer *self, JsonObject *post, gint64 seq);
/* The members alice and bob, welcome, caught-up. */
void fake_server_let_in (FakeServer *self, const char *history, gint64 seq);
void fake_server_notify_members (FakeServer *self);
/* author: whose key signs; to: NULL for the room of both. */
void fake_server_deliver (FakeServer *self, const char *op, gint64 seq, const char *from,
                          guint author, const char *mid, const char *text);
/* The same to a set that is announced: alice, bob, and the nth of many who are not known. */
void fake_server_announce (FakeServer *self, guint n);
void fake_server_deliver_to_set (FakeServer *self, guint n, gint64 seq, const char *mid,
                                 const char *text);
/* A delivery to alice whose protected header has `from`, which is the server's to say. */
void fake_server_deliver_refused (FakeServer *self, const char *op, gint64 seq);
/* In base64url: the nth of many keys that nobody holds. */
char *fake_server_make_key_text (guint n);
/* A notice of 250 such keys; names: as a former or a present member. */
void fake_server_notify_many (FakeServer *self, guint first, gboolean former);
/* The connection ends in order: what was sent arrives. */
void fake_server_finish (FakeServer *self);
/* The connection is gone, without a word. */
void fake_server_hang_up (FakeServer *self);

/* Runs the main loop until the expression is true, for a while. */
#define wait_until(expression)                                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                               \
    while (!(expression))                                                                          \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, wait_end);                                    \
        wait_a_little ();                                                                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

void wait_a_little (void);

G_END_DECLS
