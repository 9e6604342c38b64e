/* A seal: a content key and its wrapping for each reader, made once and used for many messages. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"
#include "chat-reader-set.h"
#include "chat-secret.h"

G_BEGIN_DECLS

/**
 * ChatSeal:
 *
 * A content key and its wrapping for each reader, made once and used for many messages. That is
 * what keeps RSA out of most of them.
 */
typedef struct _ChatSeal ChatSeal;

/* One RSA public operation for each reader: in a thread when there are many. readers: (element-type
 * ChatPublicKey). */
ChatSeal *chat_seal_new (GPtrArray *readers, GError **error);
void chat_seal_free (ChatSeal *self);
const char *chat_seal_get_id (ChatSeal *self); /* CHAT_SEAL_ID_LENGTH characters */
const char *chat_seal_get_to (ChatSeal *self); /* hash of the reader set */
ChatReaderSet *chat_seal_get_readers (ChatSeal *self);
const ChatSecret *chat_seal_get_content_key (ChatSeal *self);
/* The content key as it is wrapped for one reader; NULL for who is none. */
const char *chat_seal_get_encrypted_key (ChatSeal *self, const char *kid);
/* The JSON texts of the 'seal' commands that register it (docs/PROTOCOL.md),
 * CHAT_SEAL_READERS_PER_FRAME readers each. */
GPtrArray *chat_seal_to_commands (ChatSeal *self);
/* Counts one message; FALSE when the seal is used up (CHAT_SEAL_MAX_MESSAGES, CHAT_SEAL_MAX_SECONDS
 * of monotonic time). */
gboolean chat_seal_use (ChatSeal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSeal, chat_seal_free)

G_END_DECLS
