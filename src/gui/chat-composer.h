/* Where one writes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_COMPOSER (chat_composer_get_type ())
G_DECLARE_FINAL_TYPE (ChatComposer, chat_composer, CHAT, COMPOSER, AdwBin)

/* Signal "submit" (const char *text) → gboolean: whether it was taken; else it stays. */

void chat_composer_set_members (ChatComposer *self, ChatMemberList *members); /* nullable */
void chat_composer_set_text (ChatComposer *self, const char *text);
char *chat_composer_dup_text (ChatComposer *self);
void chat_composer_submit (ChatComposer *self);
/* Tab. FALSE when there is nothing to complete. */
gboolean chat_composer_complete (ChatComposer *self);

G_END_DECLS
