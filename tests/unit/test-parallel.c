/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-parallel.h"

#define N_LOOPS 200

typedef struct
{
  guint before; /* written by the caller before the loop */
  guint calls;
} Item;

static void
take_cb (gpointer data)
{
  Item *item = data;

  /* Without a lock: one thread has an item, and the others' writing is seen. */
  item->calls += item->before;
}

static void
assert_each_is_taken_once (ChatParallel *parallel, guint n_items)
{
  g_autofree Item *items = g_new0 (Item, n_items + 1);
  g_autoptr (GPtrArray) pointers = g_ptr_array_new ();

  for (guint i = 0; i < n_items; i++)
    {
      items[i].before = i + 1;
      g_ptr_array_add (pointers, &items[i]);
    }
  chat_parallel_for_each (parallel, pointers->pdata, pointers->len, take_cb);
  for (guint i = 0; i < n_items; i++)
    g_assert_cmpuint (items[i].calls, ==, i + 1);
  g_assert_cmpuint (items[n_items].calls, ==, 0);
}

static void
test_each_once (gconstpointer data)
{
  const guint sizes[] = { 0, 1, 31, 32, 33, 64, 1000, 1001 };
  g_autoptr (ChatParallel) parallel = chat_parallel_new (GPOINTER_TO_UINT (data));

  g_assert_cmpuint (chat_parallel_get_n_threads (parallel), ==, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    assert_each_is_taken_once (parallel, sizes[i]);
}

static void
test_many_loops (void)
{
  g_autoptr (ChatParallel) parallel = chat_parallel_new (4);

  for (guint i = 0; i < N_LOOPS; i++)
    assert_each_is_taken_once (parallel, 32 + i);
}

/* Two items that wait for each other end only when two threads are at it. */
static void
meet_cb (gpointer data)
{
  int *n_there = data;

  g_atomic_int_inc (n_there);
  for (guint i = 0; i < 60000 && g_atomic_int_get (n_there) < 2; i++)
    g_usleep (1000);
}

static void
ignore_cb (gpointer data)
{
  int *n_there = data;

  if (n_there != NULL)
    meet_cb (data);
}

static void
test_at_the_same_time (void)
{
  g_autoptr (ChatParallel) parallel = chat_parallel_new (2);
  gpointer items[64] = { NULL };
  int n_there = 0;

  items[0] = items[63] = &n_there;
  chat_parallel_for_each (parallel, items, G_N_ELEMENTS (items), ignore_cb);
  g_assert_cmpint (n_there, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/parallel/one-thread", GUINT_TO_POINTER (1), test_each_once);
  g_test_add_data_func ("/parallel/two-threads", GUINT_TO_POINTER (2), test_each_once);
  g_test_add_data_func ("/parallel/five-threads", GUINT_TO_POINTER (5), test_each_once);
  g_test_add_func ("/parallel/many-loops", test_many_loops);
  g_test_add_func ("/parallel/at-the-same-time", test_at_the_same_time);

  return g_test_run ();
}
