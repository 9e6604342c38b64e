/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-column.h"

static guint
count_columns (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      n += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }

  return n;
}

/**
 * chat_column_pad:
 * @text: text in UTF-8
 * @width: how wide the column is, in columns of the terminal
 *
 * Fills a cell of a table in a terminal. Wide letters count as two columns and combining marks as
 * none, where printf() would count bytes.
 *
 * Returns: (transfer full): @text with as many blanks behind it as it takes; all of it, when it is
 *   wider
 */
char *
chat_column_pad (const char *text, guint width)
{
  guint n = count_columns (text);
  g_autofree char *blanks = g_strnfill (n < width ? width - n : 0, ' ');

  return g_strconcat (text, blanks, NULL);
}
