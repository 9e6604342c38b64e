/* A few threads for RSA private operations: work that computes for milliseconds and never waits for
 * anybody. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatWorkerFunc:
 * @data: what [func@worker_pool_run] was given
 *
 * Work that computes for milliseconds and never waits for anybody. Called in a thread of the pool.
 */
typedef void (*ChatWorkerFunc) (gpointer data);

void chat_worker_pool_run (ChatWorkerFunc func, gpointer data, gboolean first);

G_END_DECLS
