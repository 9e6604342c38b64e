/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-store.h"

/* Posts of one transaction. More would make the first one wait for the last. */
#define BATCH_SIZE 512
/* So many are over the limit at most, and never more than the limit itself, and only while others
 * come: to drop one with each that comes makes a commit a quarter larger. Nobody is shown them. */
#define MAX_UNTRIMMED 64
#define IDLE_MICROSECONDS (2 * G_USEC_PER_SEC)

typedef enum
{
  JOB_APPEND,
  JOB_READ,
  JOB_FIND_START,
  JOB_SET_LIMIT,
  JOB_QUIT,
} JobKind;

typedef struct
{
  JobKind kind;
  GTask *task; /* whose source object keeps the store alive */
  ChatPost *post;
  ChatStoreQuery query;
  gboolean is_new;
  guint history_limit;
} Job;

struct _ChatStore
{
  GObject parent_instance;

  ChatDatabase *database; /* the thread's, once it runs */
  GAsyncQueue *jobs;
  GThread *thread;
  char *history;
  gint64 last_seq; /* the main context's copy: of the last append or page that came back */
};

G_DEFINE_FINAL_TYPE (ChatStore, chat_store, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  g_clear_pointer (&job->post, chat_post_unref);
  g_free (job->query.kid);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* The thread */

typedef struct
{
  GAsyncQueue *jobs; /* borrowed: closing waits for the thread */
  ChatDatabase *database;
  guint n_untrimmed; /* posts that came since the last trim */
  gint64 trim_at;    /* monotonic; when those are dropped at the latest */
} Worker;

static void
worker_free (Worker *self)
{
  chat_database_close (self->database);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Worker, worker_free)

/* Apart from the posts: on a disk on which there is room for them alone, they are stored. What is
 * over the limit then stays until the next attempt, and nobody is shown it. */
static void
trim_in_thread (Worker *self)
{
  if (self->n_untrimmed == 0)
    return;

  if (chat_database_begin (self->database, NULL) && chat_database_trim (self->database, NULL)
      && chat_database_commit (self->database, NULL))
    {
      self->n_untrimmed = 0;
      return;
    }

  chat_database_roll_back (self->database);
  self->n_untrimmed = 1;
  self->trim_at = g_get_monotonic_time () + IDLE_MICROSECONDS;
}

static gboolean
must_trim (const Worker *self)
{
  return self->n_untrimmed >= MIN (chat_database_get_history_limit (self->database), MAX_UNTRIMMED);
}

static gboolean
append_batch_in_thread (Worker *self, GPtrArray *batch, GError **error)
{
  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (!chat_database_append (self->database, job->post, g_get_real_time () / 1000,
                                 &job->is_new, error))
        return FALSE;
    }

  return TRUE;
}

/* One transaction for all posts that wait. Nobody is told before it is on the disk. */
static void
commit_batch_in_thread (Worker *self, GPtrArray *batch)
{
  g_autoptr (GError) error = NULL;
  gboolean committed = chat_database_begin (self->database, &error)
                       && append_batch_in_thread (self, batch, &error)
                       && chat_database_commit (self->database, &error);

  if (!committed)
    chat_database_roll_back (self->database);

  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (committed)
        g_task_return_boolean (job->task, job->is_new);
      else
        g_task_return_error (job->task, g_error_copy (error));
    }
  if (committed)
    {
      self->n_untrimmed += batch->len;
      self->trim_at = g_get_monotonic_time () + IDLE_MICROSECONDS;
    }
  g_ptr_array_set_size (batch, 0);
  if (must_trim (self))
    trim_in_thread (self);
}

static void
set_limit_in_thread (Worker *self, guint history_limit)
{
  self->n_untrimmed = MAX_UNTRIMMED;
  chat_database_set_history_limit (self->database, history_limit);
  trim_in_thread (self);
}

static void
read_in_thread (Worker *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  ChatStorePage *page = chat_database_read (self->database, &job->query, &error);

  if (page != NULL)
    g_task_return_pointer (job->task, page, (GDestroyNotify) chat_store_page_free);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

static void
find_start_in_thread (Worker *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  g_autofree ChatStoreStart *start = g_new0 (ChatStoreStart, 1);

  if (chat_database_find_start (self->database, &job->query, start, &error))
    g_task_return_pointer (job->task, g_steal_pointer (&start), g_free);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

/* Whatever is no append. Returns whether there is more to do. */
static gboolean
do_job_in_thread (Worker *self, Job *job)
{
  if (g_get_monotonic_time () >= self->trim_at)
    trim_in_thread (self);

  if (job->kind == JOB_READ)
    read_in_thread (self, job);
  else if (job->kind == JOB_FIND_START)
    find_start_in_thread (self, job);
  else if (job->kind == JOB_SET_LIMIT)
    set_limit_in_thread (self, job->history_limit);
  else
    trim_in_thread (self); /* before the end */

  return job->kind != JOB_QUIT;
}

/* What is over the limit does not stay because nobody says anything any more. */
static Job *
wait_for_job_in_thread (Worker *self)
{
  Job *job = NULL;

  if (self->n_untrimmed > 0)
    {
      gint64 left = self->trim_at - g_get_monotonic_time ();

      job = g_async_queue_timeout_pop (self->jobs, (guint64) MAX (0, left));
      if (job == NULL)
        trim_in_thread (self);
    }

  return job != NULL ? job : g_async_queue_pop (self->jobs);
}

static gpointer
store_thread (gpointer data)
{
  g_autoptr (Worker) self = data;
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
  Job *job = NULL;
  gboolean more = TRUE;

  while (more)
    {
      if (job == NULL)
        job = wait_for_job_in_thread (self);

      for (; job != NULL && job->kind == JOB_APPEND && batch->len < BATCH_SIZE;
           job = g_async_queue_try_pop (self->jobs))
        g_ptr_array_add (batch, job);
      if (batch->len > 0)
        {
          commit_batch_in_thread (self, batch);
          continue; /* with the job that ended the batch, if there was one */
        }

      g_assert (job != NULL); /* it is no append, so nothing has taken it */
      more = do_job_in_thread (self, job);
      g_clear_pointer (&job, job_free);
    }

  return NULL;
}

/* The object */

static void
chat_store_finalize (GObject *object)
{
  ChatStore *self = CHAT_STORE (object);

  chat_store_close (self);
  g_clear_pointer (&self->jobs, g_async_queue_unref);
  g_clear_pointer (&self->history, g_free);

  G_OBJECT_CLASS (chat_store_parent_class)->finalize (object);
}

static void
chat_store_class_init (ChatStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_store_finalize;
}

static void
chat_store_init (ChatStore *self)
{
  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
}

static Job *
job_new (ChatStore *self, JobKind kind, gpointer source_tag, GCancellable *cancellable,
         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, source_tag);
  return job;
}

static void
push_query (ChatStore *self, Job *job, const ChatStoreQuery *query)
{
  job->query = *query;
  job->query.kid = g_strdup (query->kid);
  g_async_queue_push (self->jobs, job);
}

/**
 * chat_store_new:
 * @path: the file; made when it is missing
 * @history_limit: how many messages are kept
 * @error: return location for a #GIOErrorEnum, with reason and remedy but without the path
 *
 * Opens the file (synchronously: for start-up) and starts the thread. What is read is never more
 * than the limit; the file may hold up to 64 messages more until two seconds without a new one.
 *
 * Returns: (transfer full): the store
 */
ChatStore *
chat_store_new (const char *path, guint history_limit, GError **error)
{
  ChatDatabase *database = chat_database_open (path, history_limit, error);
  ChatStore *self;
  Worker *worker;

  if (database == NULL)
    return NULL;

  self = g_object_new (CHAT_TYPE_STORE, NULL);
  self->history = g_strdup (chat_database_get_history (database));
  self->last_seq = chat_database_get_last_seq (database);

  worker = g_new0 (Worker, 1);
  *worker = (Worker){ self->jobs, database, MAX_UNTRIMMED, 0 };
  self->thread = g_thread_new ("store", store_thread, worker);

  return self;
}

/**
 * chat_store_get_history:
 * @self: a store
 *
 * Names the store. A client that meets another name knows that its numbers count from the beginning
 * again.
 *
 * Returns: (transfer none): the random name of this store
 */
const char *
chat_store_get_history (ChatStore *self)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), NULL);

  return self->history;
}

/**
 * chat_store_get_last_seq:
 * @self: a store
 *
 * Says how far the numbers have come, without asking the thread.
 *
 * Returns: the last number that was given out, as far as finished calls have told
 */
gint64
chat_store_get_last_seq (ChatStore *self)
{
  g_return_val_if_fail (CHAT_IS_STORE (self), 0);

  return self->last_seq;
}

/**
 * chat_store_set_history_limit:
 * @self: a store
 * @history_limit: how many messages are kept
 *
 * Takes effect when all that was asked before is done; what is over the limit is dropped then.
 */
void
chat_store_set_history_limit (ChatStore *self, guint history_limit)
{
  Job *job = g_new0 (Job, 1);

  g_return_if_fail (CHAT_IS_STORE (self));

  job->kind = JOB_SET_LIMIT;
  job->history_limit = history_limit;
  g_async_queue_push (self->jobs, job);
}

/**
 * chat_store_append_async:
 * @self: a store
 * @post: the post; it belongs to the store until the call has finished
 * @callback: called when the post is on the disk
 * @user_data: for @callback
 *
 * Stores @post. Calls finish in the order in which they were made, so the numbers that they give
 * ascend.
 */
void
chat_store_append_async (ChatStore *self, ChatPost *post, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Job *job;

  g_return_if_fail (CHAT_IS_STORE (self));
  g_return_if_fail (post != NULL && post->wrappings != NULL && post->seq == 0);

  job = job_new (self, JOB_APPEND, chat_store_append_async, NULL, callback, user_data);
  job->post = chat_post_ref (post);
  g_task_set_task_data (job->task, chat_post_ref (post), (GDestroyNotify) chat_post_unref);
  g_async_queue_push (self->jobs, job);
}

/**
 * chat_store_append_finish:
 * @self: a store
 * @result: the result
 * @post: (out) (transfer none): the post, with `seq` and `at` when it was stored
 * @is_new: (out): %FALSE when the author had stored this mid before: `seq` and `at` are then those
 * of the first time
 * @error: return location for a #GIOErrorEnum
 *
 * Ends what [method@Store.append_async] began. Success means that a crash does not lose the post
 * any more.
 *
 * Returns: whether the post is on the disk
 */
gboolean
chat_store_append_finish (ChatStore *self, GAsyncResult *result, ChatPost **post, gboolean *is_new,
                          GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_store_append_async), FALSE);

  *post = g_task_get_task_data (G_TASK (result));
  *is_new = g_task_propagate_boolean (G_TASK (result), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  self->last_seq = MAX (self->last_seq, (*post)->seq);
  return TRUE;
}

/**
 * chat_store_read_async:
 * @self: a store
 * @query: what to read
 * @cancellable: (nullable): to give up
 * @callback: called with the page
 * @user_data: for @callback
 *
 * Reads one page. It shows all posts whose append was called before and none that came after.
 */
void
chat_store_read_async (ChatStore *self, const ChatStoreQuery *query, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (CHAT_IS_STORE (self));

  push_query (self,
              job_new (self, JOB_READ, chat_store_read_async, cancellable, callback, user_data),
              query);
}

/**
 * chat_store_read_finish: (skip)
 * @self: a store
 * @result: the result
 * @error: return location for a #GIOErrorEnum
 *
 * Ends what [method@Store.read_async] began.
 *
 * Returns: (transfer full): the page
 */
ChatStorePage *
chat_store_read_finish (ChatStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_store_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_store_find_start_async:
 * @self: a store
 * @query: `kid`, `before` and `limit` count
 * @cancellable: (nullable): to give up
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Finds where the latest messages for a reader begin.
 */
void
chat_store_find_start_async (ChatStore *self, const ChatStoreQuery *query,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (CHAT_IS_STORE (self));

  push_query (
      self,
      job_new (self, JOB_FIND_START, chat_store_find_start_async, cancellable, callback, user_data),
      query);
}

/**
 * chat_store_find_start_finish:
 * @self: a store
 * @result: the result
 * @start: (out): the answer
 * @error: return location for a #GIOErrorEnum
 *
 * Ends what [method@Store.find_start_async] began.
 *
 * Returns: whether all went well
 */
gboolean
chat_store_find_start_finish (ChatStore *self, GAsyncResult *result, ChatStoreStart *start,
                              GError **error)
{
  g_autofree ChatStoreStart *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_store_find_start_async), FALSE);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return FALSE;

  *start = *found;
  return TRUE;
}

/**
 * chat_store_close:
 * @self: a store
 *
 * Waits until everything that was asked before is done, and closes the file. Idempotent. Blocks:
 * for the program's end.
 */
void
chat_store_close (ChatStore *self)
{
  Job *quit;

  g_return_if_fail (CHAT_IS_STORE (self));

  if (self->thread == NULL)
    return;

  quit = g_new0 (Job, 1);
  quit->kind = JOB_QUIT;
  g_async_queue_push (self->jobs, quit);
  g_thread_join (g_steal_pointer (&self->thread));
}
