/* A key that has changed: the old and the new fingerprint, and whether to accept it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_KEY_DIALOG (chat_key_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeyDialog, chat_key_dialog, CHAT, KEY_DIALOG, AdwMessageDialog)

/* member: one whose key has changed. */
ChatKeyDialog *chat_key_dialog_new (GtkWindow *parent, ChatSession *session, ChatMember *member);

G_END_DECLS
