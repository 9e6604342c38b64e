/* A registered seal as the server and the store see it: the content key, wrapped for each reader.
 * Filled once, then immutable and shared between threads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-reader-set.h"

G_BEGIN_DECLS

/**
 * ChatWrappings:
 *
 * A seal as the server and the store see it: the content key, wrapped for each reader. Filled once;
 * then it does not change, and threads share it.
 */
typedef struct _ChatWrappings ChatWrappings;

ChatWrappings *chat_wrappings_new (GHashTable *encrypted_keys);
ChatWrappings *chat_wrappings_new_for_reader (ChatReaderSet *readers, const char *kid,
                                              const char *encrypted_key);
ChatWrappings *chat_wrappings_ref (ChatWrappings *self);
void chat_wrappings_unref (ChatWrappings *self);

ChatReaderSet *chat_wrappings_get_readers (ChatWrappings *self);
/* nullable: of a reader whose wrapping is not known */
GRefString *chat_wrappings_get_encrypted_key (ChatWrappings *self, guint reader);

/* For the store's thread only: the row under which it has kept this seal, 0 at first. */
gint64 chat_wrappings_get_row_in_thread (ChatWrappings *self);
void chat_wrappings_set_row_in_thread (ChatWrappings *self, gint64 row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatWrappings, chat_wrappings_unref)

G_END_DECLS
