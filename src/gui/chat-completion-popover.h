/* What the word that is being typed can become, above it. It never takes the focus. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_COMPLETION_POPOVER (chat_completion_popover_get_type ())
G_DECLARE_FINAL_TYPE (ChatCompletionPopover, chat_completion_popover, CHAT, COMPLETION_POPOVER,
                      GtkPopover)

/* For a text view beside which it stands; it is a child of the view's owner. */
ChatCompletionPopover *chat_completion_popover_new (GtkTextView *view);

void chat_completion_popover_set_members (ChatCompletionPopover *self,
                                          ChatMemberList *members); /* nullable */
/* The text or the cursor is another. Opens, if there is something to choose from. */
void chat_completion_popover_update (ChatCompletionPopover *self);
/* The same, but a single one is taken at once. FALSE: there is none. */
gboolean chat_completion_popover_complete (ChatCompletionPopover *self);
void chat_completion_popover_close (ChatCompletionPopover *self);
gboolean chat_completion_popover_is_open (ChatCompletionPopover *self);
void chat_completion_popover_move (ChatCompletionPopover *self, int rows);
/* Puts the selected one in the place of the word. */
void chat_completion_popover_take (ChatCompletionPopover *self);

G_END_DECLS
