/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pipeline.h"

#include "chat-limits.h"

/* How many results are handed over in one turn of the main loop, and for how long, in microseconds.
 */
#define BATCH 64
#define BATCH_MICROSECONDS 4000
/* A window draws only when nothing is ready that comes before it: so there is a pause then. */
#define PAUSE_MICROSECONDS 1000

struct _ChatPipeline
{
  ChatPipelineFunc func;
  ChatPipelineDoneFunc done;
  GDestroyNotify free_job;
  GDestroyNotify free_user_data; /* of one that is retired */
  gpointer user_data;
  gsize serial;

  GThread *thread;
  GSource *source; /* ready while finished is not empty */

  GMutex mutex;
  GCond cond;
  /* Under the mutex. */
  GQueue todo;
  GQueue finished;
  gboolean pausing; /* the source is ready by itself when that is over */
  gboolean stopping;
  gboolean retired; /* nobody waits for results any more */

  guint pending;   /* pushed and not handed back; main context only */
  gboolean *freed; /* set while a batch is handed over: says that a callback freed the pipeline */
};

/* Those that are retired and not done yet: their serials. What they still write, a later one may be
 * about to read, and the end of the program must not cut off. */
static GMutex retired_mutex;
static GCond retired_cond;
static GQueue retired = G_QUEUE_INIT;

static void
clear_jobs (ChatPipeline *self, GQueue *jobs)
{
  gpointer job;

  while ((job = g_queue_pop_head (jobs)) != NULL)
    self->free_job (job);
}

static void
free_all (ChatPipeline *self)
{
  g_source_unref (self->source);
  clear_jobs (self, &self->todo);
  clear_jobs (self, &self->finished);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);
  g_free (self);
}

static void
finish_in_thread (ChatPipeline *self)
{
  gsize serial = self->serial;

  free_all (self);
  g_mutex_lock (&retired_mutex);
  g_queue_remove (&retired, GSIZE_TO_POINTER (serial));
  g_cond_broadcast (&retired_cond);
  g_mutex_unlock (&retired_mutex);
}

/* Under the mutex. */
static void
hand_in (ChatPipeline *self, gpointer job)
{
  g_queue_push_tail (&self->finished, job);
  if (!self->retired && !self->pausing)
    g_source_set_ready_time (self->source, 0);
}

static gpointer
run_in_thread (gpointer data)
{
  ChatPipeline *self = data;
  gboolean alone;
  gpointer job;

  g_mutex_lock (&self->mutex);
  while (!self->stopping)
    {
      job = g_queue_pop_head (&self->todo);
      if (job == NULL && self->retired)
        break;
      if (job == NULL)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }

      g_mutex_unlock (&self->mutex);
      self->func (job, self->user_data);
      g_mutex_lock (&self->mutex);

      hand_in (self, job);
    }
  alone = self->retired;
  g_mutex_unlock (&self->mutex);

  if (alone)
    finish_in_thread (self);

  return NULL;
}

static gpointer
take_finished (ChatPipeline *self)
{
  gpointer job;

  g_mutex_lock (&self->mutex);
  job = g_queue_pop_head (&self->finished);
  g_mutex_unlock (&self->mutex);

  return job;
}

/* Or for a while. */
static void
sleep_when_empty (ChatPipeline *self)
{
  g_mutex_lock (&self->mutex);
  self->pausing = !g_queue_is_empty (&self->finished);
  g_source_set_ready_time (self->source,
                           self->pausing ? g_get_monotonic_time () + PAUSE_MICROSECONDS : -1);
  g_mutex_unlock (&self->mutex);
}

static gboolean
hand_over_cb (gpointer data)
{
  ChatPipeline *self = data;
  gint64 until = g_get_monotonic_time () + BATCH_MICROSECONDS;
  gboolean freed = FALSE;
  gpointer job;

  self->freed = &freed;
  for (guint i = 0; i < BATCH && g_get_monotonic_time () < until
                    && (job = take_finished (self)) != NULL;
       i++)
    {
      self->pending--;
      self->done (job, self->user_data);
      if (freed)
        return G_SOURCE_REMOVE;
    }
  self->freed = NULL;
  sleep_when_empty (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

/**
 * chat_pipeline_new: (skip)
 * @name: of the thread, for debuggers
 * @func: does one job, in the thread
 * @done: takes one finished job, on the thread-default main context of the caller
 * @free_job: frees a job that is not handed over any more
 * @user_data: for @func and @done; must outlive the pipeline
 *
 * Starts a thread. What @func uses belongs to the thread until the pipeline is freed.
 *
 * Returns: (transfer full): a pipeline
 */
ChatPipeline *
chat_pipeline_new (const char *name, ChatPipelineFunc func, ChatPipelineDoneFunc done,
                   GDestroyNotify free_job, gpointer user_data)
{
  static gsize last_serial;
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  ChatPipeline *self = g_new0 (ChatPipeline, 1);

  self->serial = g_atomic_pointer_add (&last_serial, 1) + 1;
  self->func = func;
  self->done = done;
  self->free_job = free_job;
  self->user_data = user_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->todo);
  g_queue_init (&self->finished);

  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, name);
  g_source_set_callback (self->source, hand_over_cb, self, NULL);
  g_source_attach (self->source, context);
  self->thread = g_thread_new (name, run_in_thread, self);

  return self;
}

/**
 * chat_pipeline_free:
 * @self: (transfer full): a pipeline
 *
 * Ends the thread. Waits for the job at hand, which takes milliseconds; drops the others. @done is
 * not called again.
 */
void
chat_pipeline_free (ChatPipeline *self)
{
  g_return_if_fail (self != NULL);

  if (self->freed != NULL)
    *self->freed = TRUE;

  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);

  g_source_destroy (self->source);
  free_all (self);
}

/**
 * chat_pipeline_retire:
 * @self: (transfer full): a pipeline
 * @free_user_data: frees what its functions use, which belongs to the thread from now on
 *
 * For jobs that must be done, but not waited for: the thread does all that is to be done, and frees
 * everything. @done is not called again. Returns at once.
 */
void
chat_pipeline_retire (ChatPipeline *self, GDestroyNotify free_user_data)
{
  g_autoptr (GSource) source = NULL;
  g_autoptr (GThread) thread = NULL;

  g_return_if_fail (self != NULL && free_user_data != NULL);

  if (self->freed != NULL)
    *self->freed = TRUE;

  g_mutex_lock (&retired_mutex);
  g_queue_push_tail (&retired, GSIZE_TO_POINTER (self->serial));
  g_mutex_unlock (&retired_mutex);

  g_mutex_lock (&self->mutex);
  source = g_source_ref (self->source);
  thread = self->thread;
  self->free_user_data = free_user_data;
  self->retired = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  /* From here on, it may be gone. */
  g_source_destroy (source);
}

static gboolean
is_busy (gsize before)
{
  for (GList *l = retired.head; l != NULL; l = l->next)
    if (GPOINTER_TO_SIZE (l->data) < before)
      return TRUE;

  return FALSE;
}

/**
 * chat_pipeline_wait_for_retired:
 * @self: (nullable): a pipeline, in whose thread this is called; %NULL at the end of the program
 *
 * Waits until all that were retired, of those that are older than @self, are done: no longer than
 * %CHAT_RETIRED_SECONDS, for a disk may hang.
 */
void
chat_pipeline_wait_for_retired (ChatPipeline *self)
{
  const gint64 end = g_get_monotonic_time () + CHAT_RETIRED_SECONDS * G_USEC_PER_SEC;
  gboolean in_time = TRUE;

  g_mutex_lock (&retired_mutex);
  /* Only for older ones: so two never wait for each other. */
  while (in_time && is_busy (self != NULL ? self->serial : G_MAXSIZE))
    in_time = g_cond_wait_until (&retired_cond, &retired_mutex, end);
  g_mutex_unlock (&retired_mutex);
}

/**
 * chat_pipeline_push:
 * @self: a pipeline
 * @job: (transfer full) (not nullable): what @func is to do
 *
 * Adds a job behind all others.
 */
void
chat_pipeline_push (ChatPipeline *self, gpointer job)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (job != NULL);

  self->pending++;
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->todo, job);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/**
 * chat_pipeline_peek_in_thread:
 * @self: a pipeline, in whose thread this is called
 *
 * For what is cheaper done once for several jobs than for each.
 *
 * Returns: (transfer none) (nullable): the job that comes next; %NULL when none is there yet
 */
gpointer
chat_pipeline_peek_in_thread (ChatPipeline *self)
{
  gpointer job;

  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->mutex);
  job = g_queue_peek_head (&self->todo);
  g_mutex_unlock (&self->mutex);

  return job;
}

/**
 * chat_pipeline_get_pending:
 * @self: a pipeline
 *
 * Says how much is under way, to stop before it becomes too much.
 *
 * Returns: how many jobs were pushed and have not been handed back
 */
guint
chat_pipeline_get_pending (ChatPipeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pending;
}
