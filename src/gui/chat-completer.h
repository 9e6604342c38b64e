/* What a word that was begun could become: commands after a slash, names after @ or /msg. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

G_BEGIN_DECLS

/* before: the text before the cursor. NULL when there is nothing, or more than one without anything
 * in common, to add; otherwise what the last word of it becomes. */
char *chat_completer_complete (ChatMemberList *members, const char *before);

G_END_DECLS
