/* A message as it is delivered: opened, and its signature checked; what it claims is still to be
 * checked. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-claims.h"
#include "chat-jwe.h"
#include "chat-key-cache.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean history; /* the answer to `history`, else live or missed */
  gint64 seq;
  gint64 at;
  char *from;
  char *mid;          /* NULL: it has none */
  ChatClaims *claims; /* by the one whose key is claims->iss; or NULL */
  char *problem;      /* a sentence, when claims is NULL */
} ChatDelivery;

/* Private operation on a cache miss: in a thread. authors: kid → ChatPublicKey. */
ChatDelivery *chat_delivery_open (ChatJwe *jwe, const char *own_kid, ChatKeyCache *keys,
                                  GHashTable *authors, GError **error);
/* A frame that is no JWE, and yet says that it is a message: one that cannot be verified. */
ChatDelivery *chat_delivery_new_unreadable (const char *json, gsize size, const char *reason);
void chat_delivery_free (ChatDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDelivery, chat_delivery_free)

G_END_DECLS
