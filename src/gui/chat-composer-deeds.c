/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer-deeds.h"

static void
set_recalled (ChatComposer *composer, const char *text)
{
  g_autofree char *copy = g_strdup (text);

  if (copy != NULL)
    chat_composer_set_text (composer, copy);
}

/**
 * chat_composer_deeds_do:
 * @composer: a composer
 * @deed: what a key means to it
 * @recall: the last texts
 * @completions: what the word before the cursor can become
 */
void
chat_composer_deeds_do (ChatComposer *composer, ChatComposerDeed deed, ChatRecall *recall,
                        ChatCompletionPopover *completions)
{
  g_autofree char *now = NULL;

  g_return_if_fail (CHAT_IS_COMPOSER (composer) && recall != NULL);
  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (completions));

  switch (deed)
    {
    case CHAT_COMPOSER_SEND:
      chat_composer_submit (composer);
      break;
    case CHAT_COMPOSER_TAKE:
      chat_completion_popover_take (completions);
      break;
    case CHAT_COMPOSER_CHOOSE_NEXT:
    case CHAT_COMPOSER_CHOOSE_PREVIOUS:
      chat_completion_popover_move (completions, deed == CHAT_COMPOSER_CHOOSE_NEXT ? 1 : -1);
      break;
    case CHAT_COMPOSER_CLOSE:
      chat_completion_popover_close (completions);
      break;
    case CHAT_COMPOSER_GO_BACK:
      now = chat_composer_dup_text (composer);
      set_recalled (composer, chat_recall_go_back (recall, now));
      break;
    case CHAT_COMPOSER_GO_FORWARD:
      set_recalled (composer, chat_recall_go_forward (recall));
      break;
    case CHAT_COMPOSER_WRITE_TO_ALL:
      chat_composer_write_to (composer, NULL);
      break;
    case CHAT_COMPOSER_EDIT:
    case CHAT_COMPOSER_COMPLETE:
    default:
      break;
    }
}
