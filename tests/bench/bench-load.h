/* Messages that are posted and delivered: how many at once, and what that cost. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-author.h"
#include "bench-driver.h"
#include "bench-process.h"

G_BEGIN_DECLS

typedef void (*BenchSend) (BenchClient *sender, gpointer user_data);

typedef struct
{
  BenchProcess *process; /* whose processor time counts */
  BenchDriver *driver;   /* all of whose clients are in */
  BenchSend send;        /* sends what makes `group` messages */
  gpointer user_data;
  guint group;
  guint n_senders; /* the first ones of the driver's clients */
  guint window; /* messages that are under way at once; `group`: the next when all have the last */
  guint n_messages;
  guint rate;      /* messages a second; 0: as many as the window lets through */
  GArray *times;   /* (element-type double) (nullable): takes how long each was under way, in ms */
} BenchLoad;

typedef struct
{
  double cpu_per_delivery;      /* microseconds */
  double deliveries_per_record; /* acks are records too */
  double deliveries_per_second;
  guint64 delivery_size;
  guint64 notice_size;
} BenchLoadResult;

BenchLoadResult bench_load_run (const BenchLoad *load);
void bench_load_skim (const BenchLoad *load);
/* By one who joins, in front of one who watches. */
void bench_load_fill_history (BenchProcess *server, BenchDriver *room, BenchAuthor *author,
                              BenchSend send, guint window, guint n_messages);

G_END_DECLS
