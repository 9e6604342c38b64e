/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database.h"

#include "posts.h"
#include "test-tools.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#define NOW G_GINT64_CONSTANT (1700000000000)

static ChatDatabase *
open_database (TestFolder *folder, guint history_limit)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;
  ChatDatabase *database = chat_database_open (path, history_limit, &error);

  g_assert_no_error (error);
  return database;
}

static gboolean
append (ChatDatabase *database, char author, const char *mid, ChatWrappings *wrappings, gint64 now,
        gint64 *seq, gint64 *at)
{
  g_autoptr (ChatPost) post = test_post (author, mid, wrappings);
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  chat_database_append (database, post, now, &is_new, &error);
  g_assert_no_error (error);
  if (seq != NULL)
    *seq = post->seq;
  if (at != NULL)
    *at = post->at;
  return is_new;
}

static void
begin (ChatDatabase *database)
{
  g_autoptr (GError) error = NULL;

  chat_database_begin (database, &error);
  g_assert_no_error (error);
}

static void
commit (ChatDatabase *database)
{
  g_autoptr (GError) error = NULL;

  chat_database_trim (database, &error);
  g_assert_no_error (error);
  chat_database_commit (database, &error);
  g_assert_no_error (error);
}

/* In a transaction of its own. */
static gint64
store (ChatDatabase *database, char author, const char *mid, ChatWrappings *wrappings)
{
  gint64 seq;

  begin (database);
  g_assert_true (append (database, author, mid, wrappings, NOW, &seq, NULL));
  commit (database);
  return seq;
}

static void
store_many (ChatDatabase *database, guint n, ChatWrappings *wrappings)
{
  begin (database);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *mid = g_strdup_printf ("mid-%" G_GUINT64_FORMAT "-%u",
                                              chat_database_get_last_seq (database), i);

      g_assert_true (append (database, 'a', mid, wrappings, NOW, NULL, NULL));
    }
  commit (database);
}

static ChatStorePage *
read_page (ChatDatabase *database, char reader, gint64 since, gint64 after, gint64 before,
           guint limit)
{
  g_autofree char *kid = test_kid (reader);
  ChatStoreQuery query = { kid, since, after, before, limit };
  g_autoptr (GError) error = NULL;
  ChatStorePage *page = chat_database_read (database, &query, &error);

  g_assert_no_error (error);
  return page;
}

static void
assert_all (ChatDatabase *database, char reader, const char *expected)
{
  g_autoptr (ChatStorePage) page = read_page (database, reader, 0, 0, G_MAXINT64, 1000);
  g_autofree char *found = test_describe_posts (page->posts);

  g_assert_true (page->complete);
  g_assert_cmpstr (found, ==, expected);
}

/* A number out of the file, seen by somebody else. */
static gint64
query_number (TestFolder *folder, const char *sql)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

/* Storing */

static void
test_numbers (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  gint64 seq, at;

  g_assert_cmpint (chat_database_get_last_seq (database), ==, 0);
  begin (database);
  g_assert_true (append (database, 'a', "m1", seal, NOW, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, NOW);
  g_assert_true (append (database, 'b', "m2", seal, NOW + 5, &seq, &at));
  g_assert_cmpint (seq, ==, 2);
  g_assert_cmpint (at, ==, NOW + 5);
  /* Not before it is on the disk. */
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 0);
  commit (database);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 2);
  g_assert_cmpint (store (database, 'a', "m3", seal), ==, 3);
}

static void
test_everything_comes_back (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "cab");
  g_autoptr (ChatStorePage) page = NULL;
  g_autofree char *kid = test_kid ('a');
  ChatPost *post;

  store (database, 'a', "m1", seal);
  page = read_page (database, 'c', 0, 0, G_MAXINT64, 10);
  g_assert_cmpuint (page->posts->len, ==, 1);
  g_assert_cmpint (page->last_seq, ==, 1);
  post = g_ptr_array_index (page->posts, 0);
  g_assert_cmpint (post->seq, ==, 1);
  g_assert_cmpint (post->at, ==, NOW);
  g_assert_cmpstr (post->from, ==, "name-a");
  g_assert_cmpstr (post->author_kid, ==, kid);
  g_assert_cmpmem (g_bytes_get_data (post->author_key, NULL),
                   g_bytes_get_size (post->author_key), "a", 1);
  g_assert_cmpstr (post->mid, ==, "m1");
  g_assert_cmpstr (post->protected, ==, "protected-m1");
  g_assert_cmpstr (post->iv, ==, "iv-m1");
  g_assert_cmpstr (post->ciphertext, ==, "ciphertext-m1");
  g_assert_cmpstr (post->tag, ==, "tag-m1");
  g_assert_cmpstr (post->encrypted_key, ==, "s-c");
  g_assert_cmpstr (chat_reader_set_get_to (post->readers), ==,
                   chat_reader_set_get_to (chat_wrappings_get_readers (seal)));
  g_assert_null (post->wrappings);
}

static void
test_repeated_mid (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "ab");
  gint64 seq, at;

  begin (database);
  g_assert_true (append (database, 'a', "m1", seal, NOW, &seq, NULL));
  /* Within one transaction, and under another seal. */
  g_assert_false (append (database, 'a', "m1", other, NOW + 1, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, NOW);
  g_assert_true (append (database, 'a', "m2", seal, NOW + 2, &seq, NULL));
  g_assert_cmpint (seq, ==, 2);
  commit (database);

  begin (database);
  g_assert_false (append (database, 'a', "m1", other, NOW + 3, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, NOW);
  commit (database);
  assert_all (database, 'a', "1:m1:s-a 2:m2:s-a");
}

static void
test_repeated_after_it_was_trimmed (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 2);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  gint64 seq;

  store (database, 'a', "m1", seal);
  store_many (database, 5, seal);
  begin (database);
  g_assert_false (append (database, 'a', "m1", seal, NOW, &seq, NULL));
  g_assert_cmpint (seq, ==, 1);
  commit (database);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 6);
}

static void
test_one_mid_of_two_authors (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");

  g_assert_cmpint (store (database, 'a', "m", seal), ==, 1);
  g_assert_cmpint (store (database, 'b', "m", seal), ==, 2);
  assert_all (database, 'a', "1:m:s-a 2:m:s-a");
}

static void
test_history_limit (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 3);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");

  store_many (database, 3, seal);
  assert_all (database, 'a', "1:mid-0-0:s-a 2:mid-0-1:s-a 3:mid-0-2:s-a");
  store (database, 'a', "m4", seal);
  assert_all (database, 'a', "2:mid-0-1:s-a 3:mid-0-2:s-a 4:m4:s-a");
  /* More at once than there is room for. */
  store_many (database, 4, seal);
  assert_all (database, 'a', "6:mid-4-1:s-a 7:mid-4-2:s-a 8:mid-4-3:s-a");
}

static void
test_smaller_limit_after_reopening (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) again = test_wrappings ("s", "ab");
  ChatDatabase *database = open_database (folder, 100);

  store_many (database, 10, seal);
  chat_database_close (database);
  database = open_database (folder, 1);
  store (database, 'a', "m11", again);
  assert_all (database, 'a', "11:m11:s-a");
  chat_database_close (database);
}

/* Seals */

static void
test_seal_is_stored_once (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "abc");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "abc");

  store (database, 'a', "m1", seal);
  store (database, 'a', "m2", seal);
  store (database, 'a', "m3", other);
  assert_all (database, 'b', "1:m1:s-b 2:m2:s-b 3:m3:t-b");
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM seal"), ==, 2);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM wrapping"), ==, 6);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM reader_set"), ==, 1);
}

static void
test_seals_are_swept (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 10);
  g_autoptr (ChatWrappings) old = test_wrappings ("old", "ab");
  g_autoptr (ChatWrappings) new = test_wrappings ("new", "a");

  store (database, 'b', "m1", old);
  for (guint i = 0; i < 8; i++)
    store_many (database, 100, new);

  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM post"), ==, 10);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM seal"), ==, 1);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM wrapping"), ==, 1);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM reader_set"), ==, 1);
  /* Its author is still known, by the mid. */
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM author"), ==, 2);

  /* The connection that registered it may use it again. */
  g_assert_cmpint (store (database, 'b', "again", old), ==, 802);
  assert_all (database, 'b', "802:again:old-b");
}

static void
test_seal_in_use_is_not_swept (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 1);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "a");

  /* The sweep comes in the very transaction that stores both. */
  begin (database);
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      append (database, 'a', mid, i < 599 ? other : seal, NOW, NULL, NULL);
    }
  commit (database);
  assert_all (database, 'a', "600:m599:s-a");
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM seal"), ==, 1);
  store (database, 'a', "last", other);
  assert_all (database, 'a', "601:last:t-a");
}

/* Reading */

/* Twelve messages: those with even numbers for a and b, the others for b alone. */
static ChatDatabase *
open_mixed (TestFolder *folder, guint history_limit)
{
  ChatDatabase *database = open_database (folder, history_limit);
  g_autoptr (ChatWrappings) both = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) one = test_wrappings ("t", "b");

  for (guint i = 1; i <= 12; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      store (database, 'b', mid, i % 2 == 0 ? both : one);
    }

  return database;
}

static void
assert_page (ChatStorePage *page, const char *expected, gboolean complete)
{
  g_autofree char *found = test_describe_posts (page->posts);

  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (page->complete, ==, complete);
  g_assert_cmpint (page->last_seq, ==, 12);
}

static void
test_only_what_is_sealed_for_the_reader (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 100);
  g_autoptr (ChatStorePage) some = read_page (database, 'a', 3, 3, 9, 100);
  g_autoptr (ChatStorePage) none = read_page (database, 'z', 0, 0, G_MAXINT64, 100);

  assert_page (some, "4:m4:s-a 6:m6:s-a 8:m8:s-a", TRUE);
  g_assert_cmpint (some->withheld, ==, 2);
  g_assert_cmpint (some->lost, ==, 0);
  assert_page (none, "", TRUE);
  g_assert_cmpint (none->withheld, ==, 12);
}

static void
test_pages (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 100);
  g_autoptr (ChatStorePage) first = read_page (database, 'a', 2, 2, G_MAXINT64, 3);
  g_autoptr (ChatStorePage) second = read_page (database, 'a', 2, 8, G_MAXINT64, 3);

  assert_page (first, "4:m4:s-a 6:m6:s-a 8:m8:s-a", FALSE);
  /* The counts are about the whole question. */
  assert_page (second, "10:m10:s-a 12:m12:s-a", TRUE);
  g_assert_cmpint (second->withheld, ==, 5);
}

static void
test_full_last_page (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 100);
  g_autoptr (ChatStorePage) full = read_page (database, 'a', 8, 8, G_MAXINT64, 2);
  g_autoptr (ChatStorePage) empty = read_page (database, 'a', 8, 12, G_MAXINT64, 2);

  /* That nothing is left is known only when nothing comes. */
  assert_page (full, "10:m10:s-a 12:m12:s-a", FALSE);
  assert_page (empty, "", TRUE);
  g_assert_cmpint (empty->withheld, ==, 2);
}

static void
test_lost (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 5);
  g_autoptr (ChatStorePage) old = read_page (database, 'a', 2, 2, G_MAXINT64, 100);
  g_autoptr (ChatStorePage) edge = read_page (database, 'a', 7, 7, G_MAXINT64, 100);
  g_autoptr (ChatStorePage) late = read_page (database, 'a', 12, 12, G_MAXINT64, 100);

  /* 8 to 12 are stored. */
  assert_page (old, "8:m8:s-a 10:m10:s-a 12:m12:s-a", TRUE);
  g_assert_cmpint (old->lost, ==, 5);
  g_assert_cmpint (old->withheld, ==, 2);
  g_assert_cmpint (edge->lost, ==, 0);
  g_assert_cmpint (late->lost, ==, 0);
  g_assert_cmpint (late->withheld, ==, 0);
}

static void
test_page_ends_by_bytes (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  gint64 after = 0;
  guint n_pages = 0, n_posts = 0;

  begin (database);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);
      g_autoptr (ChatPost) post = test_post ('a', mid, seal);
      g_autoptr (GError) error = NULL;
      gboolean is_new;

      g_free (post->ciphertext);
      post->ciphertext = g_strnfill (300 * 1024, 'x');
      chat_database_append (database, post, NOW, &is_new, &error);
      g_assert_no_error (error);
    }
  commit (database);

  for (gboolean complete = FALSE; !complete; n_pages++)
    {
      g_autoptr (ChatStorePage) page = read_page (database, 'a', 0, after, G_MAXINT64, 100);

      /* So many that the limit is just passed, in order and without gaps. */
      g_assert_cmpuint (page->posts->len, <=, 2);
      for (guint i = 0; i < page->posts->len; i++)
        g_assert_cmpint (((ChatPost *) g_ptr_array_index (page->posts, i))->seq, ==, ++after);
      n_posts += page->posts->len;
      complete = page->complete;
    }

  g_assert_cmpuint (n_posts, ==, 10);
  g_assert_cmpuint (n_pages, >=, 5);
}

static void
test_one_large_post_makes_a_page (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatPost) post = test_post ('a', "large", seal);
  g_autoptr (ChatStorePage) page = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  g_free (post->ciphertext);
  post->ciphertext = g_strnfill (1024 * 1024, 'x');
  begin (database);
  chat_database_append (database, post, NOW, &is_new, &error);
  g_assert_no_error (error);
  commit (database);

  page = read_page (database, 'a', 0, 0, G_MAXINT64, 100);
  g_assert_cmpuint (page->posts->len, ==, 1);
}

static void
assert_start (ChatDatabase *database, gint64 before, guint limit, const ChatStoreStart *expected)
{
  g_autofree char *kid = test_kid ('a');
  ChatStoreQuery query = { .kid = kid, .before = before, .limit = limit };
  ChatStoreStart start;
  g_autoptr (GError) error = NULL;

  chat_database_find_start (database, &query, &start, &error);
  g_assert_no_error (error);
  g_assert_cmpint (start.after, ==, expected->after);
  g_assert_cmpint (start.before, ==, expected->before);
  g_assert_cmpint (start.withheld, ==, expected->withheld);
  g_assert_cmpint (start.more, ==, expected->more);
}

static void
test_find_start (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 100);

  assert_start (database, G_MAXINT64, 2, &(ChatStoreStart){ 9, 13, 6, TRUE });
  assert_start (database, G_MAXINT64, 6, &(ChatStoreStart){ 1, 13, 6, FALSE });
  assert_start (database, G_MAXINT64, 100, &(ChatStoreStart){ 1, 13, 6, FALSE });
  assert_start (database, 8, 2, &(ChatStoreStart){ 3, 8, 4, TRUE });
  /* Nothing for this reader before it. */
  assert_start (database, 2, 5, &(ChatStoreStart){ 1, 2, 1, FALSE });
  assert_start (database, 0, 5, &(ChatStoreStart){ -1, 0, 0, FALSE });
}

static void
test_find_start_in_an_empty_one (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);

  assert_start (database, G_MAXINT64, 5, &(ChatStoreStart){ 0, 1, 0, FALSE });
}

/* The file */

static void
test_reopen (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  ChatDatabase *database = open_database (folder, 100);
  g_autofree char *history = g_strdup (chat_database_get_history (database));
  gint64 seq;

  g_assert_cmpuint (strlen (history), ==, 22);
  store (database, 'a', "m1", seal);
  store (database, 'b', "m2", seal);
  chat_database_close (database);

  database = open_database (folder, 100);
  g_assert_cmpstr (chat_database_get_history (database), ==, history);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 2);
  assert_all (database, 'b', "1:m1:s-b 2:m2:s-b");
  begin (database);
  g_assert_false (append (database, 'a', "m1", seal, NOW + 9, &seq, NULL));
  g_assert_cmpint (seq, ==, 1);
  commit (database);
  chat_database_close (database);
}

static void
test_numbers_go_on_after_the_last_is_gone (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autofree char *path = test_folder_file (folder, "history.db");
  ChatDatabase *database = open_database (folder, 100);
  sqlite3 *db = NULL;

  store (database, 'a', "m1", seal);
  chat_database_close (database);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM post", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  database = open_database (folder, 100);
  g_assert_cmpint (store (database, 'a', "m2", seal), ==, 2);
  chat_database_close (database);
}

static void
test_two_have_two_names (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autofree char *other_path = test_folder_file (folder, "other.db");
  g_autoptr (ChatDatabase) one = chat_database_open (path, 1, NULL);
  g_autoptr (ChatDatabase) other = chat_database_open (other_path, 1, NULL);

  g_assert_cmpstr (chat_database_get_history (one), !=, chat_database_get_history (other));
}

static void
execute_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* Refused with a reason, and byte for byte as it was, with nothing beside it. */
static void
assert_left_alone (const char *path, int code, const char *needle)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autoptr (GError) error = NULL;
  gsize size_before, size_after;

  g_assert_true (g_file_get_contents (path, &before, &size_before, NULL));
  g_assert_null (chat_database_open (path, 100, &error));
  g_assert_error (error, G_IO_ERROR, code);
  if (strstr (error->message, needle) == NULL)
    g_error ("“%s” does not say “%s”", error->message, needle);
  g_assert_true (g_file_get_contents (path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
}

static void
test_another_programs (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");

  execute_sql (path, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
  assert_left_alone (path, G_IO_ERROR_INVALID_DATA, "move it away");
}

static void
test_another_version (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");

  chat_database_close (open_database (folder, 100));
  execute_sql (path, "PRAGMA user_version = 2");
  assert_left_alone (path, G_IO_ERROR_NOT_SUPPORTED, "move the file away");
}

static void
test_no_database (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autofree char *text = g_strnfill (5000, 'x');

  test_folder_write (folder, "history.db", text, -1);
  assert_left_alone (path, G_IO_ERROR_FAILED, "not a database");
}

static void
test_no_name (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;

  chat_database_close (open_database (folder, 100));
  execute_sql (path, "DELETE FROM store");
  g_assert_null (chat_database_open (path, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "backup"));
}

static void
test_no_folder (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "none/history.db");
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_database_open (path, 100, &error));
  g_assert_nonnull (error);
}

static void
test_missing_reader_set (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autofree char *kid = test_kid ('a');
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (GError) error = NULL;
  ChatStoreQuery query = { kid, 0, 0, G_MAXINT64, 10 };

  store (database, 'a', "m1", seal);
  execute_sql (path, "DELETE FROM reader_set");
  g_assert_null (chat_database_read (database, &query, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* Rolling back */

static void
test_roll_back (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) kept = test_wrappings ("kept", "a");
  g_autoptr (ChatWrappings) failed = test_wrappings ("failed", "a");
  g_autoptr (ChatWrappings) next = test_wrappings ("next", "a");

  store (database, 'a', "m1", kept);
  begin (database);
  append (database, 'a', "m2", kept, NOW, NULL, NULL);
  append (database, 'a', "m3", failed, NOW, NULL, NULL);
  chat_database_roll_back (database);
  assert_all (database, 'a', "1:m1:kept-a");
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 1);

  /* The row of the seal that failed may be another's now; its mid and number are free again. */
  g_assert_cmpint (store (database, 'a', "m4", next), ==, 2);
  g_assert_cmpint (store (database, 'a', "m3", failed), ==, 3);
  g_assert_cmpint (store (database, 'a', "m5", kept), ==, 4);
  assert_all (database, 'a', "1:m1:kept-a 2:m4:next-a 3:m3:failed-a 4:m5:kept-a");
}

static void
test_roll_back_without_a_transaction (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");

  chat_database_roll_back (database);
  store (database, 'a', "m1", seal);
  chat_database_roll_back (database);
  assert_all (database, 'a', "1:m1:s-a");
}

/* A disk that is full: no file grows beyond this. The limit that was is in *old. */
static void
limit_files (rlim_t size, struct rlimit *old)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, old), ==, 0);
  limit = *old;
  limit.rlim_cur = size;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static rlim_t
size_of_log (TestFolder *folder)
{
  g_autofree char *path = test_folder_file (folder, "history.db-wal");
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return (rlim_t) info.st_size;
}

static void
test_full_disk (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_database (folder, 100);
  g_autoptr (ChatWrappings) kept = test_wrappings ("kept", "ab");
  g_autoptr (ChatWrappings) failed = test_wrappings ("failed", "ab");
  g_autoptr (ChatWrappings) next = test_wrappings ("next", "ab");
  g_autoptr (ChatPost) post = test_post ('a', "failed", failed);
  g_autoptr (ChatStorePage) page = NULL;
  g_autofree char *found = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old;
  gboolean is_new, failed_to_store;
  gint64 last;

  /* Until the log is larger than the index beside it, which must not be what fails. */
  do
    store_many (database, 1, kept);
  while (size_of_log (folder) < 64 * 1024);
  last = chat_database_get_last_seq (database);

  limit_files (size_of_log (folder) + 100, &old);
  begin (database);
  failed_to_store = !chat_database_append (database, post, NOW, &is_new, &error)
                    || !chat_database_commit (database, &error);
  chat_database_roll_back (database);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_true (failed_to_store);
  g_assert_nonnull (error);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, last);
  g_assert_cmpint (store (database, 'a', "next", next), ==, last + 1);
  g_assert_cmpint (store (database, 'a', "failed", failed), ==, last + 2);
  g_assert_cmpint (store (database, 'a', "kept", kept), ==, last + 3);

  page = read_page (database, 'b', last, last, G_MAXINT64, 10);
  found = test_describe_posts (page->posts);
  expected = g_strdup_printf ("%" G_GINT64_FORMAT ":next:next-b %" G_GINT64_FORMAT
                              ":failed:failed-b %" G_GINT64_FORMAT ":kept:kept-b",
                              last + 1, last + 2, last + 3);
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (query_number (folder, "SELECT count (*) FROM seal"), ==, 3);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/database/numbers", test_numbers);
  add_test ("/database/everything-comes-back", test_everything_comes_back);
  add_test ("/database/repeated-mid", test_repeated_mid);
  add_test ("/database/repeated-after-trim", test_repeated_after_it_was_trimmed);
  add_test ("/database/one-mid-of-two-authors", test_one_mid_of_two_authors);
  add_test ("/database/history-limit", test_history_limit);
  add_test ("/database/smaller-limit", test_smaller_limit_after_reopening);
  add_test ("/database/seal-once", test_seal_is_stored_once);
  add_test ("/database/seals-are-swept", test_seals_are_swept);
  add_test ("/database/seal-in-use", test_seal_in_use_is_not_swept);
  add_test ("/database/only-for-the-reader", test_only_what_is_sealed_for_the_reader);
  add_test ("/database/pages", test_pages);
  add_test ("/database/full-last-page", test_full_last_page);
  add_test ("/database/lost", test_lost);
  add_test ("/database/page-bytes", test_page_ends_by_bytes);
  add_test ("/database/large-post", test_one_large_post_makes_a_page);
  add_test ("/database/find-start", test_find_start);
  add_test ("/database/find-start-empty", test_find_start_in_an_empty_one);
  add_test ("/database/reopen", test_reopen);
  add_test ("/database/numbers-go-on", test_numbers_go_on_after_the_last_is_gone);
  add_test ("/database/two-names", test_two_have_two_names);
  add_test ("/database/another-programs", test_another_programs);
  add_test ("/database/another-version", test_another_version);
  add_test ("/database/no-database", test_no_database);
  add_test ("/database/no-name", test_no_name);
  add_test ("/database/no-folder", test_no_folder);
  add_test ("/database/missing-reader-set", test_missing_reader_set);
  add_test ("/database/roll-back", test_roll_back);
  add_test ("/database/roll-back-nothing", test_roll_back_without_a_transaction);
  add_test ("/database/full-disk", test_full_disk);

  return g_test_run ();
}
