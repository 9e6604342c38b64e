/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pipeline.h"

/* What the thread writes: one letter for each job, and one for the end. */
typedef struct
{
  GMutex gate; /* held: the thread waits in its next job */
  GString *log;
} Book;

typedef struct
{
  Book *book;
  ChatPipeline *pipeline;
} Work;

static void
work_in_thread (gpointer job, gpointer user_data)
{
  Work *work = user_data;
  char letter = (char)GPOINTER_TO_INT (job);

  if (letter == 'w')
    chat_pipeline_wait_for_retired (work->pipeline);
  g_mutex_lock (&work->book->gate);
  g_string_append_c (work->book->log, letter);
  g_mutex_unlock (&work->book->gate);
}

static void
done_cb (gpointer job, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
keep_job (gpointer job)
{
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_mutex_lock (&work->book->gate);
  g_string_append_c (work->book->log, '.');
  g_mutex_unlock (&work->book->gate);
  g_free (work);
}

static void
retire_one (Book *book, const char *jobs)
{
  Work *work = g_new0 (Work, 1);

  work->book = book;
  work->pipeline = chat_pipeline_new ("test", work_in_thread, done_cb, keep_job, work);
  for (; *jobs != '\0'; jobs++)
    chat_pipeline_push (work->pipeline, GINT_TO_POINTER (*jobs));
  chat_pipeline_retire (work->pipeline, work_free);
}

static void
set_up (Book *book, gconstpointer data)
{
  g_mutex_init (&book->gate);
  book->log = g_string_new (NULL);
}

static void
tear_down (Book *book, gconstpointer data)
{
  g_mutex_clear (&book->gate);
  g_string_free (book->log, TRUE);
}

/* The one who retires it holds what the first job waits for, and is not held up. */
static void
test_retire (Book *book, gconstpointer data)
{
  g_mutex_lock (&book->gate);
  retire_one (book, "abc");
  g_assert_cmpstr (book->log->str, ==, "");
  g_mutex_unlock (&book->gate);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_cmpstr (book->log->str, ==, "abc.");
}

/* The later one begins when the earlier one has ended, and the earlier one does not wait. */
static void
test_order (Book *book, gconstpointer data)
{
  g_mutex_lock (&book->gate);
  retire_one (book, "wab");
  retire_one (book, "wc");
  g_mutex_unlock (&book->gate);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_cmpstr (book->log->str, ==, "wab.wc.");
}

#define ADD(path, func) g_test_add (path, Book, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/pipeline/retire", test_retire);
  ADD ("/pipeline/order", test_order);

  return g_test_run ();
}
