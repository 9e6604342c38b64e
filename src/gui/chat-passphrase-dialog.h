/* Asks for the passphrase of a private key. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secret.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_PASSPHRASE_DIALOG (chat_passphrase_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatPassphraseDialog, chat_passphrase_dialog, CHAT, PASSPHRASE_DIALOG,
                      AdwMessageDialog)

#define CHAT_PASSPHRASE_RESPONSE_OPEN "open"

/* problem: (nullable): what was wrong with the last one */
ChatPassphraseDialog *chat_passphrase_dialog_new (GtkWindow *parent, const char *path,
                                                  const char *problem);
/* Until then, it is offered to remember the passphrase, and nobody has said yes. */
void chat_passphrase_dialog_set_keyring (ChatPassphraseDialog *self, gboolean available,
                                         gboolean remember);
gboolean chat_passphrase_dialog_get_remember (ChatPassphraseDialog *self);
ChatSecret *chat_passphrase_dialog_dup_passphrase (ChatPassphraseDialog *self);

G_END_DECLS
