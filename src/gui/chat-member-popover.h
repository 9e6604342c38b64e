/* The key of a member, to compare and to copy, and a way to write to them alone. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MEMBER_POPOVER (chat_member_popover_get_type ())
G_DECLARE_FINAL_TYPE (ChatMemberPopover, chat_member_popover, CHAT, MEMBER_POPOVER, GtkPopover)

/* own: it is the user */
ChatMemberPopover *chat_member_popover_new (ChatMember *member, gboolean own);

G_END_DECLS
