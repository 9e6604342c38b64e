/* A member: who it is, whether online, and by which key. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MEMBER_ROW (chat_member_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatMemberRow, chat_member_row, CHAT, MEMBER_ROW, AdwBin)

ChatMemberRow *chat_member_row_new (void);
/* member: nullable; own: it is the user */
void chat_member_row_set_member (ChatMemberRow *self, ChatMember *member, gboolean own);

G_END_DECLS
