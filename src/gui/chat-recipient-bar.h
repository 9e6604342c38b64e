/* Says for whom alone a text is, above where one writes it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_RECIPIENT_BAR (chat_recipient_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatRecipientBar, chat_recipient_bar, CHAT, RECIPIENT_BAR, AdwBin)

/* Signal:
 *
 * - "write-to-all": it is not to be private */

/* Shown as it is, so it has to be safe. NULL: for all, and there is no bar. */
void chat_recipient_bar_set_name (ChatRecipientBar *self, const char *name, gboolean known);

G_END_DECLS
