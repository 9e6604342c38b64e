/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a second processor is good for. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-load.h"
#include "bench-room.h"

#define N_ROUNDS 5
#define N_SENDERS 4
#define IN_FLIGHT 16

/* The benchmark's own clients take a processor or more, so what could be delivered in a second is
 * not what is. The thread of the server that has most to do says it: when each thread has a
 * processor, the others wait for that one. */
typedef struct
{
  BenchProcess *server;
  BenchDriver *room;
  BenchAuthor *author;
  double busiest[N_ROUNDS]; /* us for each delivery */
} Side;

static BenchLoad
side_make_load (Side *self, guint n_messages)
{
  return (BenchLoad){
    .process = self->server,
    .driver = self->room,
    .send = bench_author_post,
    .user_data = self->author,
    .group = 1,
    .n_senders = N_SENDERS,
    .window = N_SENDERS * IN_FLIGHT,
    .n_messages = n_messages,
  };
}

static void
side_open (Side *self, const BenchSettings *settings, guint n_workers, guint n_clients)
{
  BenchLoad load;

  self->server = bench_room_start (settings->server_program, settings->keys,
                                   &(BenchRoomOptions){ .workers = n_workers });
  self->room = bench_driver_new (bench_process_get_port (self->server), settings->keys);
  self->author = bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                                   BENCH_TEXT_LENGTH);
  bench_driver_add_many (self->room, n_clients, BENCH_JOIN);
  for (guint i = 0; i < N_SENDERS; i++)
    bench_author_register (self->author, bench_driver_get_client (self->room, i));
  load = side_make_load (self, 1);
  bench_load_skim (&load);
}

static void
side_close (Side *self)
{
  bench_author_free (self->author);
  bench_driver_free (self->room);
  bench_process_stop (self->server);
}

static double
side_run (Side *self, guint n_messages)
{
  g_autoptr (GHashTable) before = bench_process_get_threads (self->server);
  const BenchLoad load = side_make_load (self, n_messages);

  bench_load_run (&load);
  return bench_process_get_busiest (self->server, before) / n_messages
         / (self->room->clients->len - 1);
}

/**
 * bench_figures_workers:
 * @settings: how
 *
 * Measures how many deliveries the server could make with one thread that writes, and with two.
 */
void
bench_figures_workers (const BenchSettings *settings)
{
  guint n_clients = settings->quick ? 40 : 1000;
  guint n_messages = settings->quick ? 64 : 256;
  g_autofree char *heading = g_strdup_printf ("Two threads that write to %u clients", n_clients);
  Side sides[2];
  double one, two;

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    side_open (&sides[i], settings, i + 1, n_clients);
  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
      sides[i].busiest[round] = side_run (&sides[i], n_messages);

  one = bench_median (sides[0].busiest, N_ROUNDS);
  two = bench_median (sides[1].busiest, N_ROUNDS);
  bench_report_add_heading (settings->report, heading);
  bench_report_add (settings->report, "the busiest thread, with one worker", one,
                    "us CPU");
  bench_report_add (settings->report, "the busiest thread, with two workers", two, "us CPU");
  bench_report_add_least (settings->report, "deliveries that two could make, of those of one",
                          one / two, "times", 1.6);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    side_close (&sides[i]);
}
