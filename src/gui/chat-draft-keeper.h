/* Keeps what stands in a composer as the draft of a room, and puts it back. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-composer.h"
#include "chat-draft.h"

G_BEGIN_DECLS

#define CHAT_TYPE_DRAFT_KEEPER (chat_draft_keeper_get_type ())
G_DECLARE_FINAL_TYPE (ChatDraftKeeper, chat_draft_keeper, CHAT, DRAFT_KEEPER, GObject)

ChatDraftKeeper *chat_draft_keeper_new (ChatComposer *composer);
/* The composer is emptied, and gets what was kept. NULL: nothing is kept. */
void chat_draft_keeper_set_draft (ChatDraftKeeper *self, ChatDraft *draft);

G_END_DECLS
