/* One file of an archive: what was seen of one of the server's stores. Synchronous: for the
 * archive's thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-database.h"
#include "chat-secret.h"

G_BEGIN_DECLS

/**
 * ChatArchiveFile:
 * @path: where it is
 * @database: what is in it
 * @number: which of the files of this store: there is one more for each time that the store was
 *   put back from a backup
 * @epoch: of the timeline
 * @used: when one was last in that room, in milliseconds since 1970
 * @seen: all up to here is in the archive, or not for us
 * @read: the person has seen all up to here
 * @before: what is still to be read of it begins below
 * @n_kept: since the last trim
 * @n_written: messages and marks in a transaction that is open
 * @seals: (element-type utf8 ChatCommon.Wrappings): `encrypted_key` → wrappings, so that each is
 *   written once
 *
 * One file of an archive: what was seen of one of the server's stores. Synchronous: for the
 * archive's thread.
 */
typedef struct
{
  char *path;
  ChatDatabase *database;
  guint number;
  guint epoch;
  gint64 used;
  gint64 seen;
  gint64 read;
  gint64 before;
  guint n_kept;
  guint n_written;
  GHashTable *seals;
} ChatArchiveFile;

/* history: NULL for a file that is there. Errors: G_IO_ERROR, sentences that name the file. */
ChatArchiveFile *chat_archive_file_open (const char *folder, const char *name, const char *history,
                                         GError **error);
char *chat_archive_file_make_name (const char *history, guint number);
void chat_archive_file_free (ChatArchiveFile *self);
const char *chat_archive_file_get_history (ChatArchiveFile *self);

/* proof: says that the author's key and name came from the server, and not from another program. */
gboolean chat_archive_file_keep (ChatArchiveFile *self, ChatPost *post, const char *own_kid,
                                 const ChatSecret *proof, GError **error);
gboolean chat_archive_file_mark (ChatArchiveFile *self, const char *mark, gint64 value,
                                 GError **error);
/* What was kept and marked is on its way to the disk only then. */
gboolean chat_archive_file_commit (ChatArchiveFile *self, GError **error);
/* Ascending; an author_key that is not proven is gone. Empty: all has been read. */
GPtrArray *chat_archive_file_read (ChatArchiveFile *self, const char *own_kid,
                                   const ChatSecret *proof, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatArchiveFile, chat_archive_file_free)

G_END_DECLS
