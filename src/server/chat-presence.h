/* Who comes and goes, told in batches: a storm of reconnections costs each reader a few notices,
 * not one for each. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-guest.h"

G_BEGIN_DECLS

typedef struct _ChatPresence ChatPresence;

/* joined: (element-type ChatPeer) borrowed, those who are told. */
ChatPresence *chat_presence_new (GPtrArray *joined);
void chat_presence_free (ChatPresence *self);
void chat_presence_changed (ChatPresence *self, ChatGuest *guest);
void chat_presence_forget (ChatPresence *self, ChatGuest *guest);

G_END_DECLS
