/* The room as lines of text. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-view.h"

G_BEGIN_DECLS

#define CHAT_TYPE_TEXT_VIEW (chat_text_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatTextView, chat_text_view, CHAT, TEXT_VIEW, GObject)

/**
 * ChatTextViewFlags:
 * @CHAT_TEXT_VIEW_COLOR: with colors
 * @CHAT_TEXT_VIEW_OWN: own messages are shown when they are posted
 *
 * How text is to look.
 */
typedef enum
{
  CHAT_TEXT_VIEW_PLAIN = 0,
  CHAT_TEXT_VIEW_COLOR = 1 << 0,
  CHAT_TEXT_VIEW_OWN = 1 << 1,
} ChatTextViewFlags;

ChatView *chat_text_view_new (ChatTextViewFlags flags, ChatLineFunc func, gpointer user_data);

G_END_DECLS
