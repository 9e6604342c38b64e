/* Finds the passphrase of a private key for a joiner: in the keyring, or by asking. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-joiner.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_UNLOCKER (chat_unlocker_get_type ())
G_DECLARE_FINAL_TYPE (ChatUnlocker, chat_unlocker, CHAT, UNLOCKER, GObject)

/* Signal "told" (const char *): a quiet sentence for the user. */

/* over: a widget in the window over which one is asked. */
ChatUnlocker *chat_unlocker_new (ChatJoiner *joiner, GtkWidget *over);
/* The dialog, while one is asked; nullable. */
GtkWindow *chat_unlocker_get_dialog (ChatUnlocker *self);

G_END_DECLS
