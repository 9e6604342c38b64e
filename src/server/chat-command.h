/* The commands of docs/PROTOCOL.md: one table of name, states in which it is allowed, and handler.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-peer.h"

G_BEGIN_DECLS

/* FALSE: the command breaks the rules, and the peer has to go. */
gboolean chat_command_run (ChatPeer *peer, const char *json, gsize size, GError **error);

G_END_DECLS
