/* A message as it is delivered: opened, and its signature checked; what it claims is still to be
 * checked. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-claims.h"
#include "chat-jwe.h"
#include "chat-key-cache.h"

G_BEGIN_DECLS

/**
 * ChatDelivery:
 * @history: whether it answers `history`; else it is live, or was missed
 * @seq: the number that the server gave it
 * @at: when the server stored it, in milliseconds since 1970
 * @from: who wrote it, says the server
 * @mid: (nullable): the message id, if it has one
 * @claims: (nullable): what it says, signed by the key that `iss` names
 * @problem: (nullable): why there are no claims, as a sentence
 *
 * A message as it is delivered: opened, and its signature checked. What it claims is still to be
 * checked; see [method@Check.delivery].
 */
typedef struct
{
  gboolean history;
  gint64 seq;
  gint64 at;
  char *from;
  char *mid;
  ChatClaims *claims;
  char *problem;
} ChatDelivery;

/* Private operation on a cache miss: in a thread. authors: kid → ChatPublicKey. */
ChatDelivery *chat_delivery_open (ChatJwe *jwe, const char *own_kid, ChatKeyCache *keys,
                                  GHashTable *authors, GError **error);
/* A frame that is no JWE, and yet says that it is a message: one that cannot be verified. */
ChatDelivery *chat_delivery_new_unreadable (const char *json, gsize size, const char *reason);
void chat_delivery_free (ChatDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDelivery, chat_delivery_free)

G_END_DECLS
