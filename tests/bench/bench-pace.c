/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many messages get through in a second, each of them on the disk before anybody hears of it,
 * and how long one is under way when half as many come. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-load.h"
#include "bench-room.h"

#define IN_FLIGHT 16

typedef struct
{
  const char *name;
  guint n_clients;
  guint n_senders;
  guint n_messages;
  double least_rate; /* messages a second; 0: whatever comes out */
  double most_time;  /* p99, in ms */
} Pace;

static void
report (BenchReport *report, const Pace *pace, double top, GArray *times)
{
  g_autofree char *rate = g_strdup_printf ("%s: messages stored, delivered and told", pace->name);
  g_autofree char *median = g_strdup_printf ("%s: from post to delivery at half of that, p50",
                                             pace->name);
  g_autofree char *late = g_strdup_printf ("%s: from post to delivery at half of that, p99",
                                           pace->name);

  if (pace->least_rate > 0)
    bench_report_add_least (report, rate, top, "a second", pace->least_rate);
  else
    bench_report_add (report, rate, top, "a second");
  bench_report_add (report, median, bench_percentile (times, 50), "ms");
  bench_report_add_bar (report, BENCH_MEASURED, late, bench_percentile (times, 99), "ms",
                        pace->most_time);
}

static void
measure (const BenchSettings *settings, const Pace *pace)
{
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  g_autoptr (BenchDriver) room = bench_driver_new (bench_process_get_port (server), settings->keys);
  g_autoptr (BenchAuthor) author = bench_author_new (
      settings->keys, bench_keys_get_user (settings->keys, 0), BENCH_TEXT_LENGTH);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  BenchLoad load = {
    .process = server,
    .driver = room,
    .send = bench_author_post,
    .user_data = author,
    .group = 1,
    .n_senders = pace->n_senders,
    .window = pace->n_senders * IN_FLIGHT,
    .n_messages = pace->n_messages,
  };
  double top;

  bench_driver_add_many (room, pace->n_clients, BENCH_JOIN);
  for (guint i = 0; i < pace->n_senders; i++)
    bench_author_register (author, bench_driver_get_client (room, i));

  bench_load_skim (&load);
  top = bench_load_run (&load).deliveries_per_second / (pace->n_clients - 1);
  load.rate = (guint) MAX (1, top / 2);
  load.times = times;
  bench_load_run (&load);
  report (settings->report, pace, top, times);
}

/**
 * bench_figures_pace:
 * @settings: how
 *
 * Measures how many messages a second get through, and the time of one at half of that.
 */
void
bench_figures_pace (const BenchSettings *settings)
{
  guint n_messages = settings->quick ? 200 : 6000;
  const Pace paces[] = {
    { "100 clients, 1 of them sends", settings->quick ? 12 : 100, 1, n_messages / 2, 0, 6 },
    { "8 senders and a reader", 9, 8, n_messages, 2000, 50 },
  };

  bench_report_add_heading (settings->report, "Messages a second, with 16 under way for a sender");
  for (guint i = 0; i < G_N_ELEMENTS (paces); i++)
    measure (settings, &paces[i]);
}
