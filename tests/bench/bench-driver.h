/* Many clients on one epoll set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-client.h"

G_BEGIN_DECLS

typedef struct
{
  int epoll_fd;
  guint16 port;
  BenchKeys *keys;    /* borrowed */
  const BenchProtocol *protocol; /* (nullable): what its clients speak, if it is not ours */
  GPtrArray *clients; /* (element-type BenchClient) */
  BenchReceived received;
  guint n_ready; /* clients that have reached their goal */
  guint n_closed;
  guint most_unready; /* handshakes that are under way at once */
  int wait; /* how long a turn waits for something to happen, in milliseconds */
} BenchDriver;

typedef gboolean (*BenchPredicate) (gpointer user_data);

BenchDriver *bench_driver_new (guint16 port, BenchKeys *keys);
void bench_driver_free (BenchDriver *self);

BenchClient *bench_driver_add_as (BenchDriver *self, BenchUser *user, BenchGoal goal);
BenchClient *bench_driver_add (BenchDriver *self, BenchGoal goal);
void bench_driver_add_many (BenchDriver *self, guint n, BenchGoal goal);
void bench_driver_wait_ready (BenchDriver *self);
void bench_driver_rest (BenchDriver *self, guint milliseconds);
void bench_driver_leave_all (BenchDriver *self);
void bench_driver_run_until (BenchDriver *self, BenchPredicate predicate, gpointer user_data,
                             const char *what);
BenchClient *bench_driver_get_client (BenchDriver *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDriver, bench_driver_free)

G_END_DECLS
