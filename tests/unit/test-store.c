/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-store.h"

#include "store-tools.h"
#include "wait-until.h"

#include <signal.h>
#include <sys/resource.h>

/* What came back, in this order: "1:m1 2:m2 1:m1(again) m3(failed)". */
typedef struct
{
  GString *log;
  guint n;
  ChatStorePage *page;
  GError *error;
} Results;

static void
results_clear (Results *self)
{
  g_string_free (self->log, TRUE);
  g_clear_pointer (&self->page, chat_store_page_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Results, results_clear)

static ChatStore *
open_store (TestFolder *folder)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;
  ChatStore *store = chat_store_new (path, 100, &error);

  g_assert_no_error (error);
  return store;
}

static void
appended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Results *results = user_data;
  g_autoptr (GError) error = NULL;
  ChatPost *post;
  gboolean is_new;

  if (results->log->len > 0)
    g_string_append_c (results->log, ' ');
  if (!chat_store_append_finish (CHAT_STORE (source), result, &post, &is_new, &error))
    g_string_append_printf (results->log, "%s(failed)", post->mid);
  else
    g_string_append_printf (results->log, "%" G_GINT64_FORMAT ":%s%s", post->seq, post->mid,
                            is_new ? "" : "(again)");
  results->n++;
}

static void
append (ChatStore *store, char author, const char *mid, ChatWrappings *seal, Results *results)
{
  g_autoptr (ChatPost) post = test_post (author, mid, seal);

  chat_store_append_async (store, post, appended_cb, results);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Results *results = user_data;

  results->page = chat_store_read_finish (CHAT_STORE (source), result, &results->error);
  results->n++;
}

static void
read_all (ChatStore *store, char reader, GCancellable *cancellable, Results *results)
{
  g_autofree char *kid = test_kid (reader);
  ChatStoreQuery query = { kid, 0, 0, G_MAXINT64, 1000 };

  chat_store_read_async (store, &query, cancellable, page_cb, results);
}

static void
assert_read (ChatStore *store, const char *expected)
{
  g_auto (Results) results = { .log = g_string_new (NULL) };
  g_autofree char *found = NULL;

  read_all (store, 'a', NULL, &results);
  wait_until (results.n == 1);
  g_assert_no_error (results.error);
  found = test_describe_posts (results.page->posts);
  g_assert_cmpstr (found, ==, expected);
}

static void
close_store (ChatStore *store)
{
  chat_store_close (store);
  g_assert_finalize_object (store);
}

static void
test_in_the_order_of_the_calls (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  g_autoptr (GString) expected = g_string_new (NULL);
  ChatStore *store = open_store (folder);

  /* More than one transaction holds. */
  for (guint i = 1; i <= 1500; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      append (store, 'a', mid, seal, &results);
      g_string_append_printf (expected, "%s%u:%s", i > 1 ? " " : "", i, mid);
    }
  g_assert_cmpint (chat_store_get_last_seq (store), ==, 0);
  wait_until (results.n == 1500);
  g_assert_cmpstr (results.log->str, ==, expected->str);
  g_assert_cmpint (chat_store_get_last_seq (store), ==, 1500);
  close_store (store);
}

static void
test_repeated_mid (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);

  append (store, 'a', "m1", seal, &results);
  append (store, 'a', "m1", seal, &results);
  append (store, 'b', "m1", seal, &results);
  append (store, 'a', "m2", seal, &results);
  wait_until (results.n == 4);
  append (store, 'a', "m1", seal, &results);
  wait_until (results.n == 5);
  g_assert_cmpstr (results.log->str, ==, "1:m1 1:m1(again) 2:m1 3:m2 1:m1(again)");
  g_assert_cmpint (chat_store_get_last_seq (store), ==, 3);
  close_store (store);
}

static void
test_time_is_now (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);
  gint64 before = g_get_real_time () / 1000, after;
  ChatPost *post;

  append (store, 'a', "m1", seal, &results);
  wait_until (results.n == 1);
  after = g_get_real_time () / 1000;
  read_all (store, 'a', NULL, &results);
  wait_until (results.n == 2);
  post = g_ptr_array_index (results.page->posts, 0);
  g_assert_cmpint (post->at, >=, before);
  g_assert_cmpint (post->at, <=, after);
  close_store (store);
}

static void
test_a_page_shows_what_came_before (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_auto (Results) appends = { .log = g_string_new (NULL) };
  g_auto (Results) reads = { .log = g_string_new (NULL) };
  g_autofree char *found = NULL;
  ChatStore *store = open_store (folder);

  append (store, 'a', "m1", seal, &appends);
  append (store, 'a', "m2", seal, &appends);
  read_all (store, 'a', NULL, &reads);
  append (store, 'a', "m3", seal, &appends);
  wait_until (reads.n == 1 && appends.n == 3);
  found = test_describe_posts (reads.page->posts);
  g_assert_cmpstr (found, ==, "1:m1:s-a 2:m2:s-a");
  g_assert_cmpint (reads.page->last_seq, ==, 2);
  close_store (store);
}

static void
start_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatStoreStart *start = user_data;
  g_autoptr (GError) error = NULL;

  chat_store_find_start_finish (CHAT_STORE (source), result, start, &error);
  g_assert_no_error (error);
}

static void
test_find_start (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "b");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  g_autofree char *kid = test_kid ('a');
  ChatStoreQuery query = { .kid = kid, .before = G_MAXINT64, .limit = 1 };
  ChatStoreStart start = { .before = -1 };
  ChatStore *store = open_store (folder);

  append (store, 'a', "m1", seal, &results);
  append (store, 'a', "m2", seal, &results);
  append (store, 'a', "m3", other, &results);
  chat_store_find_start_async (store, &query, NULL, start_cb, &start);
  wait_until (start.before != -1);
  g_assert_cmpint (start.after, ==, 1);
  g_assert_cmpint (start.before, ==, 4);
  g_assert_cmpint (start.withheld, ==, 1);
  g_assert_true (start.more);
  close_store (store);
}

static void
test_cancelled (TestFolder *folder, gconstpointer data)
{
  g_auto (Results) results = { .log = g_string_new (NULL) };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  ChatStore *store = open_store (folder);

  g_cancellable_cancel (cancellable);
  read_all (store, 'a', cancellable, &results);
  wait_until (results.n == 1);
  g_assert_null (results.page);
  g_assert_error (results.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close_store (store);
}

static void
test_close_waits (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);
  g_autofree char *history = g_strdup (chat_store_get_history (store));

  append (store, 'a', "m1", seal, &results);
  append (store, 'a', "m2", seal, &results);
  chat_store_close (store);
  chat_store_close (store);
  wait_until (results.n == 2);
  g_assert_cmpstr (results.log->str, ==, "1:m1 2:m2");
  g_assert_finalize_object (store);

  store = open_store (folder);
  g_assert_cmpstr (chat_store_get_history (store), ==, history);
  g_assert_cmpint (chat_store_get_last_seq (store), ==, 2);
  assert_read (store, "1:m1:s-a 2:m2:s-a");
  close_store (store);
}

static void
test_cannot_open (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;

  test_folder_write (folder, "history.db", "this is no database, but longer than nothing", -1);
  g_assert_null (chat_store_new (path, 100, &error));
  g_assert_nonnull (error);
}

/* The bytes that a file may have, as on a disk that is full. */
static void
set_file_limit (rlim_t size)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (size, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatWrappings) failed = test_wrappings ("failed", "a");
  g_autoptr (ChatWrappings) next = test_wrappings ("next", "a");
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);

  signal (SIGXFSZ, SIG_IGN);
  append (store, 'a', "m1", seal, &results);
  wait_until (results.n == 1);

  set_file_limit (1);
  append (store, 'a', "m2", failed, &results);
  append (store, 'b', "m3", failed, &results);
  wait_until (results.n == 3);
  g_assert_cmpstr (results.log->str, ==, "1:m1 m2(failed) m3(failed)");
  g_assert_cmpint (chat_store_get_last_seq (store), ==, 1);
  set_file_limit (RLIM_INFINITY);
  assert_read (store, "1:m1:s-a");

  append (store, 'a', "m4", next, &results);
  append (store, 'a', "m2", failed, &results);
  append (store, 'a', "m5", next, &results);
  wait_until (results.n == 6);
  assert_read (store, "1:m1:s-a 2:m4:next-a 3:m2:failed-a 4:m5:next-a");
  close_store (store);
}

static void
append_many (ChatStore *store, guint from, guint n, Results *results)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  guint before = results->n;

  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      append (store, 'a', mid, seal, results);
    }
  wait_until (results->n == before + n);
}

static void
assert_kept (ChatStore *store, guint n, gint64 first)
{
  g_auto (Results) results = { .log = g_string_new (NULL) };
  const ChatPost *oldest;

  read_all (store, 'a', NULL, &results);
  wait_until (results.n == 1);
  g_assert_no_error (results.error);
  g_assert_cmpuint (results.page->posts->len, ==, n);
  oldest = g_ptr_array_index (results.page->posts, 0);
  g_assert_cmpint (oldest->seq, ==, first);
  g_assert_cmpint (results.page->lost, ==, first - 1);
  g_assert_cmpint (results.page->withheld, ==, 0);
}

static gint64
count_rows (TestFolder *folder)
{
  return test_database_query (folder, "SELECT count (*) FROM post");
}

/* Whatever is still in the file. */
static void
test_limit (TestFolder *folder, gconstpointer data)
{
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);

  signal (SIGXFSZ, SIG_IGN);
  append_many (store, 1, 100, &results);
  append_many (store, 101, 63, &results);
  assert_kept (store, 100, 64);

  /* This one would have dropped them. */
  set_file_limit (1);
  append_many (store, 164, 40, &results);
  set_file_limit (RLIM_INFINITY);
  assert_kept (store, 100, 64);

  chat_store_set_history_limit (store, 10);
  assert_kept (store, 10, 154);
  g_assert_cmpint (count_rows (folder), ==, 10);
  append_many (store, 204, 5, &results);
  close_store (store);
  g_assert_cmpint (count_rows (folder), ==, 10);
}

static void
test_idle (TestFolder *folder, gconstpointer data)
{
  g_auto (Results) results = { .log = g_string_new (NULL) };
  ChatStore *store = open_store (folder);

  append_many (store, 1, 100, &results);
  append_many (store, 101, 2, &results);
  wait_until (count_rows (folder) == 100);
  close_store (store);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/order", test_in_the_order_of_the_calls);
  add_test ("/store/repeated-mid", test_repeated_mid);
  add_test ("/store/time", test_time_is_now);
  add_test ("/store/page", test_a_page_shows_what_came_before);
  add_test ("/store/find-start", test_find_start);
  add_test ("/store/cancelled", test_cancelled);
  add_test ("/store/close-waits", test_close_waits);
  add_test ("/store/cannot-open", test_cannot_open);
  add_test ("/store/full-disk", test_full_disk);
  add_test ("/store/limit", test_limit);
  add_test ("/store/idle", test_idle);

  return g_test_run ();
}
