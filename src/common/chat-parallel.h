/* One loop that several threads go through together, and that ends when all of it is done. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatParallel:
 *
 * Threads that wait to go through a loop together. Only the thread that asks for a loop uses them,
 * one loop at a time.
 */
typedef struct _ChatParallel ChatParallel;

/**
 * ChatParallelFunc:
 * @item: the item
 *
 * What is done with one item: in any thread, and for several items at the same time.
 */
typedef void (*ChatParallelFunc) (gpointer item);

ChatParallel *chat_parallel_new (guint n_threads);
void chat_parallel_free (ChatParallel *self);
guint chat_parallel_get_n_threads (ChatParallel *self);
void chat_parallel_for_each (ChatParallel *self, gpointer *items, guint n_items,
                             ChatParallelFunc func);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatParallel, chat_parallel_free)

G_END_DECLS
