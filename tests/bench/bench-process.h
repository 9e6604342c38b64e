/* A server in a process of its own, and what it costs the machine. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchProcess BenchProcess;

BenchProcess *bench_process_start (const char *const *argv);
BenchProcess *bench_process_start_at (const char *const *argv, guint16 port);
void bench_process_stop (BenchProcess *self);

guint16 bench_process_get_port (BenchProcess *self);
double bench_process_get_cpu (BenchProcess *self);         /* microseconds, of all threads */
GHashTable *bench_process_get_threads (BenchProcess *self);
double bench_process_get_busiest (BenchProcess *self, GHashTable *before);
double bench_process_get_memory (BenchProcess *self);      /* KiB */
double bench_process_get_peak_memory (BenchProcess *self); /* KiB */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchProcess, bench_process_stop)

G_END_DECLS
