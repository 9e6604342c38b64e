/* Tells ThreadSanitizer what GLib does between threads. GLib is not built with it, and waits by
 * system calls of its own, so that each GMutex, GAsyncQueue, GTask and reference count would look
 * like a race. Preloaded, this stands before GLib for our code: each function says what happens
 * before what, and calls the real one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdlib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(name)                                                                                 \
  ({                                                                                               \
    static __typeof__ (&name) real;                                                                \
    if (__atomic_load_n (&real, __ATOMIC_ACQUIRE) == NULL)                                         \
      __atomic_store_n (&real, (__typeof__ (&name)) dlsym (RTLD_NEXT, #name), __ATOMIC_RELEASE);   \
    real;                                                                                          \
  })

/* Whoever lets go last sees what all others did before they let go. */
#define DEFINE_UNREF(name, type)                                                                   \
  void name (type object)                                                                          \
  {                                                                                                \
    __tsan_release ((void *) object);                                                              \
    __tsan_acquire ((void *) object);                                                              \
    REAL (name) (object);                                                                          \
  }

#define DEFINE_BEFORE(name, type)                                                                  \
  void name (type object)                                                                          \
  {                                                                                                \
    __tsan_release ((void *) object);                                                              \
    REAL (name) (object);                                                                          \
  }

/* The programs that a test runs know nothing of ThreadSanitizer. */
__attribute__ ((constructor)) static void
keep_from_children (void)
{
  unsetenv ("LD_PRELOAD");
}

/* Locks */

void
(g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

DEFINE_BEFORE (g_mutex_unlock, GMutex *)

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end)
{
  gboolean in_time;

  __tsan_release (mutex);
  in_time = REAL (g_cond_wait_until) (cond, mutex, end);
  __tsan_acquire (mutex);

  return in_time;
}

/* Queues */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  REAL (g_async_queue_push) (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data = REAL (g_async_queue_try_pop) (queue);

  __tsan_acquire (queue);
  return data;
}

/* Pools: all of them are one here, which is enough. */

static char pools;

typedef struct
{
  GFunc func;
  gpointer user_data;
} PoolFunc;

static void
run_in_pool (gpointer data, gpointer user_data)
{
  PoolFunc *pool = user_data;

  __tsan_acquire (&pools);
  pool->func (data, pool->user_data);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer user_data, gint max_threads, gboolean exclusive,
                   GError **error)
{
  PoolFunc *pool = g_new (PoolFunc, 1); /* as long as the pool, which is for ever */

  *pool = (PoolFunc){ func, user_data };

  return REAL (g_thread_pool_new) (run_in_pool, pool, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  __tsan_release (&pools);

  return REAL (g_thread_pool_push) (pool, data, error);
}

/* Tasks */

static void
run_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func = (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), "thread-func");

  __tsan_acquire (task);
  func (task, source, data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  g_object_set_data (G_OBJECT (task), "thread-func", (gpointer) func);
  __tsan_release (task);
  REAL (g_task_run_in_thread) (task, run_task);
}

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify notify)
{
  __tsan_release (task);
  REAL (g_task_return_pointer) (task, result, notify);
}

void
g_task_return_boolean (GTask *task, gboolean result)
{
  __tsan_release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_error (GTask *task, GError *error)
{
  __tsan_release (task);
  REAL (g_task_return_error) (task, error);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  __tsan_acquire (task);

  return REAL (g_task_propagate_pointer) (task, error);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  __tsan_acquire (task);

  return REAL (g_task_propagate_boolean) (task, error);
}

/* Sources that a thread attaches to the main loop. */

static char loops;

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} SourceFunc;

static gboolean
run_source (gpointer data)
{
  SourceFunc *source = data;

  __tsan_acquire (&loops);

  return source->func (source->data);
}

static void
free_source (gpointer data)
{
  SourceFunc *source = data;

  if (source->notify != NULL)
    source->notify (source->data);
  g_free (source);
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  SourceFunc *wrapped;

  /* Others have functions of other types. */
  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)
    {
      REAL (g_source_set_callback) (source, func, data, notify);
      return;
    }

  wrapped = g_new (SourceFunc, 1);
  *wrapped = (SourceFunc){ func, data, notify };
  REAL (g_source_set_callback) (source, run_source, wrapped, free_source);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (&loops);

  return REAL (g_source_attach) (source, context);
}

void
(g_main_context_invoke_full) (GMainContext *context, gint priority, GSourceFunc func, gpointer data,
                              GDestroyNotify notify)
{
  SourceFunc *wrapped = g_new (SourceFunc, 1);

  *wrapped = (SourceFunc){ func, data, notify };
  __tsan_release (&loops);
  REAL (g_main_context_invoke_full) (context, priority, run_source, wrapped, free_source);
}

/* References */

DEFINE_UNREF (g_object_unref, gpointer)
DEFINE_UNREF (g_bytes_unref, GBytes *)
DEFINE_UNREF (g_ptr_array_unref, GPtrArray *)
DEFINE_UNREF (g_hash_table_unref, GHashTable *)
DEFINE_UNREF (g_source_unref, GSource *)

gboolean
(g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  __tsan_release (count);
  __tsan_acquire (count);

  return REAL (g_atomic_ref_count_dec) (count);
}

void
g_atomic_rc_box_release_full (gpointer block, GDestroyNotify clear)
{
  __tsan_release (block);
  __tsan_acquire (block);
  REAL (g_atomic_rc_box_release_full) (block, clear);
}
