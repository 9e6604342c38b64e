/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-worker-pool.h"

typedef struct
{
  ChatWorkerFunc func;
  gpointer data;
  gboolean first;
} WorkItem;

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return ((const WorkItem *) b)->first - ((const WorkItem *) a)->first;
}

static void
run_item_in_thread (gpointer data, gpointer user_data)
{
  g_autofree WorkItem *item = data;

  item->func (item->data);
}

/**
 * chat_worker_pool_run:
 * @func: (scope async): what to run; it must not wait for the network, a person or the disk
 * @data: passed to @func
 * @first: whether it goes before what was given without this
 *
 * Runs @func in one of as many threads as there are processors. GLib's own task pool is not used:
 * its threads wait, and when they are all waiting an RSA operation would wait with them.
 */
void
chat_worker_pool_run (ChatWorkerFunc func, gpointer data, gboolean first)
{
  static gsize initialized = 0;
  static GThreadPool *pool;
  WorkItem *item = g_new (WorkItem, 1);

  if (g_once_init_enter (&initialized))
    {
      pool =
          g_thread_pool_new (run_item_in_thread, NULL, (int) g_get_num_processors (), FALSE, NULL);
      g_thread_pool_set_sort_function (pool, compare_items, NULL);
      g_once_init_leave (&initialized, 1);
    }

  *item = (WorkItem){ func, data, first };
  g_thread_pool_push (pool, item, NULL);
}
