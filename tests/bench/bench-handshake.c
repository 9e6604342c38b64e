/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a handshake costs the server, beside the same one with nothing but GnuTLS. */
#include "bench-figures.h"

#include "bench-driver.h"
#include "bench-room.h"

#define N_ROUNDS 15

static double
measure (BenchProcess *process, BenchDriver *driver, guint n)
{
  double before = bench_process_get_cpu (process);

  bench_driver_add_many (driver, n, BENCH_HANDSHAKE);
  bench_driver_leave_all (driver); /* the server has seen the last byte of every handshake then */
  return (bench_process_get_cpu (process) - before) / n;
}

/**
 * bench_figures_handshake:
 * @settings: how
 *
 * Measures the processor time of the server from accepting a connection to its end, without a word
 * over it.
 */
void
bench_figures_handshake (const BenchSettings *settings)
{
  guint n = settings->quick ? 5 : 30;
  double server_costs[N_ROUNDS], floor_costs[N_ROUNDS], server_cost, floor_cost;
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  g_autoptr (BenchProcess) floor = bench_room_start_floor (settings->floor_program, settings->keys);
  g_autoptr (BenchDriver) room = bench_driver_new (bench_process_get_port (server), settings->keys);
  g_autoptr (BenchDriver) below = bench_driver_new (bench_process_get_port (floor), settings->keys);

  bench_report_add_heading (settings->report, "Handshakes, both sides with RSA-2048");
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      server_costs[i] = measure (server, room, n);
      floor_costs[i] = measure (floor, below, n);
    }

  server_cost = bench_median (server_costs, N_ROUNDS);
  floor_cost = bench_median (floor_costs, N_ROUNDS);
  bench_report_add (settings->report, "handshake", server_cost, "us CPU");
  bench_report_add (settings->report, "handshake: bare GnuTLS", floor_cost, "us CPU");
  bench_report_add_bar (settings->report, BENCH_MEASURED, "handshake: ratio",
                        server_cost / floor_cost, "times", 1.3);
}
