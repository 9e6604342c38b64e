/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long somebody waits to get in, alone and among those who connect and do not go on. */
#include "bench-figures.h"

#include "bench-driver.h"
#include "bench-room.h"

#define N_JOINS 7
#define N_ROUNDS 3

typedef struct
{
  double alone;
  double among; /* others who do not go on */
} Times;        /* in milliseconds */

static double
join_once (BenchDriver *driver)
{
  gint64 start = g_get_monotonic_time ();

  bench_driver_add (driver, BENCH_JOIN);
  bench_driver_wait_ready (driver);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* One after the other, so that nobody waits for another honest one. */
static void
measure_joins (guint16 port, BenchKeys *keys, double times[N_JOINS])
{
  for (guint i = 0; i < N_JOINS; i++)
    {
      g_autoptr (BenchDriver) driver = bench_driver_new (port, keys);

      times[i] = join_once (driver);
      bench_driver_leave_all (driver);
    }
}

/* The server gives them ten seconds; measuring takes less than one. */
static void
measure_among (const BenchSettings *settings, guint16 port, guint n, BenchGoal goal,
               double times[N_JOINS])
{
  g_autoptr (BenchDriver) idlers = bench_driver_new (port, settings->keys);

  for (guint i = 0; i < n; i++)
    bench_driver_add (idlers, goal);
  bench_driver_wait_ready (idlers);
  measure_joins (port, settings->keys, times);
}

/* In turns, so that what else the machine does hits both. */
static Times
measure (const BenchSettings *settings, guint16 port, guint n, BenchGoal goal)
{
  double alone[N_ROUNDS][N_JOINS], among[N_ROUNDS][N_JOINS];

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      measure_joins (port, settings->keys, alone[i]);
      measure_among (settings, port, n, goal, among[i]);
    }

  return (Times){
    .alone = bench_median (alone[0], N_ROUNDS * N_JOINS),
    .among = bench_median (among[0], N_ROUNDS * N_JOINS),
  };
}

static void
report_times (BenchReport *report, const char *who, const Times *times)
{
  g_autofree char *alone = g_strdup_printf ("welcome, without %s", who);
  g_autofree char *among = g_strdup_printf ("welcome, with %s", who);
  g_autofree char *ratio = g_strdup_printf ("welcome, with %s: ratio", who);

  bench_report_add (report, alone, times->alone, "ms");
  bench_report_add (report, among, times->among, "ms");
  bench_report_add_bar (report, BENCH_MEASURED, ratio, times->among / times->alone, "times", 3);
}

/* All at the same moment: each ClientHello is answered with an RSA signature, and the honest one
 * comes last. Nothing but more processors would make it quick; it is here to be known. */
static double
measure_in_storm (const BenchSettings *settings, guint16 port, guint n)
{
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
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  guint16 port = bench_process_get_port (server);
  g_autofree char *heading = g_strdup_printf ("From connecting to the welcome, among %u who do not "
                                              "go on",
                                              n);
  double warm_up[N_JOINS];
  Times silent, stopped;

  measure_joins (port, settings->keys, warm_up);
  silent = measure (settings, port, n, BENCH_SILENT);
  stopped = measure (settings, port, n, BENCH_CLIENT_HELLO);

  bench_report_add_heading (settings->report, heading);
  report_times (settings->report, "silent connections", &silent);
  report_times (settings->report, "connections that stop after ClientHello", &stopped);
  bench_report_add (settings->report, "welcome, asked for last when all ClientHellos come at once",
                    measure_in_storm (settings, port, n), "ms");
}
