/* A folder as chat-server wants it, and the real chat-server that runs in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-keys.h"
#include "bench-process.h"

G_BEGIN_DECLS

typedef struct
{
  guint workers;       /* how many threads write; 0: one for each processor */
  guint history_limit; /* how many messages are kept; 0: as many as without a word about it */
  guint n_absent;      /* more guests, whose private keys nobody has */
} BenchRoomOptions;

/* options: (nullable) */
BenchProcess *bench_room_start (const char *program, BenchKeys *keys,
                                const BenchRoomOptions *options);
/* The other end for the same keys: GnuTLS and nothing else. */
BenchProcess *bench_room_start_floor (const char *program, BenchKeys *keys);

G_END_DECLS
