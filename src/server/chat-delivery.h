/* A stored post on its way to its readers: one frame text in pieces, of which all but the wrapping
 * is shared. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"
#include "chat-post.h"

G_BEGIN_DECLS

typedef struct
{
  GString *shared; /* all that is the same for every reader */
} ChatDelivery;

void chat_delivery_init (ChatDelivery *self, const char *op, ChatPost *post);
void chat_delivery_clear (ChatDelivery *self);
void chat_delivery_send (ChatDelivery *self, ChatLink *link, const char *kid,
                         const char *encrypted_key);

G_END_DECLS
