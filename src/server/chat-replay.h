/* Messages out of the store for one peer, page by page: what it missed, or its history. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-peer.h"

G_BEGIN_DECLS

/* since: -1 for nothing. Ends with "caught-up", and the peer is live. */
void chat_replay_missed (ChatPeer *peer, gint64 since);
/* The latest `limit` messages before a number. Ends with "history-end". */
void chat_replay_history (ChatPeer *peer, gint64 before, guint limit);

G_END_DECLS
