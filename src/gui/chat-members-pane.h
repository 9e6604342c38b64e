/* Who is in the room: those who are online first. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MEMBERS_PANE (chat_members_pane_get_type ())
G_DECLARE_FINAL_TYPE (ChatMembersPane, chat_members_pane, CHAT, MEMBERS_PANE, AdwBin)

void chat_members_pane_set_session (ChatMembersPane *self, ChatSession *session); /* nullable */

G_END_DECLS
