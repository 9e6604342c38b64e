/* A set of readers, named by its hash: the `to` of a message. Immutable and shared between threads.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatReaderSet:
 *
 * A set of readers, named by its hash: the `to` of a message. It never changes, and threads share
 * it.
 */
typedef struct _ChatReaderSet ChatReaderSet;

ChatReaderSet *chat_reader_set_new (const char *const *kids, guint n_kids);
ChatReaderSet *chat_reader_set_new_from_text (const char *kids);
ChatReaderSet *chat_reader_set_ref (ChatReaderSet *self);
void chat_reader_set_unref (ChatReaderSet *self);

const char *chat_reader_set_get_to (ChatReaderSet *self);
guint chat_reader_set_get_size (ChatReaderSet *self);
GRefString *chat_reader_set_get_kid (ChatReaderSet *self, guint index);
gboolean chat_reader_set_find (ChatReaderSet *self, const char *kid, guint *index);
char *chat_reader_set_to_text (ChatReaderSet *self);
gboolean chat_reader_set_is_direct (ChatReaderSet *self, const char *author, const char *reader);
/* Only the name of a set. */
char *chat_reader_set_hash (const char *const *kids, gsize n_kids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatReaderSet, chat_reader_set_unref)

G_END_DECLS
