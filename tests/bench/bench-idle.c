/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody costs who is there and says nothing. */
#include "bench-figures.h"

#include "bench-driver.h"
#include "bench-room.h"

/* Those that are there before, so that what is allocated once is not counted. */
#define N_BEFORE 20

/* Enough to know what a bare one takes. */
#define N_FLOOR 1000

static double
measure (BenchProcess *process, const BenchSettings *settings, guint n, BenchGoal goal)
{
  g_autoptr (BenchDriver) driver =
      bench_driver_new (bench_process_get_port (process), settings->keys);
  double before;

  bench_driver_add_many (driver, N_BEFORE, goal);
  before = bench_process_get_memory (process);
  bench_driver_add_many (driver, n, goal);
  return (bench_process_get_memory (process) - before) / n;
}

/**
 * bench_figures_idle:
 * @settings: how
 *
 * Measures the memory of the server for each connection that has joined.
 */
void
bench_figures_idle (const BenchSettings *settings)
{
  guint n = settings->quick ? 20 : 10000;
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  g_autoptr (BenchProcess) floor = bench_room_start_floor (settings->floor_program, settings->keys);
  g_autofree char *heading = g_strdup_printf ("%u idle connections", n);

  bench_report_add_heading (settings->report, heading);
  bench_report_add_bar (settings->report, BENCH_MEASURED, "memory of an idle connection",
                        measure (server, settings, n, BENCH_JOIN), "KiB", 16);
  bench_report_add (settings->report, "memory of an idle connection: bare GnuTLS",
                    measure (floor, settings, MIN (n, N_FLOOR), BENCH_HANDSHAKE), "KiB");
}
