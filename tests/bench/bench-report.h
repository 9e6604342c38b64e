/* The figures: a table for people, and docs/bench.json for programs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchReport BenchReport;

/**
 * BenchKind:
 * @BENCH_COUNTED: the same on every machine and under every load: a test may insist on it
 * @BENCH_MEASURED: a time or an amount of memory: read it, do not insist
 *
 * What kind of figure has a bar.
 */
typedef enum
{
  BENCH_COUNTED,
  BENCH_MEASURED,
} BenchKind;

BenchReport *bench_report_new (void);
void bench_report_free (BenchReport *self);

void bench_report_add_heading (BenchReport *self, const char *heading);
void bench_report_add (BenchReport *self, const char *name, double value, const char *unit);
void bench_report_add_bar (BenchReport *self, BenchKind kind, const char *name, double value,
                           const char *unit, double bar);

void bench_report_add_least (BenchReport *self, const char *name, double value, const char *unit,
                             double bar);

gboolean bench_report_counts_hold (BenchReport *self);
gboolean bench_report_write (BenchReport *self, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchReport, bench_report_free)

G_END_DECLS
