/* From the start of the program to its first frame, beside a window with nothing in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-fail.h"
#include "bench-figures.h"
#include "desktop-bench.h"

#define MAX_ROUNDS 25
#define MAX_RATIO 1.5

/* In ms. The program writes when its first frame was drawn, by the clock that all share. */
static double
start (const char *program)
{
  const char *argv[] = { program, NULL };
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();
  gint64 drawn;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL,
                     &error))
    bench_fail ("%s", error->message);
  if (!g_ascii_string_to_signed (g_strstrip (out), 10, begin, G_MAXINT64, &drawn, &error))
    bench_fail ("%s: %s", program, error->message);

  return (double)(drawn - begin) / 1000;
}

/**
 * desktop_bench_start:
 * @report: the figures
 * @programs: both draw a first frame, write when that was, and end
 * @n_rounds: how often
 */
void
desktop_bench_start (BenchReport *report, const DesktopPrograms *programs, guint n_rounds)
{
  double empty[MAX_ROUNDS], conclave[MAX_ROUNDS];
  double of_empty, of_conclave;

  n_rounds = MIN (n_rounds, MAX_ROUNDS);
  start (programs->empty); /* the first one fills caches for all */
  start (programs->conclave);
  for (guint i = 0; i < n_rounds; i++)
    {
      empty[i] = start (programs->empty);
      conclave[i] = start (programs->conclave);
    }
  of_empty = bench_median (empty, n_rounds);
  of_conclave = bench_median (conclave, n_rounds);

  bench_report_add (report, "first frame of an empty libadwaita window", of_empty, "ms");
  bench_report_add (report, "first frame of conclave", of_conclave, "ms");
  bench_report_add_bar (report, BENCH_MEASURED, "first frame of conclave beside an empty window",
                        of_conclave / of_empty, "times", MAX_RATIO);
}
