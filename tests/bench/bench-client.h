/* One connection to a server: real TLS 1.3 and real frames, with as little work as possible, since
 * a thousand of them share a core. It counts what comes and opens none of it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-keys.h"
#include "chat-frame-reader.h"

G_BEGIN_DECLS

/**
 * BenchGoal:
 * @BENCH_SILENT: to connect and to say nothing
 * @BENCH_CLIENT_HELLO: to begin a handshake and to stop when the server has answered
 * @BENCH_HANDSHAKE: to prove both keys
 * @BENCH_JOIN: to be welcomed
 *
 * How far a client goes by itself.
 */
typedef enum
{
  BENCH_SILENT,
  BENCH_CLIENT_HELLO,
  BENCH_HANDSHAKE,
  BENCH_JOIN,
} BenchGoal;

/* What a client has received, or all clients of a driver together. */
typedef struct
{
  guint64 deliveries;
  guint64 notices;
  guint64 records;
  guint64 bytes;
  guint64 delivery_size; /* of the last one, with its length */
  guint64 notice_size;
} BenchReceived;

/* Records that are counted by their lengths, and not decrypted: the benchmark is to take as little
 * of the processor as it can. All that comes has to be deliveries of one size, give or take a
 * little. */
typedef struct
{
  gsize delivery_size; /* 0: everything is decrypted */
  guint8 header[5];    /* of a TLS record (RFC 8446, section 5.1) */
  gsize n_header;
  gsize n_body; /* bytes of the record that are still to come */
  gsize n_rest; /* bytes of a delivery that is cut by the end of a record */
} BenchSkim;

typedef struct _BenchClient BenchClient;

/* What another server speaks inside TLS. */
typedef struct
{
  void (*begin) (BenchClient *client); /* the handshake is through */
  /* Takes the whole messages at the start of what has come; returns how many bytes they are. */
  gsize (*take) (BenchClient *client, const guint8 *data, gsize size);
} BenchProtocol;

struct _BenchClient
{
  /* Borrowed */
  BenchKeys *keys;
  BenchUser *user;
  BenchReceived *all;
  const BenchProtocol *protocol; /* (nullable): ours */
  /* Owned */
  gnutls_session_t session;
  int fd;
  GByteArray *rest; /* (nullable): the start of a message of another protocol */

  ChatFrameReader frames;
  BenchReceived received;
  BenchSkim skim;
  BenchGoal goal;
  gboolean open;   /* the handshake is through */
  gboolean ready;  /* the goal is reached */
  gboolean closed; /* the server has ended the connection, as it was asked to */
  gboolean leaving;
};

BenchClient *bench_client_new (guint16 port, BenchKeys *keys, BenchUser *user, BenchGoal goal,
                               const BenchProtocol *protocol, BenchReceived *all);
void bench_client_free (BenchClient *self);
void bench_client_step (BenchClient *self); /* its descriptor is readable */
void bench_client_count (BenchClient *self, gsize size, gboolean is_delivery);
void bench_client_write (BenchClient *self, const guint8 *data, gsize size); /* one record */
void bench_client_send (BenchClient *self, const char *payload, gsize size);
void bench_client_command (BenchClient *self, const char *json);
void bench_client_skim (BenchClient *self); /* from now on; nothing is under way */
void bench_client_leave (BenchClient *self);

G_END_DECLS
