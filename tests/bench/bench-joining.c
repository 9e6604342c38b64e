/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long somebody waits to get in, alone and among those who connect and do not go on. */
#include "bench-figures.h"

#include "bench-driver.h"
#include "bench-room.h"

#define N_JOINS 21

static double
join_once (BenchDriver *driver)
{
  gint64 start = g_get_monotonic_time ();

  bench_driver_add (driver, BENCH_JOIN);
  bench_driver_wait_ready (driver);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* One after the other, so that nobody waits for another honest one. */
static double
measure_joins (guint16 port, BenchKeys *keys)
{
  double times[N_JOINS];

  for (guint i = 0; i < N_JOINS; i++)
    {
      g_autoptr (BenchDriver) driver = bench_driver_new (port, keys);

      times[i] = join_once (driver);
      bench_driver_leave_all (driver);
    }

  return bench_median (times, N_JOINS);
}

/* The server gives them ten seconds; measuring takes less than one. */
static double
measure_among (const BenchSettings *settings, BenchProcess *server, guint n, BenchGoal goal)
{
  guint16 port = bench_process_get_port (server);
  g_autoptr (BenchDriver) idlers = bench_driver_new (port, settings->keys);

  for (guint i = 0; i < n; i++)
    bench_driver_add (idlers, goal);
  bench_driver_wait_ready (idlers);

  return measure_joins (port, settings->keys);
}

/* All at the same moment: each ClientHello is answered with an RSA signature, and the honest one comes
 * last. Nothing but more processors would make it quick; it is here to be known. */
static double
measure_in_storm (const BenchSettings *settings, BenchProcess *server, guint n)
{
  guint16 port = bench_process_get_port (server);
  g_autoptr (BenchDriver) idlers = bench_driver_new (port, settings->keys);
  g_autoptr (BenchDriver) honest = bench_driver_new (port, settings->keys);
  double time;

  for (guint i = 0; i < n; i++)
    bench_driver_add (idlers, BENCH_CLIENT_HELLO);

  time = join_once (honest);
  bench_driver_wait_ready (idlers);
  return time;
}

/**
 * bench_figures_joining:
 * @settings: how
 *
 * Measures the time from connecting to the welcome.
 */
void
bench_figures_joining (const BenchSettings *settings)
{
  guint n = settings->quick ? 20 : 1000;
  g_autoptr (BenchProcess) server = bench_room_start (settings->server_program, settings->keys);
  g_autofree char *heading
      = g_strdup_printf ("Joining among %u connections that do not go on", n);
  BenchReport *report = settings->report;
  double alone, silent, stopped;

  bench_report_add_heading (report, heading);
  measure_joins (bench_process_get_port (server), settings->keys); /* to warm up */
  alone = measure_joins (bench_process_get_port (server), settings->keys);
  silent = measure_among (settings, server, n, BENCH_SILENT);
  stopped = measure_among (settings, server, n, BENCH_CLIENT_HELLO);

  bench_report_add (report, "from connecting to the welcome, alone", alone, "ms");
  bench_report_add (report, "the same among silent connections", silent, "ms");
  bench_report_add_bar (report, BENCH_MEASURED, "the same among silent connections: ratio",
                        silent / alone, "times", 3);
  bench_report_add (report, "the same among those that stop after ClientHello", stopped, "ms");
  bench_report_add_bar (report, BENCH_MEASURED,
                        "the same among those that stop after ClientHello: ratio", stopped / alone,
                        "times", 3);
  bench_report_add (report, "the same, begun last when all ClientHellos come at once",
                    measure_in_storm (settings, server, n), "ms");
}
