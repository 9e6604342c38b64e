/* What a key means to the composer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * ChatComposerSituation:
 * @CHAT_COMPOSER_ENTER_SENDS: the user's wish; else it breaks the line
 * @CHAT_COMPOSER_EMPTY: there is no text
 * @CHAT_COMPOSER_CHOOSING: completions are shown
 * @CHAT_COMPOSER_PRIVATE: it is for one member only
 *
 * What matters when a key is pressed.
 */
typedef enum
{
  CHAT_COMPOSER_ENTER_SENDS = 1 << 0,
  CHAT_COMPOSER_EMPTY = 1 << 1,
  CHAT_COMPOSER_CHOOSING = 1 << 2,
  CHAT_COMPOSER_PRIVATE = 1 << 3,
} ChatComposerSituation;

/**
 * ChatComposerDeed:
 * @CHAT_COMPOSER_EDIT: the key is the text's
 * @CHAT_COMPOSER_SEND: send it
 * @CHAT_COMPOSER_TAKE: take the completion
 * @CHAT_COMPOSER_CHOOSE_NEXT: the next completion
 * @CHAT_COMPOSER_CHOOSE_PREVIOUS: the previous one
 * @CHAT_COMPOSER_CLOSE: show no completions
 * @CHAT_COMPOSER_COMPLETE: show completions
 * @CHAT_COMPOSER_GO_BACK: an older text
 * @CHAT_COMPOSER_GO_FORWARD: a newer one
 * @CHAT_COMPOSER_WRITE_TO_ALL: no longer private
 *
 * What a key does.
 */
typedef enum
{
  CHAT_COMPOSER_EDIT,
  CHAT_COMPOSER_SEND,
  CHAT_COMPOSER_TAKE,
  CHAT_COMPOSER_CHOOSE_NEXT,
  CHAT_COMPOSER_CHOOSE_PREVIOUS,
  CHAT_COMPOSER_CLOSE,
  CHAT_COMPOSER_COMPLETE,
  CHAT_COMPOSER_GO_BACK,
  CHAT_COMPOSER_GO_FORWARD,
  CHAT_COMPOSER_WRITE_TO_ALL,
} ChatComposerDeed;

/* modifiers: without locks. */
ChatComposerDeed chat_composer_keys_decide (guint key, GdkModifierType modifiers,
                                            ChatComposerSituation situation);

G_END_DECLS
