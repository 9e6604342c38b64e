/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network was away, and everybody comes back at once while somebody talks. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-load.h"
#include "bench-room.h"

#define TALK_RATE 20 /* messages a second */
#define TALK_BATCH 10

/* In a thread of its own, with connections of its own: the handshakes of the others, of which this
 * program does one half, must not be counted for the server. */
typedef struct
{
  BenchProcess *server;
  BenchDriver *driver;
  BenchAuthor *author;
  GArray *times; /* (element-type double) */
  int quit;      /* atomic */
} Talk;

static gpointer
talk_thread (gpointer data)
{
  Talk *self = data;
  const BenchLoad load = {
    .process = self->server,
    .driver = self->driver,
    .send = bench_author_post,
    .user_data = self->author,
    .group = 1,
    .n_senders = 1,
    .window = 10 * TALK_BATCH,
    .n_messages = TALK_BATCH,
    .rate = TALK_RATE,
    .times = self->times,
  };

  while (!g_atomic_int_get (&self->quit))
    bench_load_run (&load);

  return NULL;
}

static void
talk_open (Talk *self, const BenchSettings *settings, BenchProcess *server)
{
  g_autoptr (GPtrArray) readers = g_ptr_array_new ();

  self->server = server;
  self->driver = bench_driver_new (bench_process_get_port (server), settings->keys);
  self->times = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < 2; i++)
    {
      BenchUser *user = bench_keys_get_one_of_pair (settings->keys, i);

      g_ptr_array_add (readers, chat_private_key_get_public (user->key));
      bench_driver_add_as (self->driver, user, BENCH_JOIN);
    }
  bench_driver_wait_ready (self->driver);
  self->author = bench_author_new_for (settings->keys,
                                       bench_keys_get_one_of_pair (settings->keys, 0), readers,
                                       BENCH_TEXT_LENGTH);
  bench_author_register (self->author, bench_driver_get_client (self->driver, 0));
}

static void
talk_close (Talk *self)
{
  bench_author_free (self->author);
  bench_driver_free (self->driver);
  g_array_unref (self->times);
}

/**
 * bench_figures_storm:
 * @settings: how
 *
 * Measures how long a message is under way while many connect at once, and how long these take.
 */
void
bench_figures_storm (const BenchSettings *settings)
{
  guint n = settings->quick ? 20 : 500;
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  g_autoptr (BenchDriver) crowd =
      bench_driver_new (bench_process_get_port (server), settings->keys);
  g_autofree char *heading = g_strdup_printf ("%u clients come back at once", n);
  Talk talk = { 0 };
  GThread *thread;
  gint64 start;
  double seconds;

  bench_driver_add_many (crowd, n, BENCH_JOIN);
  bench_driver_leave_all (crowd);
  talk_open (&talk, settings, server);
  thread = g_thread_new ("talk", talk_thread, &talk);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    bench_driver_add (crowd, BENCH_JOIN);
  bench_driver_wait_ready (crowd);
  seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_atomic_int_set (&talk.quit, TRUE);
  g_thread_join (thread);

  bench_report_add_heading (settings->report, heading);
  bench_report_add (settings->report, "until the last one is back and has caught up", seconds, "s");
  bench_report_add (settings->report, "a talker's message meanwhile, p50",
                    bench_percentile (talk.times, 50), "ms");
  bench_report_add_bar (settings->report, BENCH_MEASURED, "a talker's message meanwhile, p99",
                        bench_percentile (talk.times, 99), "ms", 250);
  talk_close (&talk);
}
