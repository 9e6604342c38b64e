/* What happens in a room, as quiet lines of its feed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed.h"
#include "chat-session.h"

G_BEGIN_DECLS

/* From now on, as long as both are there. */
void chat_room_notices_connect (ChatFeed *feed, ChatSession *session);

G_END_DECLS
