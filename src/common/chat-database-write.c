/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database-private.h"

#include "chat-limits.h"

/* Seals without messages are looked for after so many messages have been dropped: the look costs a
 * pass over all. */
#define TRIMMED_BEFORE_SWEEP 500

static gboolean
find_or_add_author (ChatDatabase *self, ChatPost *post, gint64 *id, GError **error)
{
  gboolean found;

  if (!database_run_for_integer (
          self, database_bind (self, FIND_AUTHOR, "tt", post->author_kid, post->from), id, &found,
          error))
    return FALSE;
  if (found)
    return TRUE;

  if (!database_run (
          self,
          database_bind (self, ADD_AUTHOR, "ttb", post->author_kid, post->from, post->author_key),
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

  if (!database_run_for_integer (self, database_bind (self, FIND_READER_SET, "t", hash), id, &found,
                                 error))
    return FALSE;
  if (found)
    return TRUE;

  kids = chat_reader_set_to_text (readers);
  if (!database_run (self, database_bind (self, ADD_READER_SET, "tt", hash, kids), error))
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
      || !database_run (self, database_bind (self, ADD_SEAL, "i", reader_set), error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (self->db);

  for (guint i = 0; i < chat_reader_set_get_size (readers); i++)
    /* A replica has that of its reader only. */
    if (chat_wrappings_get_encrypted_key (wrappings, i) != NULL
        && !database_run (self,
                          database_bind (self, ADD_WRAPPING, "itt", *id,
                                         chat_reader_set_get_kid (readers, i),
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
  if (*id != 0
      && !database_run_for_integer (self, database_bind (self, FIND_SEAL, "i", *id), &one, &found,
                                    error))
    return FALSE;

  return found || add_seal (self, wrappings, id, error);
}

/* A message that is already here: seq and at become those of the first time. */
static gboolean
find_mid (ChatDatabase *self, ChatPost *post, gint64 author, gboolean *found, GError **error)
{
  sqlite3_stmt *statement = database_bind (self, FIND_MID, "it", author, post->mid);
  int code = sqlite3_step (statement);

  *found = code == SQLITE_ROW;
  if (*found)
    {
      post->seq = sqlite3_column_int64 (statement, 0);
      post->at = sqlite3_column_int64 (statement, 1);
    }
  else if (code != SQLITE_DONE)
    database_set_error (self, error);
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
 * Stores a post of a client under the next number. The mid makes it safe to post the same message
 * again after a lost connection: it is stored once.
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
      || !database_run (self,
                        database_bind (self, ADD_POST, "iiittttt", now, author, seal, post->mid,
                                       post->protected, post->iv, post->ciphertext, post->tag),
                        error))
    return FALSE;

  post->seq = sqlite3_last_insert_rowid (self->db);
  post->at = now;
  return database_run (
      self, database_bind (self, ADD_MID, "itii", author, post->mid, post->seq, now), error);
}

static gboolean
keep_all (ChatDatabase *self, ChatPost *post, GError **error)
{
  gint64 author, seal;
  ChatPost known = { .mid = post->mid };
  gboolean found;

  if (!find_or_add_author (self, post, &author, error)
      || !find_mid (self, &known, author, &found, error))
    return FALSE;
  if (found)
    return TRUE;

  if (!find_or_add_seal (self, post->wrappings, &seal, error)
      || !database_run (self,
                        database_bind (self, KEEP_POST, "iiiittttt", post->seq, post->at, author,
                                       seal, post->mid, post->protected, post->iv, post->ciphertext,
                                       post->tag),
                        error))
    return FALSE;

  /* Another message has this number: the original was put back from a backup unnoticed. */
  if (sqlite3_changes (self->db) == 0)
    return TRUE;

  return database_run (
      self, database_bind (self, ADD_MID, "itii", author, post->mid, post->seq, post->at), error);
}

/**
 * chat_database_keep:
 * @self: a replica in a transaction
 * @post: a post as the original has stored it, with its `seq` and `at`
 * @error: return location for a #GIOErrorEnum
 *
 * Adds @post under the number that it has. One that is there already stays as it is.
 *
 * Returns: whether all went well; when it did not, nothing of @post is kept, and the transaction is
 *   as it was before, or over
 */
gboolean
chat_database_keep (ChatDatabase *self, ChatPost *post, GError **error)
{
  if (!database_execute (self, "SAVEPOINT keep", error))
    return FALSE;
  if (keep_all (self, post, error))
    return database_execute (self, "RELEASE keep", error);

  database_execute (self, "ROLLBACK TO keep; RELEASE keep", NULL);
  database_forget_new_seals (self);
  return FALSE;
}

static gboolean
sweep_seals (ChatDatabase *self, GError **error)
{
  return database_execute (self,
                           "DELETE FROM seal WHERE id NOT IN (SELECT seal FROM post);"
                           "DELETE FROM wrapping WHERE seal NOT IN (SELECT id FROM seal);"
                           "DELETE FROM reader_set WHERE id NOT IN (SELECT reader_set FROM seal);"
                           "DELETE FROM author WHERE id NOT IN (SELECT author FROM mid)",
                           error);
}

/**
 * chat_database_set_history_limit:
 * @self: a database
 * @history_limit: how many messages [method@Database.trim] leaves from now on
 *
 * Changes how many messages are kept, for example after `config.json` was read anew. Nothing is
 * dropped before [method@Database.trim].
 */
void
chat_database_set_history_limit (ChatDatabase *self, guint history_limit)
{
  self->history_limit = history_limit;
}

/**
 * chat_database_get_history_limit:
 * @self: a database
 *
 * Tells what is kept; see [method@Database.set_history_limit].
 *
 * Returns: how many messages [method@Database.trim] leaves
 */
guint
chat_database_get_history_limit (ChatDatabase *self)
{
  return self->history_limit;
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

  if (!database_run_for_integer (self, database_bind (self, LAST_SEQ, ""), &last, &found, error)
      || !database_run (self, database_bind (self, TRIM_POSTS, "i", last - self->history_limit),
                        error))
    return FALSE;

  self->trimmed += (guint) sqlite3_changes (self->db);
  if (!database_run (self, database_bind (self, TRIM_MIDS, "i", last - mids), error))
    return FALSE;

  if (self->trimmed < TRIMMED_BEFORE_SWEEP)
    return TRUE;

  self->trimmed = 0;
  return sweep_seals (self, error);
}

/**
 * chat_database_set_mark:
 * @self: a replica
 * @name: which mark
 * @value: a number, of the replica's owner
 * @error: return location for a #GIOErrorEnum
 *
 * Notes a number under a name, such as how far somebody has read. A mark of the same name is
 * replaced.
 *
 * Returns: whether it is set, once the transaction is committed if there is one
 */
gboolean
chat_database_set_mark (ChatDatabase *self, const char *name, gint64 value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok;

  if (sqlite3_prepare_v2 (self->db, "INSERT OR REPLACE INTO mark VALUES (?1, ?2)", -1, &statement,
                          NULL)
      != SQLITE_OK)
    return database_set_error (self, error);

  sqlite3_bind_text (statement, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, value);
  ok = database_run (self, statement, error);
  sqlite3_finalize (statement);

  return ok;
}

/**
 * chat_database_trim_replica:
 * @self: a replica in a transaction
 * @error: return location for a #GIOErrorEnum
 *
 * Drops the oldest messages over the limit. By how many there are, not by their numbers: those are
 * another's word, and one huge number must not cost all others.
 *
 * Returns: whether all went well
 */
gboolean
chat_database_trim_replica (ChatDatabase *self, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "DELETE FROM post WHERE seq <="
      " (SELECT seq FROM post ORDER BY seq DESC LIMIT 1 OFFSET %u);"
      "DELETE FROM mid WHERE seq < (SELECT min (seq) FROM post)",
      self->history_limit);

  return database_execute (self, sql, error) && sweep_seals (self, error);
}
