/* A folder as chat-server wants it, and the real chat-server that runs in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-keys.h"
#include "bench-process.h"

G_BEGIN_DECLS

BenchProcess *bench_room_start (const char *program, BenchKeys *keys, guint workers);
/* The other end for the same keys: GnuTLS and nothing else. */
BenchProcess *bench_room_start_floor (const char *program, BenchKeys *keys);

G_END_DECLS
