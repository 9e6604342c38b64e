/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database-private.h"

#include "chat-base64url.h"
#include "chat-file.h"
#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <unistd.h>

/* What a replica has beside the store's tables. */
static const char replica_schema[] =
    "CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID";

/* "CHAT" in ASCII: a file with another id is not ours and is left alone. */
#define APPLICATION_ID 0x43484154
#define SCHEMA_VERSION 1

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

#define POST_COLUMNS                                                                               \
  "post.seq, post.at, author.username, author.kid, author.key, post.mid, post.protected, post.iv," \
  " post.ciphertext, post.tag, wrapping.encrypted_key, seal.reader_set "
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
  /* Of a replica: with the number that the original has given. */
  [KEEP_POST] = "INSERT OR IGNORE INTO post (seq, at, author, seal, mid, protected, iv, "
                "ciphertext, tag) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [TRIM_POSTS] = "DELETE FROM post WHERE seq <= ?1",
  [TRIM_MIDS] = "DELETE FROM mid WHERE seq <= ?1",
  [READ_PAGE] = "SELECT " POST_COLUMNS MINE
                "JOIN author ON author.id = post.author JOIN seal ON seal.id = post.seal"
                " WHERE post.seq > ?2 AND post.seq < ?3 ORDER BY post.seq LIMIT ?4",
  [READ_BACK] = "SELECT " POST_COLUMNS MINE
                "JOIN author ON author.id = post.author JOIN seal ON seal.id = post.seal"
                " WHERE post.seq < ?2 ORDER BY post.seq DESC LIMIT ?3",
  [COUNT_ALL] = "SELECT count (*) FROM post WHERE seq > ?1 AND seq < ?2",
  [COUNT_MINE] = "SELECT count (*) " MINE "WHERE post.seq > ?2 AND post.seq < ?3",
  [OLDEST] = "SELECT min (seq) FROM post",
  [LAST_SEQ] = "SELECT seq FROM sqlite_sequence WHERE name = 'post'",
  [FIND_START] = "SELECT min (seq), count (*) FROM (SELECT post.seq AS seq " MINE
                 "WHERE post.seq < ?2 ORDER BY post.seq DESC LIMIT ?3)",
};

/* SQLite itself does not tell: it opens such a file, and fails at what it has to write next. */
static gboolean
is_on_read_only_disk (ChatDatabase *self)
{
  const char *path = self->db != NULL ? sqlite3_db_filename (self->db, NULL) : NULL;

  return path != NULL && path[0] != '\0' && g_access (path, W_OK) != 0 && errno == EROFS;
}

static const char *
get_remedy (int code)
{
  switch (code)
    {
    case SQLITE_FULL:
      return _ ("make room on the disk");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return _ ("restore it from a backup, or move it away, and a new one is made");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return _ ("let the user who runs this program write to it and to its folder");
    default:
      return _ ("look after the disk that it is on");
    }
}

static gboolean
set_error (ChatDatabase *self, int code, const char *reason, GError **error)
{
  const char *remedy = is_on_read_only_disk (self) ? chat_file_explain (EROFS) : get_remedy (code);

  g_set_error (error, G_IO_ERROR, code == SQLITE_FULL ? G_IO_ERROR_NO_SPACE : G_IO_ERROR_FAILED,
               "%s; %s", reason, remedy);
  return FALSE;
}

/**
 * database_set_error:
 * @self: a database, of which a call has just failed
 * @error: return location for a #GIOErrorEnum with the reason and the remedy
 *
 * Returns: %FALSE
 */
gboolean
database_set_error (ChatDatabase *self, GError **error)
{
  return set_error (self, sqlite3_errcode (self->db), sqlite3_errmsg (self->db), error);
}

/**
 * database_bind:
 * @self: a database
 * @which: a statement
 * @format: a letter for each parameter: i (gint64), t (text), b (#GBytes)
 * @...: the parameters, which are borrowed until the statement is reset
 *
 * Returns: (transfer none): the statement, ready to be stepped
 */
sqlite3_stmt *
database_bind (ChatDatabase *self, guint which, const char *format, ...)
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

/**
 * database_run:
 * @self: a database
 * @statement: a statement that gives no rows
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether all went well
 */
gboolean
database_run (ChatDatabase *self, sqlite3_stmt *statement, GError **error)
{
  gboolean done = sqlite3_step (statement) == SQLITE_DONE;

  if (!done)
    database_set_error (self, error);
  sqlite3_reset (statement);
  return done;
}

/**
 * database_run_for_integer:
 * @self: a database
 * @statement: a statement that gives at most one row
 * @value: (out): its first column; left alone where there is none
 * @found: (out): whether there is one that is not NULL
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether all went well
 */
gboolean
database_run_for_integer (ChatDatabase *self, sqlite3_stmt *statement, gint64 *value,
                          gboolean *found, GError **error)
{
  int code = sqlite3_step (statement);

  *found = code == SQLITE_ROW && sqlite3_column_type (statement, 0) != SQLITE_NULL;
  if (*found)
    *value = sqlite3_column_int64 (statement, 0);
  else if (code != SQLITE_ROW && code != SQLITE_DONE)
    database_set_error (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_ROW || code == SQLITE_DONE;
}

/**
 * database_dup_column:
 * @statement: a statement at a row
 * @column: a column, from 0
 *
 * Returns: (transfer full) (nullable): its text
 */
char *
database_dup_column (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

/* Opening */

/**
 * database_execute:
 * @self: a database
 * @sql: statements without parameters
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: whether all went well
 */
gboolean
database_execute (ChatDatabase *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK
         || database_set_error (self, error);
}

static gboolean
get_pragma (ChatDatabase *self, const char *pragma, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found, ok;

  if (sqlite3_prepare_v2 (self->db, pragma, -1, &statement, NULL) != SQLITE_OK)
    return database_set_error (self, error);

  ok = database_run_for_integer (self, statement, value, &found, error);
  sqlite3_finalize (statement);
  return ok && found;
}

char *
database_make_history_name (void)
{
  guint8 id[16];

  if (gnutls_rnd (GNUTLS_RND_NONCE, id, sizeof id) < 0)
    g_error ("no random numbers");

  return chat_base64url_encode (id, sizeof id);
}

static gboolean
create_schema (ChatDatabase *self, const char *history, GError **error)
{
  g_autofree char *sql = NULL;

  sql = g_strdup_printf ("BEGIN; %s INSERT INTO store VALUES ('%s'); PRAGMA application_id = %d; "
                         "PRAGMA user_version = %d; COMMIT",
                         schema, history, APPLICATION_ID, SCHEMA_VERSION);

  return database_execute (self, sql, error);
}

static gboolean
check_schema (ChatDatabase *self, const char *history, GError **error)
{
  gint64 application_id = 0, version = 0, tables = 0;
  g_autofree char *new_history = NULL;

  if (!get_pragma (self, "PRAGMA application_id", &application_id, error)
      || !get_pragma (self, "PRAGMA user_version", &version, error)
      || !get_pragma (self, "SELECT count (*) FROM sqlite_schema", &tables, error))
    return FALSE;

  if (tables == 0)
    {
      new_history = history != NULL ? g_strdup (history) : database_make_history_name ();
      return create_schema (self, new_history, error);
    }

  if (application_id != APPLICATION_ID)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("it is a database of another program; move it away, and a new one is made"));
      return FALSE;
    }
  if (version != SCHEMA_VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("it was written by another version of this program (format %d, this one "
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
      return database_set_error (self, error);

  return TRUE;
}

static gboolean
load_history_name (ChatDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, "SELECT history FROM store", -1, &statement, NULL) != SQLITE_OK)
    return database_set_error (self, error);
  if (sqlite3_step (statement) == SQLITE_ROW)
    self->history = database_dup_column (statement, 0);
  sqlite3_finalize (statement);

  if (self->history == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("it is damaged; restore it from a backup or move it away"));
  return self->history != NULL;
}

static gboolean
load_state (ChatDatabase *self, GError **error)
{
  gboolean found;

  return load_history_name (self, error)
         && database_run_for_integer (self, database_bind (self, LAST_SEQ, ""), &self->last_seq,
                                      &found, error);
}

/* A replica lies where other programs of the user can write. What they put into it must neither run
 * nor fill the memory. */
static void
distrust (ChatDatabase *self)
{
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_limit (self->db, SQLITE_LIMIT_LENGTH, 2 * CHAT_MAX_FRAME);
}

static ChatDatabase *
open_file (const char *path, gboolean replica, const char *history, guint history_limit,
           GError **error)
{
  /* WAL with FULL: a commit is one fsync of the log, and after it the messages survive a crash of
   * program and host. What a replica loses when the host crashes, its server still has, for what
   * has been seen goes back with it. */
  const char *sql = replica ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
                            : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
  g_autoptr (ChatDatabase) self = g_new0 (ChatDatabase, 1);

  self->history_limit = history_limit;
  self->new_seals = g_ptr_array_new_with_free_func ((GDestroyNotify) chat_wrappings_unref);
  if (sqlite3_open_v2 (path, &self->db,
                       (replica ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_READWRITE
                           | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    {
      database_set_error (self, error);
      return NULL;
    }

  /* SQLite falls back to reading, which goes well as long as a crash has left its log behind. */
  if (sqlite3_db_readonly (self->db, "main") == 1)
    {
      set_error (self, SQLITE_READONLY, sqlite3_errstr (SQLITE_READONLY), error);
      return NULL;
    }

  sqlite3_busy_timeout (self->db, 2000);
  if (replica)
    distrust (self);
  if (!check_schema (self, history, error))
    return NULL;

  if (!database_execute (self, sql, error)
      || (replica && !database_execute (self, replica_schema, error))
      || !prepare_statements (self, error) || !load_state (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* A damaged page would show when it is needed: with a message that cannot be stored, or a gap. */
static gboolean
check_pages (ChatDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gint64 n_pages;
  gboolean good;

  if (!get_pragma (self, "PRAGMA page_count", &n_pages, error))
    return FALSE;
  if (n_pages > CHAT_MAX_CHECKED_PAGES)
    return TRUE;

  if (sqlite3_prepare_v2 (self->db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK)
    return database_set_error (self, error);
  good = sqlite3_step (statement) == SQLITE_ROW
         && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  sqlite3_finalize (statement);

  if (!good)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("it is damaged; restore it from a backup or move it away"));
  return good;
}

/**
 * chat_database_open: (skip)
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
  g_autoptr (ChatDatabase) self = open_file (path, FALSE, NULL, history_limit, error);

  return self != NULL && check_pages (self, error) ? g_steal_pointer (&self) : NULL;
}

/* Two programs must not make one file at the same time, which SQLite cannot do. */
static int
lock_opening (const char *path)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL);
  int fd = g_open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0)
    chat_file_wait_for_lock (fd);

  return fd;
}

/* An empty file with its mode. It gets its name when it is closed, for closing a file that SQLite
 * has open in this process would take its locks away. */
static gboolean
make_file (const char *path, GError **error)
{
  g_autofree char *name = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
  int code = errno;

  if (fd >= 0)
    {
      close (fd);
      code = chat_file_publish (name, path);
      if (code != 0)
        g_unlink (name);
    }
  if (code == 0 || code == EEXIST)
    return TRUE;

  if (code == EOPNOTSUPP || code == EROFS)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), chat_file_explain (code));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s; %s", g_strerror (code),
                 get_remedy (code == ENOSPC || code == EDQUOT ? SQLITE_FULL : SQLITE_PERM));
  return FALSE;
}

/**
 * chat_database_open_replica: (skip)
 * @path: the file; made when it is missing
 * @history: (nullable): the name of the store that it is a replica of, only base64url; %NULL when
 *   the file is there and any will do
 * @history_limit: how many messages are kept
 * @error: return location for a #GIOErrorEnum, with the reason and the remedy but without the path
 *
 * Synchronous. A replica holds what one reader has seen of another store, under the numbers that
 * messages have there: add to it by [method@Database.keep]. Only the owner can read the file.
 *
 * Returns: (transfer full): the database
 */
ChatDatabase *
chat_database_open_replica (const char *path, const char *history, guint history_limit,
                            GError **error)
{
  int lock = lock_opening (path);
  ChatDatabase *self = NULL;

  if (history == NULL || make_file (path, error))
    self = open_file (path, TRUE, history, history_limit, error);
  if (lock >= 0)
    close (lock);

  return self;
}

/**
 * chat_database_close:
 * @self: (transfer full): a database
 *
 * Closes the file. What was not committed is lost.
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
 * Says which store this is. The name is made with the file; a client that meets another one knows
 * that the numbers count from the beginning again.
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
 * Says how far the numbers have come. A number is never given out twice, even when its message is
 * no longer kept.
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
 * Begins a transaction that can write, and so waits for nobody later on.
 *
 * Returns: whether a transaction has begun
 */
gboolean
chat_database_begin (ChatDatabase *self, GError **error)
{
  return database_execute (self, "BEGIN IMMEDIATE", error);
}

/**
 * chat_database_commit:
 * @self: a database in a transaction
 * @error: return location for a #GIOErrorEnum
 *
 * Ends a transaction, and returns once the disk has it: only then may a message be acknowledged.
 *
 * Returns: whether all of it is on the disk; when it is not, the transaction still has to be rolled
 * back
 */
gboolean
chat_database_commit (ChatDatabase *self, GError **error)
{
  gboolean found;

  if (!database_execute (self, "COMMIT", error))
    return FALSE;

  g_ptr_array_set_size (self->new_seals, 0);
  return database_run_for_integer (self, database_bind (self, LAST_SEQ, ""), &self->last_seq,
                                   &found, error);
}

/**
 * database_forget_new_seals:
 * @self: a database
 *
 * Their rows may be gone, and the numbers of these be given to others. One that is still there is
 * written once more with its next message.
 */
void
database_forget_new_seals (ChatDatabase *self)
{
  for (guint i = 0; i < self->new_seals->len; i++)
    chat_wrappings_set_row_in_thread (g_ptr_array_index (self->new_seals, i), 0);
  g_ptr_array_set_size (self->new_seals, 0);
}

/**
 * chat_database_roll_back:
 * @self: a database, in a transaction or not
 *
 * Takes back what has been written since [method@Database.begin]. Nothing happens where there is no
 * transaction.
 */
void
chat_database_roll_back (ChatDatabase *self)
{
  database_forget_new_seals (self);
  if (!sqlite3_get_autocommit (self->db))
    database_execute (self, "ROLLBACK", NULL);
}
