/* Makes a key: with a passphrase or without, saved where one says, its public half ready to hand
 * over. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_CREATE_KEY_DIALOG (chat_create_key_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatCreateKeyDialog, chat_create_key_dialog, CHAT, CREATE_KEY_DIALOG,
                      AdwWindow)

/* Signal "created" (const char *path): the private key is there. */

ChatCreateKeyDialog *chat_create_key_dialog_new (GtkWindow *parent, const char *username);
/* What the file chooser does, once the place is known. */
void chat_create_key_dialog_create (ChatCreateKeyDialog *self, GFile *file);

G_END_DECLS
