/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer-keys.h"

/* Ctrl+Enter always sends; of Enter and Shift+Enter one does, and the other breaks the line. */
static ChatComposerDeed
decide_enter (GdkModifierType modifiers, ChatComposerSituation situation)
{
  gboolean enter_sends = (situation & CHAT_COMPOSER_ENTER_SENDS) != 0;

  if (modifiers == GDK_CONTROL_MASK)
    return CHAT_COMPOSER_SEND;
  if (modifiers == GDK_SHIFT_MASK)
    return enter_sends ? CHAT_COMPOSER_EDIT : CHAT_COMPOSER_SEND;
  if (modifiers != 0)
    return CHAT_COMPOSER_EDIT;
  if ((situation & CHAT_COMPOSER_CHOOSING) != 0)
    return CHAT_COMPOSER_TAKE;

  return enter_sends ? CHAT_COMPOSER_SEND : CHAT_COMPOSER_EDIT;
}

static ChatComposerDeed
decide_with_control (guint key)
{
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return CHAT_COMPOSER_GO_BACK;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return CHAT_COMPOSER_GO_FORWARD;
    default:
      return CHAT_COMPOSER_EDIT;
    }
}

static ChatComposerDeed
decide_plain (guint key, ChatComposerSituation situation)
{
  gboolean choosing = (situation & CHAT_COMPOSER_CHOOSING) != 0;
  gboolean empty = (situation & CHAT_COMPOSER_EMPTY) != 0;

  switch (key)
    {
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      return choosing ? CHAT_COMPOSER_TAKE : CHAT_COMPOSER_COMPLETE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      if (choosing)
        return CHAT_COMPOSER_CHOOSE_PREVIOUS;
      return empty ? CHAT_COMPOSER_GO_BACK : CHAT_COMPOSER_EDIT;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return choosing ? CHAT_COMPOSER_CHOOSE_NEXT : CHAT_COMPOSER_EDIT;
    case GDK_KEY_Escape:
      if (choosing)
        return CHAT_COMPOSER_CLOSE;
      /* Not while there are words that were meant for one only. */
      return empty && (situation & CHAT_COMPOSER_PRIVATE) != 0 ? CHAT_COMPOSER_WRITE_TO_ALL
                                                               : CHAT_COMPOSER_EDIT;
    default:
      return CHAT_COMPOSER_EDIT;
    }
}

/**
 * chat_composer_keys_decide:
 * @key: a key value
 * @modifiers: which modifiers are held, of those that accelerators have
 * @situation: what matters
 *
 * Returns: what is to be done
 */
ChatComposerDeed
chat_composer_keys_decide (guint key, GdkModifierType modifiers, ChatComposerSituation situation)
{
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter)
    return decide_enter (modifiers, situation);
  if (modifiers == GDK_CONTROL_MASK)
    return decide_with_control (key);

  return modifiers == 0 ? decide_plain (key, situation) : CHAT_COMPOSER_EDIT;
}
