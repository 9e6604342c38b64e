/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* A page ends after so many bytes of ciphertext, so that long messages do not pile up in memory. */
#define PAGE_BYTES (512 * 1024)

static ChatReaderSet *
get_reader_set (ChatDatabase *self, gint64 id, GHashTable *cache, GError **error)
{
  ChatReaderSet *set = g_hash_table_lookup (cache, &id);
  sqlite3_stmt *statement;

  if (set != NULL)
    return chat_reader_set_ref (set);

  statement = database_bind (self, GET_READER_SET, "i", id);
  if (sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_text (statement, 0) != NULL)
    {
      set = chat_reader_set_new_from_text ((const char *) sqlite3_column_text (statement, 0));
      g_hash_table_insert (cache, g_memdup2 (&id, sizeof id), chat_reader_set_ref (set));
    }
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "the database is damaged: a reader set is missing");
  sqlite3_reset (statement);

  return set;
}

/* A column that is empty where nothing may be: somebody else has written the file. */
static gboolean
check_columns (sqlite3_stmt *row, GError **error)
{
  for (int i = 0; i < sqlite3_column_count (row); i++)
    if (sqlite3_column_type (row, i) == SQLITE_NULL)
      {
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _ ("it is damaged; restore it from a backup or move it away"));
        return FALSE;
      }

  return TRUE;
}

static ChatPost *
post_from_row (ChatDatabase *self, sqlite3_stmt *row, GHashTable *reader_sets, GError **error)
{
  g_autoptr (ChatPost) post = chat_post_new ();

  if (!check_columns (row, error))
    return NULL;

  post->seq = sqlite3_column_int64 (row, 0);
  post->at = sqlite3_column_int64 (row, 1);
  post->from = database_dup_column (row, 2);
  post->author_kid = database_dup_column (row, 3);
  post->author_key =
      g_bytes_new (sqlite3_column_blob (row, 4), (gsize) sqlite3_column_bytes (row, 4));
  post->mid = database_dup_column (row, 5);
  post->protected = database_dup_column (row, 6);
  post->iv = database_dup_column (row, 7);
  post->ciphertext = database_dup_column (row, 8);
  post->tag = database_dup_column (row, 9);
  post->encrypted_key = database_dup_column (row, 10);
  post->readers = get_reader_set (self, sqlite3_column_int64 (row, 11), reader_sets, error);

  return post->readers != NULL ? g_steal_pointer (&post) : NULL;
}

/* As many rows as make a page; done: there are no more. */
static gboolean
read_rows (ChatDatabase *self, sqlite3_stmt *statement, GPtrArray *posts, gboolean *done,
           GError **error)
{
  g_autoptr (GHashTable) reader_sets = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) chat_reader_set_unref);
  gsize bytes = 0;
  gboolean ok = TRUE;
  int code = SQLITE_ROW;

  while (bytes < PAGE_BYTES && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      ChatPost *post = post_from_row (self, statement, reader_sets, error);

      ok = post != NULL;
      if (!ok)
        break;
      bytes += strlen (post->ciphertext);
      g_ptr_array_add (posts, post);
    }

  if (ok && code != SQLITE_ROW && code != SQLITE_DONE)
    ok = database_set_error (self, error);
  *done = code == SQLITE_DONE;
  sqlite3_reset (statement);

  return ok;
}

/* Nothing up to this number is shown: what is over the limit is dropped a little later. */
static gint64
get_floor (ChatDatabase *self)
{
  return MAX (0, self->last_seq - (gint64) self->history_limit);
}

static gboolean
read_posts (ChatDatabase *self, const ChatStoreQuery *query, ChatStorePage *page, GError **error)
{
  sqlite3_stmt *statement =
      database_bind (self, READ_PAGE, "tiii", query->kid, MAX (query->after, get_floor (self)),
                     query->before, (gint64) query->limit);
  gboolean done, ok = read_rows (self, statement, page->posts, &done, error);

  page->complete = done && page->posts->len < query->limit;
  return ok;
}

static gboolean
count_posts (ChatDatabase *self, const ChatStoreQuery *query, gint64 after, gint64 *withheld,
             GError **error)
{
  gint64 all = 0, mine = 0;
  gboolean found;

  after = MAX (after, get_floor (self));
  if (!database_run_for_integer (self, database_bind (self, COUNT_ALL, "ii", after, query->before),
                                 &all, &found, error)
      || !database_run_for_integer (
          self, database_bind (self, COUNT_MINE, "tii", query->kid, after, query->before), &mine,
          &found, error))
    return FALSE;

  *withheld = all - mine;
  return TRUE;
}

static gboolean
count_lost (ChatDatabase *self, const ChatStoreQuery *query, gint64 *lost, GError **error)
{
  gint64 oldest = self->last_seq + 1;
  gboolean found;

  if (!database_run_for_integer (self, database_bind (self, OLDEST, ""), &oldest, &found, error))
    return FALSE;

  *lost = MAX (0, MAX (oldest - 1, get_floor (self)) - query->since);
  return TRUE;
}

/**
 * chat_database_read: (skip)
 * @self: a database
 * @query: what to read
 * @error: return location for a #GIOErrorEnum
 *
 * Reads one page. The next one begins behind its last message; the counts of the page are only
 * there when it is `complete`.
 *
 * Returns: (transfer full): the first messages that answer @query
 */
ChatStorePage *
chat_database_read (ChatDatabase *self, const ChatStoreQuery *query, GError **error)
{
  g_autoptr (ChatStorePage) page = g_new0 (ChatStorePage, 1);

  page->posts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_post_unref);
  page->last_seq = self->last_seq;

  if (!read_posts (self, query, page, error))
    return NULL;
  if (page->complete
      && (!count_posts (self, query, query->since, &page->withheld, error)
          || !count_lost (self, query, &page->lost, error)))
    return NULL;

  return g_steal_pointer (&page);
}

/**
 * chat_database_read_back:
 * @self: a database
 * @kid: the reader
 * @before: only messages with a smaller number
 * @limit: how many at most
 * @error: return location for a #GIOErrorEnum
 *
 * Reads from the end: without counting, so that reading all of a long history page by page costs no
 * more than one pass. What is damaged in one row ends the page with an error.
 *
 * Returns: (transfer full) (element-type ChatPost): the latest, descending; empty when there are
 *   none
 */
GPtrArray *
chat_database_read_back (ChatDatabase *self, const char *kid, gint64 before, guint limit,
                         GError **error)
{
  g_autoptr (GPtrArray) posts = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_post_unref);
  gboolean done;

  if (!read_rows (self, database_bind (self, READ_BACK, "tii", kid, before, (gint64) limit), posts,
                  &done, error))
    return NULL;

  return g_steal_pointer (&posts);
}

/**
 * chat_database_get_mark:
 * @self: a replica
 * @name: which mark
 * @value: (out): what [method@Database.set_mark] has set; left alone where there is none
 * @error: return location for a #GIOErrorEnum
 *
 * Looks up a number that the owner of the replica has noted under a name.
 *
 * Returns: whether all went well
 */
gboolean
chat_database_get_mark (ChatDatabase *self, const char *name, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found, ok;

  if (sqlite3_prepare_v2 (self->db, "SELECT value FROM mark WHERE name = ?1", -1, &statement, NULL)
      != SQLITE_OK)
    return database_set_error (self, error);

  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  ok = database_run_for_integer (self, statement, value, &found, error);
  sqlite3_finalize (statement);

  return ok;
}

/**
 * chat_database_find_start:
 * @self: a database
 * @query: `kid`, `before` and `limit` count
 * @start: (out): where the latest `limit` messages begin
 * @error: return location for a #GIOErrorEnum
 *
 * Finds out where an answer to the command `history` begins, so that the messages themselves can be
 * read page by page.
 *
 * Returns: whether all went well
 */
gboolean
chat_database_find_start (ChatDatabase *self, const ChatStoreQuery *query, ChatStoreStart *start,
                          GError **error)
{
  gint64 before = MIN (query->before, self->last_seq + 1);
  gint64 floor = get_floor (self);
  gint64 first = before, mine_before = 0;
  gboolean found;

  *start = (ChatStoreStart){ .before = before };
  if (!database_run_for_integer (
          self, database_bind (self, FIND_START, "tii", query->kid, before, (gint64) query->limit),
          &first, &found, error)
      || !count_posts (self, query, 0, &start->withheld, error)
      || !database_run_for_integer (
          self, database_bind (self, COUNT_MINE, "tii", query->kid, floor, first), &mine_before,
          &found, error))
    return FALSE;

  start->after = MAX (first - 1, floor);
  start->more = mine_before > 0;
  return TRUE;
}

/**
 * chat_store_page_free:
 * @page: (transfer full): a page
 *
 * Lets go of the page and of its messages.
 */
void
chat_store_page_free (ChatStorePage *page)
{
  g_clear_pointer (&page->posts, g_ptr_array_unref);
  g_free (page);
}
