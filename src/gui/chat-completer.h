/* What a word that was begun could become: commands after a slash, names after @ or /msg. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

G_BEGIN_DECLS

/* A list of ChatCompletion, the likeliest first; empty when there is nothing to add to the word.
 * before: the text before the cursor. (transfer full) */
GListModel *chat_completer_list (ChatMemberList *members, const char *before);
/* Where the last word of it begins: the part that a completion replaces. */
const char *chat_completer_find_word (const char *before);

G_END_DECLS
