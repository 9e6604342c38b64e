/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any load: to look for what a change did, with perf or valgrind beside it. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-fail.h"
#include "bench-load.h"
#include "bench-room.h"

static void
check (const BenchChosen *chosen)
{
  if (chosen->n_senders < 1 || chosen->n_senders >= chosen->n_clients)
    bench_fail ("--senders must be at least 1, and less than --clients");
  if (chosen->in_flight < 1 || chosen->n_messages < 1 || chosen->text_length < 0
      || chosen->rate < 0)
    bench_fail ("--in-flight, --messages, --text and --rate cannot be negative");
}

static void
report (BenchReport *report, const BenchLoadResult *result, GArray *times)
{
  bench_report_add (report, "server", result->cpu_per_delivery, "us CPU per delivery");
  bench_report_add (report, "deliveries", result->deliveries_per_second, "per second");
  bench_report_add (report, "frames in a record", result->deliveries_per_record, "frames");
  bench_report_add (report, "post to delivery, p50", bench_percentile (times, 50), "ms");
  bench_report_add (report, "post to delivery, p99", bench_percentile (times, 99), "ms");
}

/**
 * bench_figures_chosen:
 * @settings: how; `chosen` counts
 *
 * Measures the load that was asked for.
 */
void
bench_figures_chosen (const BenchSettings *settings)
{
  const BenchChosen *chosen = &settings->chosen;
  g_autoptr (BenchProcess) server = NULL;
  g_autoptr (BenchDriver) room = NULL;
  g_autoptr (BenchAuthor) author = NULL;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  BenchLoad load = { .send = bench_author_post, .group = 1, .times = times };
  BenchLoadResult result;

  check (chosen);
  server = bench_room_start (settings->server_program, settings->keys,
                             &(BenchRoomOptions){ .workers = (guint) chosen->workers });
  room = bench_driver_new (bench_process_get_port (server), settings->keys);
  author = bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                             (gsize) chosen->text_length);
  bench_driver_add_many (room, (guint) chosen->n_clients, BENCH_JOIN);
  for (guint i = 0; i < (guint) chosen->n_senders; i++)
    bench_author_register (author, bench_driver_get_client (room, i));

  load.process = server;
  load.driver = room;
  load.user_data = author;
  load.n_senders = (guint) chosen->n_senders;
  load.window = (guint) (chosen->n_senders * chosen->in_flight);
  load.n_messages = (guint) chosen->n_messages;
  load.rate = (guint) chosen->rate;
  result = bench_load_run (&load);

  bench_report_add_heading (settings->report, "The chosen load");
  report (settings->report, &result, times);
}
