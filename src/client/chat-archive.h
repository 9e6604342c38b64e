/* What was said, sealed as it came, on this computer: a folder of files, used in one thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-post.h"
#include "chat-private-key.h"

G_BEGIN_DECLS

/**
 * ChatArchive:
 *
 * What was said, sealed as it came, on this computer: a folder with a file for each of the server's
 * stores, used in one thread.
 */
typedef struct _ChatArchive ChatArchive;

/**
 * ChatArchiveEventKind:
 * @CHAT_ARCHIVE_OPENED: the answer to [method@Archive.open]
 * @CHAT_ARCHIVE_PAGE: the answer to [method@Archive.read_next]
 * @CHAT_ARCHIVE_CAUGHT_UP: nothing but that it has room again
 * @CHAT_ARCHIVE_FAILED: nothing more is written; the error says why
 *
 * What an archive answers.
 */
typedef enum
{
  CHAT_ARCHIVE_OPENED,
  CHAT_ARCHIVE_PAGE,
  CHAT_ARCHIVE_CAUGHT_UP,
  CHAT_ARCHIVE_FAILED,
} ChatArchiveEventKind;

/**
 * ChatArchiveEvent:
 * @kind: which of the others count
 * @has_room: of any kind: it was full, and is not any more
 * @error: (nullable): a sentence; of %CHAT_ARCHIVE_OPENED: there is something that cannot be read
 * @history: (nullable): of %CHAT_ARCHIVE_OPENED: the store that was used last; %NULL: the archive
 *   is empty
 * @seen: of %CHAT_ARCHIVE_OPENED: all up to here has come
 * @read: of %CHAT_ARCHIVE_OPENED: all up to here was seen by the person
 * @n_epochs: of %CHAT_ARCHIVE_OPENED: of how many stores there are messages
 * @posts: (nullable) (element-type ChatCommon.Post): of %CHAT_ARCHIVE_PAGE: ascending; %NULL
 *   after the last page
 * @epoch: of %CHAT_ARCHIVE_PAGE: of which store they are
 *
 * What an archive answers. It is borrowed: take what is to be kept.
 */
typedef struct
{
  ChatArchiveEventKind kind;
  gboolean has_room;
  GError *error;
  char *history;
  gint64 seen;
  gint64 read;
  guint n_epochs;
  GPtrArray *posts;
  guint epoch;
} ChatArchiveEvent;

/**
 * ChatArchiveFunc:
 * @event: the answer
 * @user_data: what [func@Archive.new] was given
 *
 * Takes what an archive answers, on the main context of [func@Archive.new]. It may free the
 * archive.
 */
typedef void (*ChatArchiveFunc) (const ChatArchiveEvent *event, gpointer user_data);

ChatArchive *chat_archive_new (const char *folder, ChatPrivateKey *key, ChatArchiveFunc func,
                               gpointer user_data);
/* What was asked for before is still done, but not waited for. */
void chat_archive_free (ChatArchive *self);

void chat_archive_open (ChatArchive *self);      /* → OPENED */
void chat_archive_read_next (ChatArchive *self); /* → PAGE, newest first */
/* The store whose messages come from now on. again: its numbers are given out once more. */
void chat_archive_begin (ChatArchive *self, const char *history, gboolean again);
/* post: verified, with `readers`; it belongs to the archive from now on. */
void chat_archive_keep (ChatArchive *self, ChatPost *post);
void chat_archive_mark_seen (ChatArchive *self, gint64 seq);
void chat_archive_mark_read (ChatArchive *self, gint64 seq);
gboolean chat_archive_is_full (ChatArchive *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatArchive, chat_archive_free)

G_END_DECLS
