/* The client's side of IRC, as little of it as a benchmark needs: one channel. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-client.h"

G_BEGIN_DECLS

/* Of a line of text, in bytes. A line has at most 512, with the name of who says it and where. */
#define BENCH_IRC_LINE 400

extern const BenchProtocol bench_irc;

GBytes *bench_irc_new_message (gsize size, guint *n_deliveries);

G_END_DECLS
