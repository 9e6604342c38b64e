/* A stored post on its way to its readers: one frame text in pieces, of which all but the wrapping
 * is shared. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"
#include "chat-post.h"

G_BEGIN_DECLS

typedef struct _ChatDelivery ChatDelivery;

ChatDelivery *chat_delivery_new (const char *op, ChatPost *post);
void chat_delivery_unref (ChatDelivery *self);
void chat_delivery_send (ChatDelivery *self, ChatLink *link, GRefString *kid,
                         GRefString *encrypted_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatDelivery, chat_delivery_unref)

G_END_DECLS
