/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-fold.h"

/**
 * chat_fold:
 * @text: a text in UTF-8
 *
 * Returns: (transfer full): the same for all texts that somebody who searches thinks equal
 */
char *
chat_fold (const char *text)
{
  g_autofree char *small = NULL;
  g_autofree char *apart = NULL;
  GString *folded;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);

  small = g_utf8_casefold (text, -1);
  apart = g_utf8_normalize (small, -1, G_NORMALIZE_ALL);
  folded = g_string_sized_new (64);
  for (const char *p = apart; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (folded, g_utf8_get_char (p));

  return g_string_free (folded, FALSE);
}
