/* Where a text is typed: as high as it needs, up to some lines, with a hint while it is empty, and
 * with what a word can become. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-completion-popover.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_COMPOSER_ENTRY (chat_composer_entry_get_type ())
G_DECLARE_FINAL_TYPE (ChatComposerEntry, chat_composer_entry, CHAT, COMPOSER_ENTRY, AdwBin)

/* Signals:
 *
 * - "changed": there is another text
 * - "refused" (guint64 size): so much was pasted, or typed otherwise, that it was not put in */

GtkTextView *chat_composer_entry_get_view (ChatComposerEntry *self);
ChatCompletionPopover *chat_composer_entry_get_completions (ChatComposerEntry *self);
/* Where there is no text; also what the entry is called. */
void chat_composer_entry_set_hint (ChatComposerEntry *self, const char *hint);
void chat_composer_entry_set_private (ChatComposerEntry *self, gboolean private);
/* Nobody types these: they can be of any size, and open no completions. */
void chat_composer_entry_set_text (ChatComposerEntry *self, const char *text);
void chat_composer_entry_insert (ChatComposerEntry *self, const char *text);
void chat_composer_entry_insert_emoji (ChatComposerEntry *self);
/* A key that nobody else wanted, while the controller handles it. Takes the focus. */
gboolean chat_composer_entry_take_key (ChatComposerEntry *self, GtkEventControllerKey *controller,
                                       guint key, GdkModifierType modifiers);
char *chat_composer_entry_dup_text (ChatComposerEntry *self);
char *chat_composer_entry_dup_beginning (ChatComposerEntry *self, int n_characters);
gboolean chat_composer_entry_is_empty (ChatComposerEntry *self);
/* Not only spaces. */
gboolean chat_composer_entry_has_words (ChatComposerEntry *self);

G_END_DECLS
