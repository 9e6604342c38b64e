/* Servers that others have written, and that do a similar thing. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-client.h"
#include "bench-process.h"

G_BEGIN_DECLS

#define BENCH_N_PEERS 3

typedef struct
{
  const char *name; /* of the program, and of the package in Debian */
  const BenchProtocol *protocol;
  /* Makes what a client writes to send a payload, and tells how many deliveries it makes. */
  GBytes *(*new_message) (gsize size, guint *n_deliveries);
  guint most_unready; /* clients that come at once */
  const char *arguments[4]; /* before the path of the configuration, without a space between */
  const char *config;       /* @PORT@ and @FOLDER@ stand for what they say */
} BenchPeer;

extern const BenchPeer bench_peers[BENCH_N_PEERS];

char *bench_peer_find (const BenchPeer *self);
char *bench_peer_read_version (const BenchPeer *self, const char *program);
BenchProcess *bench_peer_start (const BenchPeer *self, const char *program, BenchKeys *keys);

G_END_DECLS
