/* What was said, sealed as it came, on this computer: a folder of files, used in one thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-post.h"
#include "chat-private-key.h"

G_BEGIN_DECLS

typedef struct _ChatArchive ChatArchive;

/* What an archive answers. */
typedef enum
{
  CHAT_ARCHIVE_OPENED,
  CHAT_ARCHIVE_PAGE,
  CHAT_ARCHIVE_CAUGHT_UP, /* says only that it has room */
  CHAT_ARCHIVE_FAILED, /* nothing more is written; the error says why */
} ChatArchiveEventKind;

typedef struct
{
  ChatArchiveEventKind kind;
  gboolean has_room; /* of any: it was full, and is not any more */
  GError *error; /* a sentence; of OPENED: there is something that cannot be read */

  /* OPENED: of the store that was used last */
  char *history;  /* NULL: the archive is empty */
  gint64 seen;    /* all up to here has been seen */
  gint64 read;    /* by the person */
  guint n_epochs; /* how many stores there are messages of */

  /* PAGE */
  GPtrArray *posts; /* (element-type ChatPost): ascending; NULL after the last page */
  guint epoch;
} ChatArchiveEvent;

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
