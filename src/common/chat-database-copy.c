/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-database-private.h"

#define BUSY_MILLISECONDS 10000

/* A reader of its own: what others write meanwhile neither waits nor gets in. */
static gboolean
copy_into (const char *path, const char *target, GError **error)
{
  ChatDatabase self = { 0 };
  char *sql = sqlite3_mprintf ("VACUUM INTO %Q", target);
  gboolean ok;

  ok = sqlite3_open_v2 (path, &self.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
       == SQLITE_OK;
  if (ok)
    sqlite3_busy_timeout (self.db, BUSY_MILLISECONDS);
  else
    database_set_error (&self, error);
  ok = ok && database_execute (&self, sql, error);
  sqlite3_close (self.db);
  sqlite3_free (sql);

  return ok;
}

/* Whoever has seen later messages of the original is to get those that the copy gives the same
 * numbers to. Also the first fsync of the copy. */
static gboolean
rename_history (const char *path, GError **error)
{
  ChatDatabase self = { 0 };
  g_autofree char *name = database_make_history_name ();
  g_autofree char *sql = g_strdup_printf ("PRAGMA synchronous = FULL;"
                                          "UPDATE store SET history = '%s'",
                                          name);
  gboolean ok;

  ok = sqlite3_open_v2 (path, &self.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
       == SQLITE_OK;
  if (!ok)
    database_set_error (&self, error);
  ok = ok && database_execute (&self, sql, error);
  sqlite3_close (self.db);

  return ok;
}

/**
 * chat_database_copy:
 * @path: the file; a server may be using it
 * @target: a file that is not there yet
 * @error: return location for a #GIOErrorEnum, with the reason and the remedy but without the path
 *
 * Makes another store with all messages that were stored before the call: under a name of its own,
 * because the two go different ways from here. Synchronous.
 *
 * Returns: whether the copy is on the disk
 */
gboolean
chat_database_copy (const char *path, const char *target, GError **error)
{
  return copy_into (path, target, error) && rename_history (target, error);
}
