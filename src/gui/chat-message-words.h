/* What a message says about itself, in words: the same for the eye and for a screen reader. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

char *chat_message_words_dup_text (ChatMessage *message);
/* Of what the function above returns. */
gboolean chat_message_words_is_emoji (const char *text);
char *chat_message_words_dup_author (ChatMessage *message);
/* Who else reads it, when that is not the whole room. */
char *chat_message_words_dup_doubt (ChatMessage *message);   /* nullable */
char *chat_message_words_dup_readers (ChatMessage *message); /* nullable */
/* How it stands; icon: (out) (optional) (nullable): its icon. */
const char *chat_message_words_get_state (ChatMessage *message, const char **icon); /* nullable */
/* All of it in one sentence. */
char *chat_message_words_describe (ChatMessage *message);

G_END_DECLS
