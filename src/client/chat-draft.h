/* What one was about to say, kept on this computer, sealed for oneself. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

/**
 * ChatDraft:
 *
 * What one was about to say in a room, kept on this computer, sealed for oneself. Reading and
 * writing happen in a thread.
 */
#define CHAT_TYPE_DRAFT (chat_draft_get_type ())
G_DECLARE_FINAL_TYPE (ChatDraft, chat_draft, CHAT, DRAFT, GObject)

ChatDraft *chat_draft_new (const char *folder, ChatPrivateKey *key);

void chat_draft_load (ChatDraft *self);
/* Written a moment after the last change; an empty text removes the file, at once. */
void chat_draft_set_text (ChatDraft *self, const char *text);
/* What is to be written is written now, in the thread. */
void chat_draft_flush (ChatDraft *self);

G_END_DECLS
