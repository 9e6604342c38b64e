/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database.h"

#include "store-tools.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

/* The file */

static void
test_reopen (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  ChatDatabase *database = test_database_open (folder, 100);
  g_autofree char *history = g_strdup (chat_database_get_history (database));
  gint64 seq;

  g_assert_cmpuint (strlen (history), ==, 22);
  test_database_store (database, 'a', "m1", seal);
  test_database_store (database, 'b', "m2", seal);
  chat_database_close (database);

  database = test_database_open (folder, 100);
  g_assert_cmpstr (chat_database_get_history (database), ==, history);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 2);
  test_database_assert_all (database, 'b', "1:m1:s-b 2:m2:s-b");
  test_database_begin (database);
  g_assert_false (test_database_append (database, 'a', "m1", seal, TEST_NOW + 9, &seq, NULL));
  g_assert_cmpint (seq, ==, 1);
  test_database_commit (database);
  chat_database_close (database);
}

static void
test_numbers_go_on_after_the_last_is_gone (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autofree char *path = test_folder_file (folder, "history.db");
  ChatDatabase *database = test_database_open (folder, 100);
  sqlite3 *db = NULL;

  test_database_store (database, 'a', "m1", seal);
  chat_database_close (database);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM post", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);

  database = test_database_open (folder, 100);
  g_assert_cmpint (test_database_store (database, 'a', "m2", seal), ==, 2);
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

  test_database_execute (path,
                         "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
  assert_left_alone (path, G_IO_ERROR_INVALID_DATA, "move it away");
}

static void
test_another_version (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "history.db");

  chat_database_close (test_database_open (folder, 100));
  test_database_execute (path, "PRAGMA user_version = 2");
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

  chat_database_close (test_database_open (folder, 100));
  test_database_execute (path, "DELETE FROM store");
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
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (GError) error = NULL;
  ChatStoreQuery query = { kid, 0, 0, G_MAXINT64, 10 };

  test_database_store (database, 'a', "m1", seal);
  test_database_execute (path, "DELETE FROM reader_set");
  g_assert_null (chat_database_read (database, &query, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* Rolling back */

static void
test_roll_back (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) kept = test_wrappings ("kept", "a");
  g_autoptr (ChatWrappings) failed = test_wrappings ("failed", "a");
  g_autoptr (ChatWrappings) next = test_wrappings ("next", "a");

  test_database_store (database, 'a', "m1", kept);
  test_database_begin (database);
  test_database_append (database, 'a', "m2", kept, TEST_NOW, NULL, NULL);
  test_database_append (database, 'a', "m3", failed, TEST_NOW, NULL, NULL);
  chat_database_roll_back (database);
  test_database_assert_all (database, 'a', "1:m1:kept-a");
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 1);

  /* The row of the seal that failed may be another's now; its mid and number are free again. */
  g_assert_cmpint (test_database_store (database, 'a', "m4", next), ==, 2);
  g_assert_cmpint (test_database_store (database, 'a', "m3", failed), ==, 3);
  g_assert_cmpint (test_database_store (database, 'a', "m5", kept), ==, 4);
  test_database_assert_all (database, 'a', "1:m1:kept-a 2:m4:next-a 3:m3:failed-a 4:m5:kept-a");
}

static void
test_roll_back_without_a_transaction (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");

  chat_database_roll_back (database);
  test_database_store (database, 'a', "m1", seal);
  chat_database_roll_back (database);
  test_database_assert_all (database, 'a', "1:m1:s-a");
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
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
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
    test_database_store_many (database, 1, kept);
  while (size_of_log (folder) < 64 * 1024);
  last = chat_database_get_last_seq (database);

  limit_files (size_of_log (folder) + 100, &old);
  test_database_begin (database);
  failed_to_store = !chat_database_append (database, post, TEST_NOW, &is_new, &error)
                    || !chat_database_commit (database, &error);
  chat_database_roll_back (database);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_true (failed_to_store);
  g_assert_nonnull (error);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, last);
  g_assert_cmpint (test_database_store (database, 'a', "next", next), ==, last + 1);
  g_assert_cmpint (test_database_store (database, 'a', "failed", failed), ==, last + 2);
  g_assert_cmpint (test_database_store (database, 'a', "kept", kept), ==, last + 3);

  page = test_database_read (database, 'b', last, last, G_MAXINT64, 10);
  found = test_describe_posts (page->posts);
  expected = g_strdup_printf ("%" G_GINT64_FORMAT ":next:next-b %" G_GINT64_FORMAT
                              ":failed:failed-b %" G_GINT64_FORMAT ":kept:kept-b",
                              last + 1, last + 2, last + 3);
  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM seal"), ==, 3);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/database-file/reopen", test_reopen);
  add_test ("/database-file/numbers-go-on", test_numbers_go_on_after_the_last_is_gone);
  add_test ("/database-file/two-names", test_two_have_two_names);
  add_test ("/database-file/another-programs", test_another_programs);
  add_test ("/database-file/another-version", test_another_version);
  add_test ("/database-file/no-database", test_no_database);
  add_test ("/database-file/no-name", test_no_name);
  add_test ("/database-file/no-folder", test_no_folder);
  add_test ("/database-file/missing-reader-set", test_missing_reader_set);
  add_test ("/database-file/roll-back", test_roll_back);
  add_test ("/database-file/roll-back-nothing", test_roll_back_without_a_transaction);
  add_test ("/database-file/full-disk", test_full_disk);

  return g_test_run ();
}
