/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database.h"

#include "chat-base64url.h"
#include "chat-limits.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <sqlite3.h>

/* "CHAT" in ASCII: a file with another id is not ours and is left alone. */
#define APPLICATION_ID 0x43484154
#define SCHEMA_VERSION 1

/* A page ends after so many bytes of ciphertext, so that long messages do not pile up in memory. */
#define PAGE_BYTES (512 * 1024)

/* Seals without messages are looked for after so many messages have been dropped: the look costs a
 * pass over all. */
#define TRIMMED_BEFORE_SWEEP 500

static const char schema[] =
    "CREATE TABLE store (history TEXT NOT NULL);"
    "CREATE TABLE author (id INTEGER PRIMARY KEY, kid TEXT NOT NULL, username TEXT NOT NULL, key "
    "BLOB NOT NULL,"
    " UNIQUE (kid, username));"
    "CREATE TABLE reader_set (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, kids TEXT NOT "
    "NULL);"
    "CREATE TABLE seal (id INTEGER PRIMARY KEY AUTOINCREMENT, reader_set INTEGER NOT NULL);"
    "CREATE TABLE wrapping (seal INTEGER NOT NULL, kid TEXT NOT NULL, encrypted_key TEXT NOT NULL,"
    " PRIMARY KEY (seal, kid)) WITHOUT ROWID;"
    "CREATE TABLE post (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, author INTEGER "
    "NOT NULL,"
    " seal INTEGER NOT NULL, mid TEXT NOT NULL, protected TEXT NOT NULL, iv TEXT NOT NULL, "
    "ciphertext TEXT NOT NULL,"
    " tag TEXT NOT NULL);"
    /* Outlives the message itself, so that one that is sent again late is still known. */
    "CREATE TABLE mid (author INTEGER NOT NULL, mid TEXT NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL,"
    " PRIMARY KEY (author, mid)) WITHOUT ROWID;"
    "CREATE INDEX mid_seq ON mid (seq);";

enum
{
  FIND_AUTHOR,
  ADD_AUTHOR,
  FIND_MID,
  ADD_MID,
  FIND_SEAL,
  ADD_SEAL,
  ADD_WRAPPING,
  FIND_READER_SET,
  ADD_READER_SET,
  GET_READER_SET,
  ADD_POST,
  TRIM_POSTS,
  TRIM_MIDS,
  READ_PAGE,
  COUNT_ALL,
  COUNT_MINE,
  OLDEST,
  LAST_SEQ,
  FIND_START,
  N_STATEMENTS,
};

#define MINE "FROM post JOIN wrapping ON wrapping.seal = post.seal AND wrapping.kid = ?1 "

static const char *const statement_texts[N_STATEMENTS] = {
  [FIND_AUTHOR] = "SELECT id FROM author WHERE kid = ?1 AND username = ?2",
  [ADD_AUTHOR] = "INSERT INTO author (kid, username, key) VALUES (?1, ?2, ?3)",
  [FIND_MID] = "SELECT seq, at FROM mid WHERE author = ?1 AND mid = ?2",
  [ADD_MID] = "INSERT INTO mid (author, mid, seq, at) VALUES (?1, ?2, ?3, ?4)",
  [FIND_SEAL] = "SELECT 1 FROM seal WHERE id = ?1",
  [ADD_SEAL] = "INSERT INTO seal (reader_set) VALUES (?1)",
  [ADD_WRAPPING] = "INSERT INTO wrapping (seal, kid, encrypted_key) VALUES (?1, ?2, ?3)",
  [FIND_READER_SET] = "SELECT id FROM reader_set WHERE hash = ?1",
  [ADD_READER_SET] = "INSERT INTO reader_set (hash, kids) VALUES (?1, ?2)",
  [GET_READER_SET] = "SELECT kids FROM reader_set WHERE id = ?1",
  [ADD_POST] = "INSERT INTO post (at, author, seal, mid, protected, iv, ciphertext, tag)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [TRIM_POSTS] = "DELETE FROM post WHERE seq <= ?1",
  [TRIM_MIDS] = "DELETE FROM mid WHERE seq <= ?1",
  [READ_PAGE] = "SELECT post.seq, post.at, author.username, author.kid, author.key, post.mid, "
                "post.protected, post.iv,"
                " post.ciphertext, post.tag, wrapping.encrypted_key, seal.reader_set " MINE
                "JOIN author ON author.id = post.author JOIN seal ON seal.id = post.seal"
                " WHERE post.seq > ?2 AND post.seq < ?3 ORDER BY post.seq LIMIT ?4",
  [COUNT_ALL] = "SELECT count (*) FROM post WHERE seq > ?1 AND seq < ?2",
  [COUNT_MINE] = "SELECT count (*) " MINE "WHERE post.seq > ?2 AND post.seq < ?3",
  [OLDEST] = "SELECT min (seq) FROM post",
  [LAST_SEQ] = "SELECT seq FROM sqlite_sequence WHERE name = 'post'",
  [FIND_START] = "SELECT min (seq), count (*) FROM (SELECT post.seq AS seq " MINE
                 "WHERE post.seq < ?2 ORDER BY post.seq DESC LIMIT ?3)",
};

struct _ChatDatabase
{
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS];
  char *history;
  gint64 last_seq;
  guint history_limit;
  guint trimmed;
  GPtrArray *new_seals; /* (element-type ChatWrappings): of this transaction */
};

static const char *
get_remedy (int code)
{
  switch (code)
    {
    case SQLITE_FULL:
      return _("make room on the disk");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return _("restore it from a backup, or move it away, and a new one is made");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return _("let the user who runs this program write to it and to its folder");
    default:
      return _("look after the disk that it is on");
    }
}

static gboolean
set_error (ChatDatabase *self, GError **error)
{
  int code = sqlite3_errcode (self->db);

  g_set_error (error, G_IO_ERROR, code == SQLITE_FULL ? G_IO_ERROR_NO_SPACE : G_IO_ERROR_FAILED,
               "%s; %s", sqlite3_errmsg (self->db), get_remedy (code));
  return FALSE;
}

/* Statements: bind by a format of i (gint64), t (text) and b (GBytes), then step */

static sqlite3_stmt *
bind (ChatDatabase *self, guint which, const char *format, ...)
{
  sqlite3_stmt *statement = self->statements[which];
  va_list args;

  sqlite3_reset (statement);
  va_start (args, format);
  for (int i = 1; format[i - 1] != '\0'; i++)
    {
      if (format[i - 1] == 'i')
        sqlite3_bind_int64 (statement, i, va_arg (args, gint64));
      else if (format[i - 1] == 't')
        sqlite3_bind_text (statement, i, va_arg (args, const char *), -1, SQLITE_STATIC);
      else
        {
          gsize size;
          const void *data = g_bytes_get_data (va_arg (args, GBytes *), &size);

          sqlite3_bind_blob64 (statement, i, data, size, SQLITE_STATIC);
        }
    }
  va_end (args);

  return statement;
}

static gboolean
run (ChatDatabase *self, sqlite3_stmt *statement, GError **error)
{
  gboolean done = sqlite3_step (statement) == SQLITE_DONE;

  if (!done)
    set_error (self, error);
  sqlite3_reset (statement);
  return done;
}

/* The first column of the only row; found is FALSE where there is none. */
static gboolean
run_for_integer (ChatDatabase *self, sqlite3_stmt *statement, gint64 *value, gboolean *found,
                 GError **error)
{
  int code = sqlite3_step (statement);

  *found = code == SQLITE_ROW && sqlite3_column_type (statement, 0) != SQLITE_NULL;
  if (*found)
    *value = sqlite3_column_int64 (statement, 0);
  else if (code != SQLITE_ROW && code != SQLITE_DONE)
    set_error (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_ROW || code == SQLITE_DONE;
}

static char *
dup_column (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

/* Opening */

static gboolean
execute (ChatDatabase *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || set_error (self, error);
}

static gboolean
get_pragma (ChatDatabase *self, const char *pragma, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found, ok;

  if (sqlite3_prepare_v2 (self->db, pragma, -1, &statement, NULL) != SQLITE_OK)
    return set_error (self, error);

  ok = run_for_integer (self, statement, value, &found, error);
  sqlite3_finalize (statement);
  return ok && found;
}

static gboolean
create_schema (ChatDatabase *self, GError **error)
{
  guint8 id[16];
  g_autofree char *history = NULL;
  g_autofree char *sql = NULL;

  if (gnutls_rnd (GNUTLS_RND_NONCE, id, sizeof id) < 0)
    g_error ("no random numbers");
  history = chat_base64url_encode (id, sizeof id);
  sql = g_strdup_printf ("BEGIN; %s INSERT INTO store VALUES ('%s'); PRAGMA application_id = %d; "
                         "PRAGMA user_version = %d; COMMIT",
                         schema, history, APPLICATION_ID, SCHEMA_VERSION);

  return execute (self, sql, error);
}

static gboolean
check_schema (ChatDatabase *self, const char *path, GError **error)
{
  gint64 application_id = 0, version = 0, tables = 0;

  if (!get_pragma (self, "PRAGMA application_id", &application_id, error)
      || !get_pragma (self, "PRAGMA user_version", &version, error)
      || !get_pragma (self, "SELECT count (*) FROM sqlite_schema", &tables, error))
    return FALSE;

  if (tables == 0)
    return create_schema (self, error);

  if (application_id != APPLICATION_ID)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("it is a database of another program; move it away, and a new one is made"));
      return FALSE;
    }
  if (version != SCHEMA_VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("it was written by another version of this program (format %d, this one "
                      "reads %d); use that version, "
                      "or move the file away, and a new one is made"),
                   (int) version, SCHEMA_VERSION);
      return FALSE;
    }

  return TRUE;
}

static gboolean
prepare_statements (ChatDatabase *self, GError **error)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    if (sqlite3_prepare_v3 (self->db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                            &self->statements[i], NULL)
        != SQLITE_OK)
      return set_error (self, error);

  return TRUE;
}

static gboolean
load_history_name (ChatDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, "SELECT history FROM store", -1, &statement, NULL) != SQLITE_OK)
    return set_error (self, error);
  if (sqlite3_step (statement) == SQLITE_ROW)
    self->history = dup_column (statement, 0);
  sqlite3_finalize (statement);

  if (self->history == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("it is damaged; restore it from a backup or move it away"));
  return self->history != NULL;
}

static gboolean
load_state (ChatDatabase *self, GError **error)
{
  gboolean found;

  return load_history_name (self, error)
         && run_for_integer (self, bind (self, LAST_SEQ, ""), &self->last_seq, &found, error);
}

/**
 * chat_database_open:
 * @path: the file; made when it is missing
 * @history_limit: how many messages are kept
 * @error: return location for a #GIOErrorEnum, with the reason and the remedy but without the path
 *
 * Synchronous. A file that cannot be understood is left as it is.
 *
 * Returns: (transfer full): the database
 */
ChatDatabase *
chat_database_open (const char *path, guint history_limit, GError **error)
{
  g_autoptr (ChatDatabase) self = g_new0 (ChatDatabase, 1);

  self->history_limit = history_limit;
  self->new_seals = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_wrappings_unref);
  if (sqlite3_open_v2 (path, &self->db,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }

  sqlite3_busy_timeout (self->db, 2000);
  if (!check_schema (self, path, error))
    return NULL;

  /* WAL with FULL: a commit is one fsync of the log, and after it the messages survive a crash of
   * program and host. */
  if (!execute (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", error)
      || !prepare_statements (self, error) || !load_state (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_database_close:
 * @self: (transfer full): a database
 */
void
chat_database_close (ChatDatabase *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_ptr_array_unref (self->new_seals);
  g_free (self->history);
  g_free (self);
}

/**
 * chat_database_get_history:
 * @self: a database
 *
 * Returns: (transfer none): the random name of this store; numbers of another one mean nothing here
 */
const char *
chat_database_get_history (ChatDatabase *self)
{
  return self->history;
}

/**
 * chat_database_get_last_seq:
 * @self: a database
 *
 * Returns: the last number that was given out and committed, 0 at first
 */
gint64
chat_database_get_last_seq (ChatDatabase *self)
{
  return self->last_seq;
}

/**
 * chat_database_begin:
 * @self: a database
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether a transaction has begun
 */
gboolean
chat_database_begin (ChatDatabase *self, GError **error)
{
  return execute (self, "BEGIN IMMEDIATE", error);
}

/**
 * chat_database_commit:
 * @self: a database in a transaction
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether all of it is on the disk; when it is not, the transaction still has to be rolled
 * back
 */
gboolean
chat_database_commit (ChatDatabase *self, GError **error)
{
  gboolean found;

  if (!execute (self, "COMMIT", error))
    return FALSE;

  g_ptr_array_set_size (self->new_seals, 0);
  return run_for_integer (self, bind (self, LAST_SEQ, ""), &self->last_seq, &found, error);
}

/**
 * chat_database_roll_back:
 * @self: a database, in a transaction or not
 */
void
chat_database_roll_back (ChatDatabase *self)
{
  /* Their rows are gone, and the numbers of these may be given to others. */
  for (guint i = 0; i < self->new_seals->len; i++)
    chat_wrappings_set_row_in_thread (g_ptr_array_index (self->new_seals, i), 0);
  g_ptr_array_set_size (self->new_seals, 0);

  if (!sqlite3_get_autocommit (self->db))
    execute (self, "ROLLBACK", NULL);
}

/* Writing */

static gboolean
find_or_add_author (ChatDatabase *self, ChatPost *post, gint64 *id, GError **error)
{
  gboolean found;

  if (!run_for_integer (self, bind (self, FIND_AUTHOR, "tt", post->author_kid, post->from), id,
                        &found, error))
    return FALSE;
  if (found)
    return TRUE;

  if (!run (self, bind (self, ADD_AUTHOR, "ttb", post->author_kid, post->from, post->author_key),
            error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (self->db);
  return TRUE;
}

static gboolean
find_or_add_reader_set (ChatDatabase *self, ChatReaderSet *readers, gint64 *id, GError **error)
{
  const char *hash = chat_reader_set_get_to (readers);
  g_autofree char *kids = NULL;
  gboolean found;

  if (!run_for_integer (self, bind (self, FIND_READER_SET, "t", hash), id, &found, error))
    return FALSE;
  if (found)
    return TRUE;

  kids = chat_reader_set_to_text (readers);
  if (!run (self, bind (self, ADD_READER_SET, "tt", hash, kids), error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (self->db);
  return TRUE;
}

static gboolean
add_seal (ChatDatabase *self, ChatWrappings *wrappings, gint64 *id, GError **error)
{
  ChatReaderSet *readers = chat_wrappings_get_readers (wrappings);
  gint64 reader_set;

  if (!find_or_add_reader_set (self, readers, &reader_set, error)
      || !run (self, bind (self, ADD_SEAL, "i", reader_set), error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (self->db);

  for (guint i = 0; i < chat_reader_set_get_size (readers); i++)
    if (!run (self,
              bind (self, ADD_WRAPPING, "itt", *id, chat_reader_set_get_kid (readers, i),
                    chat_wrappings_get_encrypted_key (wrappings, i)),
              error))
      return FALSE;

  chat_wrappings_set_row_in_thread (wrappings, *id);
  g_ptr_array_add (self->new_seals, chat_wrappings_ref (wrappings));
  return TRUE;
}

static gboolean
find_or_add_seal (ChatDatabase *self, ChatWrappings *wrappings, gint64 *id, GError **error)
{
  gint64 one;
  gboolean found = FALSE;

  /* It may be gone again, with its last message. */
  *id = chat_wrappings_get_row_in_thread (wrappings);
  if (*id != 0 && !run_for_integer (self, bind (self, FIND_SEAL, "i", *id), &one, &found, error))
    return FALSE;

  return found || add_seal (self, wrappings, id, error);
}

/* A message that is already here: seq and at become those of the first time. */
static gboolean
find_mid (ChatDatabase *self, ChatPost *post, gint64 author, gboolean *found, GError **error)
{
  sqlite3_stmt *statement = bind (self, FIND_MID, "it", author, post->mid);
  int code = sqlite3_step (statement);

  *found = code == SQLITE_ROW;
  if (*found)
    {
      post->seq = sqlite3_column_int64 (statement, 0);
      post->at = sqlite3_column_int64 (statement, 1);
    }
  else if (code != SQLITE_DONE)
    set_error (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_ROW || code == SQLITE_DONE;
}

/**
 * chat_database_append:
 * @self: a database in a transaction
 * @post: the post; `seq` and `at` are set
 * @now: the time in milliseconds
 * @is_new: (out): %FALSE when this author has stored this mid before: `seq` and `at` are then those
 * of the first time
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether @post is stored, once the transaction is committed; when it is not, the whole
 * transaction has to be rolled back, since SQLite may have done so already
 */
gboolean
chat_database_append (ChatDatabase *self, ChatPost *post, gint64 now, gboolean *is_new,
                      GError **error)
{
  gint64 author, seal;
  gboolean found;

  if (!find_or_add_author (self, post, &author, error)
      || !find_mid (self, post, author, &found, error))
    return FALSE;
  *is_new = !found;
  if (found)
    return TRUE;

  if (!find_or_add_seal (self, post->wrappings, &seal, error)
      || !run (self,
               bind (self, ADD_POST, "iiittttt", now, author, seal, post->mid, post->protected,
                     post->iv, post->ciphertext, post->tag),
               error))
    return FALSE;

  post->seq = sqlite3_last_insert_rowid (self->db);
  post->at = now;
  return run (self, bind (self, ADD_MID, "itii", author, post->mid, post->seq, now), error);
}

static gboolean
sweep_seals (ChatDatabase *self, GError **error)
{
  return execute (self,
                  "DELETE FROM seal WHERE id NOT IN (SELECT seal FROM post);"
                  "DELETE FROM wrapping WHERE seal NOT IN (SELECT id FROM seal);"
                  "DELETE FROM reader_set WHERE id NOT IN (SELECT reader_set FROM seal);"
                  "DELETE FROM author WHERE id NOT IN (SELECT author FROM mid)",
                  error);
}

/**
 * chat_database_trim:
 * @self: a database in a transaction
 * @error: return location for a #GIOErrorEnum
 *
 * Drops what is over the history limit, and now and then the seals that no message needs any more.
 *
 * Returns: whether all went well
 */
gboolean
chat_database_trim (ChatDatabase *self, GError **error)
{
  gint64 last = 0;
  gint64 mids = MAX (self->history_limit, CHAT_REMEMBERED_MIDS);
  gboolean found;

  if (!run_for_integer (self, bind (self, LAST_SEQ, ""), &last, &found, error)
      || !run (self, bind (self, TRIM_POSTS, "i", last - self->history_limit), error))
    return FALSE;

  self->trimmed += (guint) sqlite3_changes (self->db);
  if (!run (self, bind (self, TRIM_MIDS, "i", last - mids), error))
    return FALSE;

  if (self->trimmed < TRIMMED_BEFORE_SWEEP)
    return TRUE;

  self->trimmed = 0;
  return sweep_seals (self, error);
}

/* Reading */

static ChatReaderSet *
get_reader_set (ChatDatabase *self, gint64 id, GHashTable *cache, GError **error)
{
  ChatReaderSet *set = g_hash_table_lookup (cache, &id);
  sqlite3_stmt *statement;

  if (set != NULL)
    return chat_reader_set_ref (set);

  statement = bind (self, GET_READER_SET, "i", id);
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

static ChatPost *
post_from_row (ChatDatabase *self, sqlite3_stmt *row, GHashTable *reader_sets, GError **error)
{
  g_autoptr (ChatPost) post = chat_post_new ();

  post->seq = sqlite3_column_int64 (row, 0);
  post->at = sqlite3_column_int64 (row, 1);
  post->from = dup_column (row, 2);
  post->author_kid = dup_column (row, 3);
  post->author_key =
      g_bytes_new (sqlite3_column_blob (row, 4), (gsize) sqlite3_column_bytes (row, 4));
  post->mid = dup_column (row, 5);
  post->protected = dup_column (row, 6);
  post->iv = dup_column (row, 7);
  post->ciphertext = dup_column (row, 8);
  post->tag = dup_column (row, 9);
  post->encrypted_key = dup_column (row, 10);
  post->readers = get_reader_set (self, sqlite3_column_int64 (row, 11), reader_sets, error);

  return post->readers != NULL ? g_steal_pointer (&post) : NULL;
}

static gboolean
read_posts (ChatDatabase *self, const ChatStoreQuery *query, ChatStorePage *page, GError **error)
{
  g_autoptr (GHashTable) reader_sets = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) chat_reader_set_unref);
  sqlite3_stmt *statement = bind (self, READ_PAGE, "tiii", query->kid, query->after, query->before,
                                  (gint64) query->limit);
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
      g_ptr_array_add (page->posts, post);
    }

  if (ok && code != SQLITE_ROW && code != SQLITE_DONE)
    ok = set_error (self, error);
  page->complete = code == SQLITE_DONE && page->posts->len < query->limit;
  sqlite3_reset (statement);

  return ok;
}

static gboolean
count_posts (ChatDatabase *self, const ChatStoreQuery *query, gint64 after, gint64 *withheld,
             GError **error)
{
  gint64 all = 0, mine = 0;
  gboolean found;

  if (!run_for_integer (self, bind (self, COUNT_ALL, "ii", after, query->before), &all, &found,
                        error)
      || !run_for_integer (self, bind (self, COUNT_MINE, "tii", query->kid, after, query->before),
                           &mine, &found, error))
    return FALSE;

  *withheld = all - mine;
  return TRUE;
}

static gboolean
count_lost (ChatDatabase *self, const ChatStoreQuery *query, gint64 *lost, GError **error)
{
  gint64 oldest = self->last_seq + 1;
  gboolean found;

  if (!run_for_integer (self, bind (self, OLDEST, ""), &oldest, &found, error))
    return FALSE;

  *lost = MAX (0, oldest - 1 - query->since);
  return TRUE;
}

/**
 * chat_database_read:
 * @self: a database
 * @query: what to read
 * @error: return location for a #GIOErrorEnum
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
 * chat_database_find_start:
 * @self: a database
 * @query: `kid`, `before` and `limit` count
 * @start: (out): where the latest `limit` messages begin
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether all went well
 */
gboolean
chat_database_find_start (ChatDatabase *self, const ChatStoreQuery *query, ChatStoreStart *start,
                          GError **error)
{
  gint64 before = MIN (query->before, self->last_seq + 1);
  gint64 first = before, mine_before = 0;
  gboolean found;

  *start = (ChatStoreStart){ .before = before };
  if (!run_for_integer (self,
                        bind (self, FIND_START, "tii", query->kid, before, (gint64) query->limit),
                        &first, &found, error)
      || !count_posts (self, query, 0, &start->withheld, error)
      || !run_for_integer (self,
                           bind (self, COUNT_MINE, "tii", query->kid, G_GINT64_CONSTANT (0), first),
                           &mine_before, &found, error))
    return FALSE;

  start->after = first - 1;
  start->more = mine_before > 0;
  return TRUE;
}

/**
 * chat_store_page_free:
 * @page: (transfer full): a page
 */
void
chat_store_page_free (ChatStorePage *page)
{
  g_clear_pointer (&page->posts, g_ptr_array_unref);
  g_free (page);
}
