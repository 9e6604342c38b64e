/* The SQL under the store: synchronous, for the store's thread (and for start-up). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-post.h"

G_BEGIN_DECLS

typedef struct _ChatDatabase ChatDatabase;

/* What one reader is to be shown: the messages between two numbers (both exclusive) that are sealed
 * for kid. */
typedef struct
{
  char *kid;
  gint64 since; /* where the reader's question began; what the counts are about */
  gint64 after; /* where this page begins */
  gint64 before;
  guint limit; /* messages of a page */
} ChatStoreQuery;

typedef struct
{
  GPtrArray *posts;  /* (element-type ChatPost), ascending */
  gboolean complete; /* nothing is left after this page; the counts are then valid */
  gint64 last_seq;   /* the last number that was given out */
  gint64 withheld;   /* messages between since and before that are not sealed for kid */
  gint64 lost;       /* numbers after since that are no longer stored */
} ChatStorePage;

/* Where the latest `limit` messages for a reader begin. */
typedef struct
{
  gint64 after;    /* exclusive */
  gint64 before;   /* exclusive: nothing that is stored later belongs to the answer */
  gint64 withheld; /* stored messages before `before` that are not sealed for kid */
  gboolean more;   /* older ones for kid exist */
} ChatStoreStart;

ChatDatabase *chat_database_open (const char *path, guint history_limit, GError **error);
ChatDatabase *chat_database_open_replica (const char *path, const char *history,
                                          guint history_limit, GError **error);
gboolean chat_database_copy (const char *path, const char *target, GError **error);
void chat_database_close (ChatDatabase *self);
const char *chat_database_get_history (ChatDatabase *self);
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
