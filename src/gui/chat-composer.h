/* Where one writes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_COMPOSER (chat_composer_get_type ())
G_DECLARE_FINAL_TYPE (ChatComposer, chat_composer, CHAT, COMPOSER, AdwBin)

/* Property with notify: "enter-sends" (else Enter breaks the line, and Shift+Enter sends). Signals:
 *
 * - "submit" (const char *text) → gboolean: whether it was taken; else it stays
 * - "changed": there is another text, or it is for somebody else
 *
 * A text for one member only begins with "/msg NAME " when it is set, got, or submitted. */

void chat_composer_set_members (ChatComposer *self, ChatMemberList *members); /* nullable */
/* Else what is sent waits, and the hint says so. */
void chat_composer_set_connected (ChatComposer *self, gboolean connected);
void chat_composer_set_text (ChatComposer *self, const char *text);
char *chat_composer_dup_text (ChatComposer *self);
/* The text stays, and is for this member only; NULL: for all. */
void chat_composer_write_to (ChatComposer *self, const char *username);
/* Puts "> " before each line of a text, and it before the cursor. */
void chat_composer_quote (ChatComposer *self, const char *author, const char *text);
/* A key that nobody else wanted, while the controller handles it. Takes the focus. */
gboolean chat_composer_take_key (ChatComposer *self, GtkEventControllerKey *controller, guint key,
                                 GdkModifierType modifiers);
void chat_composer_submit (ChatComposer *self);
/* Tab. FALSE when there is nothing to complete. */
gboolean chat_composer_complete (ChatComposer *self);

G_END_DECLS
