/* Something that a word which was begun can become: a command or a name. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-command.h"
#include "chat-member.h"

G_BEGIN_DECLS

#define CHAT_TYPE_COMPLETION (chat_completion_get_type ())
G_DECLARE_FINAL_TYPE (ChatCompletion, chat_completion, CHAT, COMPLETION, GObject)

ChatCompletion *chat_completion_new_command (const ChatCommandInfo *info);
/* mark: what stands before the name, "@" or "". */
ChatCompletion *chat_completion_new_member (ChatMember *member, const char *mark);

const char *chat_completion_get_word (ChatCompletion *self);   /* what the word becomes */
const char *chat_completion_get_title (ChatCompletion *self);  /* as it is shown */
const char *chat_completion_get_detail (ChatCompletion *self); /* what it does, or who it is */
gboolean chat_completion_is_member (ChatCompletion *self);

G_END_DECLS
