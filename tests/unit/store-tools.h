/* What the tests of the store share: people who are known by a letter, posts of theirs, and a
 * database to put them into. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-database.h"
#include "test-tools.h"

G_BEGIN_DECLS

/* When everything happens that has no time of its own. */
#define TEST_NOW G_GINT64_CONSTANT (1700000000000)

/* The key id of a person: of the right length. */
char *test_kid (char who);
/* readers: a letter for each. The content key of seal "s" is wrapped for reader a as "s-a". */
ChatWrappings *test_wrappings (const char *seal, const char *readers);
ChatPost *test_post (char author, const char *mid, ChatWrappings *wrappings);
/* Posts by number, mid and wrapping: "1:m1:s-a 2:m2:s-a". */
char *test_describe_posts (GPtrArray *posts);

/* history.db in the folder. None of these may fail. */
ChatDatabase *test_database_open (TestFolder *folder, guint history_limit);
void test_database_begin (ChatDatabase *database);
/* Returns whether it is new. seq, at: NULL to ignore. */
gboolean test_database_append (ChatDatabase *database, char author, const char *mid,
                               ChatWrappings *wrappings, gint64 now, gint64 *seq, gint64 *at);
/* With the trimming that belongs to it. */
void test_database_commit (ChatDatabase *database);
/* A new post in a transaction of its own; returns its number. */
gint64 test_database_store (ChatDatabase *database, char author, const char *mid,
                            ChatWrappings *wrappings);
/* So many posts of a, "mid-LAST-0" and on, where LAST is the last number before. */
void test_database_store_many (ChatDatabase *database, guint n, ChatWrappings *wrappings);
ChatStorePage *test_database_read (ChatDatabase *database, char reader, gint64 since, gint64 after,
                                   gint64 before, guint limit);
void test_database_assert_all (ChatDatabase *database, char reader, const char *expected);

/* The same file, seen and changed by somebody else. */
gint64 test_database_query (TestFolder *folder, const char *sql);
void test_database_execute (const char *path, const char *sql);

G_END_DECLS
