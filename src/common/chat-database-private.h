/* What the files of ChatDatabase share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-database.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* The statements that are prepared when the file is opened. */
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
  KEEP_POST,
  TRIM_POSTS,
  TRIM_MIDS,
  READ_PAGE,
  READ_BACK,
  COUNT_ALL,
  COUNT_MINE,
  OLDEST,
  LAST_SEQ,
  FIND_START,
  N_STATEMENTS,
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

/* chat-database.c */
gboolean database_set_error (ChatDatabase *self, GError **error);
gboolean database_execute (ChatDatabase *self, const char *sql, GError **error);
/* By a format of i (gint64), t (text) and b (GBytes). */
sqlite3_stmt *database_bind (ChatDatabase *self, guint which, const char *format, ...);
gboolean database_run (ChatDatabase *self, sqlite3_stmt *statement, GError **error);
/* The first column of the only row; found is FALSE where there is none. */
gboolean database_run_for_integer (ChatDatabase *self, sqlite3_stmt *statement, gint64 *value,
                                   gboolean *found, GError **error);
void database_forget_new_seals (ChatDatabase *self);
char *database_make_history_name (void);
char *database_dup_column (sqlite3_stmt *statement, int column);

G_END_DECLS
