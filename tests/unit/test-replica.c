/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database.h"

#include "store-tools.h"

#include <glib/gstdio.h>

static ChatDatabase *
open_replica (TestFolder *folder, const char *history, guint limit)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;
  ChatDatabase *database = chat_database_open_replica (path, history, limit, &error);

  g_assert_no_error (error);
  return database;
}

static void
keep (ChatDatabase *database, gint64 seq, const char *mid, ChatWrappings *wrappings)
{
  g_autoptr (ChatPost) post = test_post ('b', mid, wrappings);
  g_autoptr (GError) error = NULL;

  post->seq = seq;
  post->at = seq * 1000;
  test_database_begin (database);
  chat_database_keep (database, post, &error);
  g_assert_no_error (error);
  chat_database_commit (database, &error);
  g_assert_no_error (error);
}

/* What one reader has of a seal that was made for more. */
static ChatWrappings *
own_wrapping (const char *seal, const char *readers)
{
  g_autoptr (ChatWrappings) all = test_wrappings (seal, readers);
  g_autofree char *kid = test_kid ('a');
  g_autofree char *encrypted_key = g_strconcat (seal, "-a", NULL);

  return chat_wrappings_new_for_reader (chat_wrappings_get_readers (all), kid, encrypted_key);
}

static void
assert_back (ChatDatabase *database, gint64 before, guint limit, const char *expected)
{
  g_autofree char *kid = test_kid ('a');
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) posts = chat_database_read_back (database, kid, before, limit, &error);
  g_autofree char *described = NULL;

  g_assert_no_error (error);
  described = test_describe_posts (posts);
  g_assert_cmpstr (described, ==, expected);
}

static void
test_keeps_the_numbers (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_replica (folder, "original", 100);
  g_autoptr (ChatWrappings) seal = own_wrapping ("s", "abc");
  g_autoptr (GPtrArray) posts = NULL;
  g_autofree char *kid = test_kid ('a');
  ChatPost *post;

  g_assert_cmpstr (chat_database_get_history (database), ==, "original");
  keep (database, 7, "seven", seal);
  keep (database, 3, "three", seal);
  keep (database, 9, "nine", seal);
  assert_back (database, G_MAXINT64, 10, "9:nine:s-a 7:seven:s-a 3:three:s-a");
  assert_back (database, 9, 1, "7:seven:s-a");
  assert_back (database, 3, 10, "");

  /* Of the set, all are known; of the wrappings, one. */
  posts = chat_database_read_back (database, kid, G_MAXINT64, 1, NULL);
  post = g_ptr_array_index (posts, 0);
  g_assert_cmpint (post->at, ==, 9000);
  g_assert_cmpstr (chat_reader_set_get_to (post->readers), ==,
                   chat_reader_set_get_to (chat_wrappings_get_readers (seal)));
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM wrapping"), ==, 1);
}

static void
test_keeps_each_once (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_replica (folder, "original", 100);
  g_autoptr (ChatWrappings) seal = own_wrapping ("s", "ab");

  keep (database, 3, "three", seal);
  keep (database, 3, "three", seal);
  keep (database, 4, "three", seal);
  /* Another one under a number that is taken: the first stays. */
  keep (database, 3, "other", seal);
  assert_back (database, G_MAXINT64, 10, "3:three:s-a");
}

static void
test_only_the_owner_reads (TestFolder *folder, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatDatabase) database = open_replica (folder, "original", 100);
  g_autofree char *path = test_folder_file (folder, "history.db");
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_marks (TestFolder *folder, gconstpointer data)
{
  ChatDatabase *database = open_replica (folder, "original", 100);
  gint64 value = -1;

  g_assert_true (chat_database_get_mark (database, "seen", &value, NULL));
  g_assert_cmpint (value, ==, -1);
  g_assert_true (chat_database_set_mark (database, "seen", 5, NULL));
  g_assert_true (chat_database_set_mark (database, "seen", 8, NULL));
  chat_database_close (database);

  database = open_replica (folder, NULL, 100);
  g_assert_true (chat_database_get_mark (database, "seen", &value, NULL));
  g_assert_cmpint (value, ==, 8);
  chat_database_close (database);
}

static void
test_trims_by_count (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_replica (folder, "original", 2);
  g_autoptr (ChatWrappings) old = own_wrapping ("old", "ab");
  g_autoptr (ChatWrappings) seal = own_wrapping ("s", "ab");

  keep (database, 1, "one", old);
  keep (database, 2, "two", seal);
  /* A number that a server invents. */
  keep (database, G_GINT64_CONSTANT (9007199254740991), "huge", seal);
  g_assert_true (chat_database_begin (database, NULL));
  g_assert_true (chat_database_trim_replica (database, NULL));
  g_assert_true (chat_database_commit (database, NULL));
  assert_back (database, G_MAXINT64, 10, "9007199254740991:huge:s-a 2:two:s-a");
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM seal"), ==, 1);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM mid"), ==, 2);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/replica/numbers", test_keeps_the_numbers);
  add_test ("/replica/once", test_keeps_each_once);
  add_test ("/replica/mode", test_only_the_owner_reads);
  add_test ("/replica/marks", test_marks);
  add_test ("/replica/trim", test_trims_by_count);

  return g_test_run ();
}
