/* The SQL under the store: synchronous, for the store's thread (and for start-up). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-post.h"

G_BEGIN_DECLS

/**
 * ChatDatabase:
 *
 * The file under a [class@Store] or an archive. Synchronous: for one thread, and for start-up.
 */
typedef struct _ChatDatabase ChatDatabase;

/**
 * ChatStoreQuery:
 * @kid: the reader's key
 * @since: where the reader's question began; what the counts are about
 * @after: where this page begins, exclusive
 * @before: where it all ends, exclusive
 * @limit: messages of a page
 *
 * What one reader is to be shown: the messages between two numbers that are sealed for one key.
 */
typedef struct
{
  char *kid;
  gint64 since;
  gint64 after;
  gint64 before;
  guint limit;
} ChatStoreQuery;

/**
 * ChatStorePage:
 * @posts: (element-type ChatPost): ascending
 * @complete: nothing is left after this page; the counts are then valid
 * @last_seq: the last number that was given out
 * @withheld: messages between since and before that are not sealed for kid
 * @lost: numbers after since that are no longer stored
 *
 * A part of an answer: as many messages as were asked for, or the last ones.
 */
typedef struct
{
  GPtrArray *posts;
  gboolean complete;
  gint64 last_seq;
  gint64 withheld;
  gint64 lost;
} ChatStorePage;

/**
 * ChatStoreStart:
 * @after: exclusive
 * @before: exclusive: nothing that is stored later belongs to the answer
 * @withheld: stored messages before `before` that are not sealed for kid
 * @more: older ones for kid exist
 *
 * Where the latest messages for a reader begin.
 */
typedef struct
{
  gint64 after;
  gint64 before;
  gint64 withheld;
  gboolean more;
} ChatStoreStart;

ChatDatabase *chat_database_open (const char *path, guint history_limit, GError **error);
ChatDatabase *chat_database_open_replica (const char *path, const char *history,
                                          guint history_limit, GError **error);
gboolean chat_database_copy (const char *path, const char *target, GError **error);
void chat_database_close (ChatDatabase *self);
const char *chat_database_get_history (ChatDatabase *self);
guint chat_database_get_history_limit (ChatDatabase *self);
void chat_database_set_history_limit (ChatDatabase *self, guint history_limit);
gint64 chat_database_get_last_seq (ChatDatabase *self);

gboolean chat_database_begin (ChatDatabase *self, GError **error);
gboolean chat_database_commit (ChatDatabase *self, GError **error);
void chat_database_roll_back (ChatDatabase *self);
gboolean chat_database_append (ChatDatabase *self, ChatPost *post, gint64 now, gboolean *is_new,
                               GError **error);
gboolean chat_database_keep (ChatDatabase *self, ChatPost *post, GError **error);
gboolean chat_database_trim (ChatDatabase *self, GError **error);
ChatStorePage *chat_database_read (ChatDatabase *self, const ChatStoreQuery *query, GError **error);
gboolean chat_database_find_start (ChatDatabase *self, const ChatStoreQuery *query,
                                   ChatStoreStart *start, GError **error);

/* Of a replica: what its owner has noted, and the end of its messages. */
gboolean chat_database_get_mark (ChatDatabase *self, const char *name, gint64 *value,
                                 GError **error);
gboolean chat_database_set_mark (ChatDatabase *self, const char *name, gint64 value,
                                 GError **error);
gboolean chat_database_trim_replica (ChatDatabase *self, GError **error);
GPtrArray *chat_database_read_back (ChatDatabase *self, const char *kid, gint64 before,
                                    guint limit, GError **error);

void chat_store_page_free (ChatStorePage *page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDatabase, chat_database_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatStorePage, chat_store_page_free)

G_END_DECLS
