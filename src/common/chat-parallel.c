/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-parallel.h"

/* What a thread takes at a time: enough to make the counter cheap, few enough that no thread is
 * left with much when the others are through. */
#define ITEMS_PER_TURN 16

/* Waking a thread costs as much as a few items do. */
#define MIN_ITEMS 32

struct _ChatParallel
{
  GPtrArray *threads; /* (element-type GThread): the helpers; the caller's own is one more */
  GMutex mutex;
  GCond begun, ended;
  guint round; /* how many loops have begun */
  guint n_busy;
  gboolean quit;

  /* The loop of this round. */
  gpointer *items;
  guint n_items;
  ChatParallelFunc func;
  guint next; /* atomic: the first item that nobody has taken */
};

static void
parallel_take_turns (ChatParallel *self)
{
  guint first;

  while ((first = (guint) g_atomic_int_add (&self->next, ITEMS_PER_TURN)) < self->n_items)
    for (guint i = first; i < MIN (first + ITEMS_PER_TURN, self->n_items); i++)
      self->func (self->items[i]);
}

static gpointer
helper_thread (gpointer data)
{
  ChatParallel *self = data;
  guint seen = 0;

  g_mutex_lock (&self->mutex);
  for (;;)
    {
      while (self->round == seen && !self->quit)
        g_cond_wait (&self->begun, &self->mutex);
      if (self->quit)
        break;

      seen = self->round;
      g_mutex_unlock (&self->mutex);
      parallel_take_turns (self);
      g_mutex_lock (&self->mutex);
      if (--self->n_busy == 0)
        g_cond_signal (&self->ended);
    }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/**
 * chat_parallel_new: (skip)
 * @n_threads: how many threads go through a loop, with the one that asks for it; at least 1
 *
 * Fewer are made when the system lets us have no more: a loop takes longer then.
 *
 * Returns: (transfer full): threads that wait for a loop
 */
ChatParallel *
chat_parallel_new (guint n_threads)
{
  ChatParallel *self = g_new0 (ChatParallel, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->begun);
  g_cond_init (&self->ended);
  self->threads = g_ptr_array_new ();
  for (guint i = 1; i < n_threads; i++)
    {
      GThread *thread = g_thread_try_new ("parallel", helper_thread, self, NULL);

      if (thread == NULL)
        break;
      g_ptr_array_add (self->threads, thread);
    }

  return self;
}

/**
 * chat_parallel_free: (skip)
 * @self: (transfer full): threads, with no loop under way
 *
 * Ends the threads.
 */
void
chat_parallel_free (ChatParallel *self)
{
  g_mutex_lock (&self->mutex);
  self->quit = TRUE;
  g_cond_broadcast (&self->begun);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_cond_clear (&self->begun);
  g_cond_clear (&self->ended);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * chat_parallel_get_n_threads: (skip)
 * @self: threads
 *
 * Says how many there are really: fewer than were asked for when the system gave no more.
 *
 * Returns: how many there are, with the one that asks for loops
 */
guint
chat_parallel_get_n_threads (ChatParallel *self)
{
  return self->threads->len + 1;
}

/**
 * chat_parallel_for_each: (skip)
 * @self: threads
 * @items: (array length=n_items): what to go through
 * @n_items: how many
 * @func: (scope call): what to do with each; in any thread, but never twice with one item
 *
 * Calls @func for every item, and returns when all calls have. What was written before is seen by
 * them, and what they write is seen after. A short loop stays in this thread.
 */
void
chat_parallel_for_each (ChatParallel *self, gpointer *items, guint n_items, ChatParallelFunc func)
{
  if (self->threads->len == 0 || n_items < MIN_ITEMS)
    {
      for (guint i = 0; i < n_items; i++)
        func (items[i]);
      return;
    }

  g_mutex_lock (&self->mutex);
  self->items = items;
  self->n_items = n_items;
  self->func = func;
  self->next = 0;
  self->n_busy = self->threads->len;
  self->round++;
  g_cond_broadcast (&self->begun);
  g_mutex_unlock (&self->mutex);

  parallel_take_turns (self);

  g_mutex_lock (&self->mutex);
  while (self->n_busy > 0)
    g_cond_wait (&self->ended, &self->mutex);
  g_mutex_unlock (&self->mutex);
}
