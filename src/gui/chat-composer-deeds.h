/* What a key does in the composer, once it is known what it means. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-completion-popover.h"
#include "chat-composer-keys.h"
#include "chat-composer.h"
#include "chat-recall.h"

G_BEGIN_DECLS

/* Not for those that are no deed of the composer alone: to edit, and to complete or go on. */
void chat_composer_deeds_do (ChatComposer *composer, ChatComposerDeed deed, ChatRecall *recall,
                             ChatCompletionPopover *completions);

G_END_DECLS
