/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-mention.h"

#include <string.h>

static char *
fold (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);

  return composed != NULL ? g_utf8_casefold (composed, -1) : NULL;
}

/* What would make another word of it. A full stop may end a sentence, so it does only between two
 * letters: "bob" is not meant by "bob.smith", but is by "Thanks, bob." */
static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static gboolean
goes_on_before (const char *text, const char *p)
{
  gunichar c;

  if (p == text)
    return FALSE;
  p = g_utf8_prev_char (p);
  c = g_utf8_get_char (p);
  if ((c == '.' || c == '-') && p > text)
    c = g_utf8_get_char (g_utf8_prev_char (p));

  return is_letter (c);
}

static gboolean
goes_on_after (const char *p)
{
  gunichar c = g_utf8_get_char (p);

  if (c == '.' || c == '-')
    c = g_utf8_get_char (g_utf8_next_char (p));

  return c != '\0' && is_letter (c);
}

/**
 * chat_mention_is_in:
 * @text: what somebody wrote, in UTF-8
 * @username: a name
 *
 * The name counts as a whole word, with or without an @, in capitals or not.
 *
 * Returns: whether the name is in it
 */
gboolean
chat_mention_is_in (const char *text, const char *username)
{
  g_autofree char *folded = NULL;
  g_autofree char *name = NULL;
  gsize length;

  g_return_val_if_fail (text != NULL && username != NULL, FALSE);

  folded = fold (text);
  name = fold (username);
  if (folded == NULL || name == NULL || *name == '\0')
    return FALSE;

  length = strlen (name);
  for (const char *p = strstr (folded, name); p != NULL; p = strstr (g_utf8_next_char (p), name))
    if (!goes_on_before (folded, p) && !goes_on_after (p + length))
      return TRUE;

  return FALSE;
}
