/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-tools.h"

#include "chat-limits.h"

#include <sqlite3.h>
#include <string.h>

char *
test_kid (char who)
{
  return g_strnfill (CHAT_KID_LENGTH, who);
}

ChatWrappings *
test_wrappings (const char *seal, const char *readers)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (const char *who = readers; *who != '\0'; who++)
    g_hash_table_insert (keys, test_kid (*who), g_strdup_printf ("%s-%c", seal, *who));

  return chat_wrappings_new (keys);
}

ChatPost *
test_post (char author, const char *mid, ChatWrappings *wrappings)
{
  ChatPost *post = chat_post_new ();

  post->from = g_strdup_printf ("name-%c", author);
  post->author_kid = test_kid (author);
  post->author_key = g_bytes_new (&author, 1);
  post->mid = g_strdup (mid);
  post->protected = g_strconcat ("protected-", mid, NULL);
  post->iv = g_strconcat ("iv-", mid, NULL);
  post->ciphertext = g_strconcat ("ciphertext-", mid, NULL);
  post->tag = g_strconcat ("tag-", mid, NULL);
  post->wrappings = chat_wrappings_ref (wrappings);

  return post;
}

char *
test_describe_posts (GPtrArray *posts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < posts->len; i++)
    {
      ChatPost *post = g_ptr_array_index (posts, i);

      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%s:%s", i > 0 ? " " : "", post->seq,
                              post->mid, post->encrypted_key);
    }

  return g_string_free (text, FALSE);
}

ChatDatabase *
test_database_open (TestFolder *folder, guint history_limit)
{
  g_autofree char *path = test_folder_file (folder, "history.db");
  g_autoptr (GError) error = NULL;
  ChatDatabase *database = chat_database_open (path, history_limit, &error);

  g_assert_no_error (error);
  return database;
}

gboolean
test_database_append (ChatDatabase *database, char author, const char *mid,
                      ChatWrappings *wrappings, gint64 now, gint64 *seq, gint64 *at)
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

void
test_database_begin (ChatDatabase *database)
{
  g_autoptr (GError) error = NULL;

  chat_database_begin (database, &error);
  g_assert_no_error (error);
}

void
test_database_commit (ChatDatabase *database)
{
  g_autoptr (GError) error = NULL;

  chat_database_trim (database, &error);
  g_assert_no_error (error);
  chat_database_commit (database, &error);
  g_assert_no_error (error);
}

gint64
test_database_store (ChatDatabase *database, char author, const char *mid, ChatWrappings *wrappings)
{
  gint64 seq;

  test_database_begin (database);
  g_assert_true (test_database_append (database, author, mid, wrappings, TEST_NOW, &seq, NULL));
  test_database_commit (database);
  return seq;
}

void
test_database_store_many (ChatDatabase *database, guint n, ChatWrappings *wrappings)
{
  test_database_begin (database);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *mid = g_strdup_printf ("mid-%" G_GUINT64_FORMAT "-%u",
                                              chat_database_get_last_seq (database), i);

      g_assert_true (test_database_append (database, 'a', mid, wrappings, TEST_NOW, NULL, NULL));
    }
  test_database_commit (database);
}

ChatStorePage *
test_database_read (ChatDatabase *database, char reader, gint64 since, gint64 after, gint64 before,
                    guint limit)
{
  g_autofree char *kid = test_kid (reader);
  ChatStoreQuery query = { kid, since, after, before, limit };
  g_autoptr (GError) error = NULL;
  ChatStorePage *page = chat_database_read (database, &query, &error);

  g_assert_no_error (error);
  return page;
}

void
test_database_assert_all (ChatDatabase *database, char reader, const char *expected)
{
  g_autoptr (ChatStorePage) page = test_database_read (database, reader, 0, 0, G_MAXINT64, 1000);
  g_autofree char *found = test_describe_posts (page->posts);

  g_assert_true (page->complete);
  g_assert_cmpstr (found, ==, expected);
}

gint64
test_database_query (TestFolder *folder, const char *sql)
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

void
test_database_execute (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}
