/* What can be typed, told in a window. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_HELP_DIALOG (chat_help_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatHelpDialog, chat_help_dialog, CHAT, HELP_DIALOG, AdwWindow)

ChatHelpDialog *chat_help_dialog_new (GtkWindow *parent); /* nullable */

G_END_DECLS
