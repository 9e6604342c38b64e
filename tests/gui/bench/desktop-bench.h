/* The figures of the desktop app, one function and one file for each kind. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-report.h"
#include "desktop-room.h"

G_BEGIN_DECLS

#define DESKTOP_PER_SECOND 1000 /* messages of the burst */
#define MAX_GAP_MS 50.0         /* between two frames */

typedef struct
{
  char *conclave;
  char *empty;
} DesktopPrograms;

void desktop_bench_start (BenchReport *report, const DesktopPrograms *programs, guint n_rounds);
void desktop_bench_burst (BenchReport *report, DesktopRoom *room, guint n_seconds);
void desktop_bench_scroll (BenchReport *report, DesktopRoom *room);

G_END_DECLS
