/* Leads to the latest message, and tells how many have come that have not been seen. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_JUMP_BUTTON (chat_jump_button_get_type ())
G_DECLARE_FINAL_TYPE (ChatJumpButton, chat_jump_button, CHAT, JUMP_BUTTON, AdwBin)

/* Property with notify: "unread". */

guint chat_jump_button_get_unread (ChatJumpButton *self);
/* One more has come; it is unread, if the button is shown. */
void chat_jump_button_count (ChatJumpButton *self);
void chat_jump_button_reset (ChatJumpButton *self);
/* Fades in or out; while it is not shown, what is below it can be clicked, and all is read. */
void chat_jump_button_set_shown (ChatJumpButton *self, gboolean shown);

G_END_DECLS
