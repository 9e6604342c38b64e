/* What Tab completes: commands at the beginning of a line, names after /msg and after @. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

G_BEGIN_DECLS

void chat_completion_install (ChatMemberList *members);
void chat_completion_uninstall (void);
/* What could stand in place of word, which begins at byte start of line. (transfer full) */
GStrv chat_completion_find (ChatMemberList *members, const char *line, gsize start,
                            const char *word);

G_END_DECLS
