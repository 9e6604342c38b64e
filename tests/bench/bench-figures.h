/* The figures, one function and one file for each kind. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-keys.h"
#include "bench-report.h"

G_BEGIN_DECLS

/* A load of the user's choice. */
typedef struct
{
  int n_clients;
  int n_senders;
  int in_flight; /* of each sender */
  int n_messages;
  int text_length;
  int workers;
  int rate; /* messages a second; 0: the next when there is room */
} BenchChosen;

typedef struct
{
  const char *server_program;
  const char *floor_program;
  BenchKeys *keys;
  BenchReport *report;
  gboolean quick; /* small numbers: to see that everything runs, not how fast */
  BenchChosen chosen;
} BenchSettings;

void bench_figures_sealing (const BenchSettings *settings);
void bench_figures_delivery (const BenchSettings *settings);
void bench_figures_peers (const BenchSettings *settings);
void bench_figures_pace (const BenchSettings *settings);
void bench_figures_workers (const BenchSettings *settings);
void bench_figures_storm (const BenchSettings *settings);
void bench_figures_chosen (const BenchSettings *settings);
void bench_figures_coalescing (const BenchSettings *settings);
void bench_figures_catch_up (const BenchSettings *settings);
void bench_figures_members (const BenchSettings *settings);
void bench_figures_idle (const BenchSettings *settings);
void bench_figures_handshake (const BenchSettings *settings);
void bench_figures_joining (const BenchSettings *settings);

/* What all of them need. */
double bench_median (double *values, guint n);
double bench_percentile (GArray *values, guint percent);

G_END_DECLS
