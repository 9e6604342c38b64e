/* All that is known of a message: whose it is, when it came, and who can read it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"
#include "chat-message.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_MESSAGE_DETAILS (chat_message_details_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessageDetails, chat_message_details, CHAT, MESSAGE_DETAILS, AdwWindow)

/* parent: nullable. username: one's own. */
ChatMessageDetails *chat_message_details_new (GtkWindow *parent, ChatMessage *message,
                                              ChatMemberList *members, const char *username);

G_END_DECLS
