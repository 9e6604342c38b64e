/* For whom a message is: a set of readers. Immutable, reference-counted, shared by all messages to
 * the same set. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

G_BEGIN_DECLS

/**
 * ChatAudienceKind:
 * @CHAT_AUDIENCE_ROOM: all who were members at the time
 * @CHAT_AUDIENCE_DIRECT: one other (or the reader alone)
 * @CHAT_AUDIENCE_OTHERS: another set, for example the members of an earlier day
 *
 * What a set of readers means to the one who reads.
 */
typedef enum
{
  CHAT_AUDIENCE_ROOM,
  CHAT_AUDIENCE_DIRECT,
  CHAT_AUDIENCE_OTHERS,
} ChatAudienceKind;

/**
 * ChatAudience:
 *
 * For whom a message is: a set of readers. It never changes, and all messages to the same set share
 * it.
 */
#define CHAT_TYPE_AUDIENCE (chat_audience_get_type ())
typedef struct _ChatAudience ChatAudience;

GType chat_audience_get_type (void);
/* names: of the readers; of a direct message, the other comes first. keys: (nullable) (element-type
 * ChatPublicKey): only needed to send. */
ChatAudience *chat_audience_new (ChatAudienceKind kind, const char *to, const char *const *names,
                                 GPtrArray *keys);
ChatAudience *chat_audience_ref (ChatAudience *self);
void chat_audience_unref (ChatAudience *self);

ChatAudienceKind chat_audience_get_kind (const ChatAudience *self);
const char *chat_audience_get_to (const ChatAudience *self);
const char *const *chat_audience_get_names (const ChatAudience *self);
GPtrArray *chat_audience_get_keys (const ChatAudience *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatAudience, chat_audience_unref)

G_END_DECLS
