/* Text from others, made safe to show in a terminal. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatTextLines:
 * @CHAT_TEXT_ONE_LINE: line breaks are made visible as well (names, short texts of the server)
 * @CHAT_TEXT_KEEP_LINES: line breaks and tabs stay (messages)
 *
 * What becomes of line breaks.
 */
typedef enum
{
  CHAT_TEXT_ONE_LINE,
  CHAT_TEXT_KEEP_LINES,
} ChatTextLines;

char *chat_text_make_safe (const char *text, ChatTextLines lines);
char *chat_text_escape_json (const char *json);

G_END_DECLS
