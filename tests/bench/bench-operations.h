/* How many RSA operations src/common has done, and how long the two calls of reading took. The
 * linker puts the counting between its functions and their callers (--wrap), so nothing in src/ has
 * to know. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 wraps;      /* public: a content key for a reader */
  guint64 unwraps;    /* private: a content key by a reader */
  guint64 signatures; /* private */
  guint64 checks;     /* public: of signatures */
  double open_time;   /* of checking signatures and of AES-GCM opening: us of this thread */
} BenchOperations;

extern BenchOperations bench_operations;

double bench_get_cpu_time (void); /* of this thread, in us */

G_END_DECLS
