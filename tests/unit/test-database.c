/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database.h"

#include "store-tools.h"

#include <string.h>

/* Storing */

static void
test_numbers (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  gint64 seq, at;

  g_assert_cmpint (chat_database_get_last_seq (database), ==, 0);
  test_database_begin (database);
  g_assert_true (test_database_append (database, 'a', "m1", seal, TEST_NOW, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, TEST_NOW);
  g_assert_true (test_database_append (database, 'b', "m2", seal, TEST_NOW + 5, &seq, &at));
  g_assert_cmpint (seq, ==, 2);
  g_assert_cmpint (at, ==, TEST_NOW + 5);
  /* Not before it is on the disk. */
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 0);
  test_database_commit (database);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 2);
  g_assert_cmpint (test_database_store (database, 'a', "m3", seal), ==, 3);
}

static void
test_everything_comes_back (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "cab");
  g_autoptr (ChatStorePage) page = NULL;
  g_autofree char *kid = test_kid ('a');
  ChatPost *post;

  test_database_store (database, 'a', "m1", seal);
  page = test_database_read (database, 'c', 0, 0, G_MAXINT64, 10);
  g_assert_cmpuint (page->posts->len, ==, 1);
  g_assert_cmpint (page->last_seq, ==, 1);
  post = g_ptr_array_index (page->posts, 0);
  g_assert_cmpint (post->seq, ==, 1);
  g_assert_cmpint (post->at, ==, TEST_NOW);
  g_assert_cmpstr (post->from, ==, "name-a");
  g_assert_cmpstr (post->author_kid, ==, kid);
  g_assert_cmpmem (g_bytes_get_data (post->author_key, NULL), g_bytes_get_size (post->author_key),
                   "a", 1);
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
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "ab");
  gint64 seq, at;

  test_database_begin (database);
  g_assert_true (test_database_append (database, 'a', "m1", seal, TEST_NOW, &seq, NULL));
  /* Within one transaction, and under another seal. */
  g_assert_false (test_database_append (database, 'a', "m1", other, TEST_NOW + 1, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, TEST_NOW);
  g_assert_true (test_database_append (database, 'a', "m2", seal, TEST_NOW + 2, &seq, NULL));
  g_assert_cmpint (seq, ==, 2);
  test_database_commit (database);

  test_database_begin (database);
  g_assert_false (test_database_append (database, 'a', "m1", other, TEST_NOW + 3, &seq, &at));
  g_assert_cmpint (seq, ==, 1);
  g_assert_cmpint (at, ==, TEST_NOW);
  test_database_commit (database);
  test_database_assert_all (database, 'a', "1:m1:s-a 2:m2:s-a");
}

static void
test_repeated_after_it_was_trimmed (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 2);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  gint64 seq;

  test_database_store (database, 'a', "m1", seal);
  test_database_store_many (database, 5, seal);
  test_database_begin (database);
  g_assert_false (test_database_append (database, 'a', "m1", seal, TEST_NOW, &seq, NULL));
  g_assert_cmpint (seq, ==, 1);
  test_database_commit (database);
  g_assert_cmpint (chat_database_get_last_seq (database), ==, 6);
}

static void
test_one_mid_of_two_authors (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");

  g_assert_cmpint (test_database_store (database, 'a', "m", seal), ==, 1);
  g_assert_cmpint (test_database_store (database, 'b', "m", seal), ==, 2);
  test_database_assert_all (database, 'a', "1:m:s-a 2:m:s-a");
}

static void
test_history_limit (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 3);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");

  test_database_store_many (database, 3, seal);
  test_database_assert_all (database, 'a', "1:mid-0-0:s-a 2:mid-0-1:s-a 3:mid-0-2:s-a");
  test_database_store (database, 'a', "m4", seal);
  test_database_assert_all (database, 'a', "2:mid-0-1:s-a 3:mid-0-2:s-a 4:m4:s-a");
  /* More at once than there is room for. */
  test_database_store_many (database, 4, seal);
  test_database_assert_all (database, 'a', "6:mid-4-1:s-a 7:mid-4-2:s-a 8:mid-4-3:s-a");
}

static void
test_smaller_limit_after_reopening (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) again = test_wrappings ("s", "ab");
  ChatDatabase *database = test_database_open (folder, 100);

  test_database_store_many (database, 10, seal);
  chat_database_close (database);
  database = test_database_open (folder, 1);
  test_database_store (database, 'a', "m11", again);
  test_database_assert_all (database, 'a', "11:m11:s-a");
  chat_database_close (database);
}

/* Seals */

static void
test_seal_is_stored_once (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "abc");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "abc");

  test_database_store (database, 'a', "m1", seal);
  test_database_store (database, 'a', "m2", seal);
  test_database_store (database, 'a', "m3", other);
  test_database_assert_all (database, 'b', "1:m1:s-b 2:m2:s-b 3:m3:t-b");
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM seal"), ==, 2);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM wrapping"), ==, 6);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM reader_set"), ==, 1);
}

static void
test_seals_are_swept (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 10);
  g_autoptr (ChatWrappings) old = test_wrappings ("old", "ab");
  g_autoptr (ChatWrappings) new = test_wrappings ("new", "a");

  test_database_store (database, 'b', "m1", old);
  for (guint i = 0; i < 8; i++)
    test_database_store_many (database, 100, new);

  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM post"), ==, 10);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM seal"), ==, 1);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM wrapping"), ==, 1);
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM reader_set"), ==, 1);
  /* Its author is still known, by the mid. */
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM author"), ==, 2);

  /* The connection that registered it may use it again. */
  g_assert_cmpint (test_database_store (database, 'b', "again", old), ==, 802);
  test_database_assert_all (database, 'b', "802:again:old-b");
}

static void
test_seal_in_use_is_not_swept (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 1);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatWrappings) other = test_wrappings ("t", "a");

  /* The sweep comes in the very transaction that stores both. */
  test_database_begin (database);
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      test_database_append (database, 'a', mid, i < 599 ? other : seal, TEST_NOW, NULL, NULL);
    }
  test_database_commit (database);
  test_database_assert_all (database, 'a', "600:m599:s-a");
  g_assert_cmpint (test_database_query (folder, "SELECT count (*) FROM seal"), ==, 1);
  test_database_store (database, 'a', "last", other);
  test_database_assert_all (database, 'a', "601:last:t-a");
}

/* Reading */

/* Twelve messages: those with even numbers for a and b, the others for b alone. */
static ChatDatabase *
open_mixed (TestFolder *folder, guint history_limit)
{
  ChatDatabase *database = test_database_open (folder, history_limit);
  g_autoptr (ChatWrappings) both = test_wrappings ("s", "ab");
  g_autoptr (ChatWrappings) one = test_wrappings ("t", "b");

  for (guint i = 1; i <= 12; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);

      test_database_store (database, 'b', mid, i % 2 == 0 ? both : one);
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
  g_autoptr (ChatStorePage) some = test_database_read (database, 'a', 3, 3, 9, 100);
  g_autoptr (ChatStorePage) none = test_database_read (database, 'z', 0, 0, G_MAXINT64, 100);

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
  g_autoptr (ChatStorePage) first = test_database_read (database, 'a', 2, 2, G_MAXINT64, 3);
  g_autoptr (ChatStorePage) second = test_database_read (database, 'a', 2, 8, G_MAXINT64, 3);

  assert_page (first, "4:m4:s-a 6:m6:s-a 8:m8:s-a", FALSE);
  /* The counts are about the whole question. */
  assert_page (second, "10:m10:s-a 12:m12:s-a", TRUE);
  g_assert_cmpint (second->withheld, ==, 5);
}

static void
test_full_last_page (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 100);
  g_autoptr (ChatStorePage) full = test_database_read (database, 'a', 8, 8, G_MAXINT64, 2);
  g_autoptr (ChatStorePage) empty = test_database_read (database, 'a', 8, 12, G_MAXINT64, 2);

  /* That nothing is left is known only when nothing comes. */
  assert_page (full, "10:m10:s-a 12:m12:s-a", FALSE);
  assert_page (empty, "", TRUE);
  g_assert_cmpint (empty->withheld, ==, 2);
}

static void
test_lost (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = open_mixed (folder, 5);
  g_autoptr (ChatStorePage) old = test_database_read (database, 'a', 2, 2, G_MAXINT64, 100);
  g_autoptr (ChatStorePage) edge = test_database_read (database, 'a', 7, 7, G_MAXINT64, 100);
  g_autoptr (ChatStorePage) late = test_database_read (database, 'a', 12, 12, G_MAXINT64, 100);

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
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  gint64 after = 0;
  guint n_pages = 0, n_posts = 0;

  test_database_begin (database);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *mid = g_strdup_printf ("m%u", i);
      g_autoptr (ChatPost) post = test_post ('a', mid, seal);
      g_autoptr (GError) error = NULL;
      gboolean is_new;

      g_free (post->ciphertext);
      post->ciphertext = g_strnfill (300 * 1024, 'x');
      chat_database_append (database, post, TEST_NOW, &is_new, &error);
      g_assert_no_error (error);
    }
  test_database_commit (database);

  for (gboolean complete = FALSE; !complete; n_pages++)
    {
      g_autoptr (ChatStorePage) page =
          test_database_read (database, 'a', 0, after, G_MAXINT64, 100);

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
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);
  g_autoptr (ChatWrappings) seal = test_wrappings ("s", "a");
  g_autoptr (ChatPost) post = test_post ('a', "large", seal);
  g_autoptr (ChatStorePage) page = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  g_free (post->ciphertext);
  post->ciphertext = g_strnfill (1024 * 1024, 'x');
  test_database_begin (database);
  chat_database_append (database, post, TEST_NOW, &is_new, &error);
  g_assert_no_error (error);
  test_database_commit (database);

  page = test_database_read (database, 'a', 0, 0, G_MAXINT64, 100);
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
  assert_start (database, 0, 5, &(ChatStoreStart){ 0, 0, 0, FALSE });
}

static void
test_find_start_in_an_empty_one (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatDatabase) database = test_database_open (folder, 100);

  assert_start (database, G_MAXINT64, 5, &(ChatStoreStart){ 0, 1, 0, FALSE });
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

  return g_test_run ();
}
