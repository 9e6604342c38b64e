/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text.h"

#include <string.h>

/* U+2400 SYMBOL FOR NULL begins a picture for each C0 control character. */
#define CONTROL_PICTURES 0x2400
#define PICTURE_OF_DELETE 0x2421

static gboolean
is_bidi_control (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_separator (gunichar c)
{
  return c == 0x2028 || c == 0x2029;
}

/* What could move the cursor, change colours, or show text in another order than it is stored in.
 * Joiners stay: scripts and emoji need them. */
static gboolean
is_unsafe (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || is_bidi_control (c) || is_separator (c)
         || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

static void
append_visible (GString *safe, gunichar c)
{
  if (c < 0x20)
    g_string_append_unichar (safe, CONTROL_PICTURES + c);
  else if (c == 0x7f)
    g_string_append_unichar (safe, PICTURE_OF_DELETE);
  else
    g_string_append_printf (safe, "<U+%04X>", c);
}

/**
 * chat_text_make_safe:
 * @text: text in UTF-8 from somebody else; bytes that are not UTF-8 are replaced
 * @lines: what becomes of line breaks
 *
 * Replaces everything that a terminal could obey by something visible: control characters (C0, C1,
 * ESC, DEL), bidirectional overrides and isolates, and a carriage return that does not belong to a
 * line break.
 *
 * Returns: (transfer full): text that a terminal only shows
 */
char *
chat_text_make_safe (const char *text, ChatTextLines lines)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) safe = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  safe = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (lines == CHAT_TEXT_KEEP_LINES && c == '\r' && p[1] == '\n')
        continue;
      if (!is_unsafe (c) || (lines == CHAT_TEXT_KEEP_LINES && (c == '\n' || c == '\t')))
        g_string_append_unichar (safe, c);
      else
        append_visible (safe, c);
    }

  return g_string_free (g_steal_pointer (&safe), FALSE);
}

/**
 * chat_text_escape_json:
 * @json: a JSON document without line breaks between its tokens
 *
 * Does for JSON what [func@text_make_safe] does for text, without losing anything: what a terminal
 * could obey can only stand in strings, where `\uXXXX` says the same.
 *
 * Returns: (transfer full): the same document, safe to show in a terminal
 */
char *
chat_text_escape_json (const char *json)
{
  g_autoptr (GString) safe = NULL;

  g_return_val_if_fail (json != NULL, NULL);

  safe = g_string_sized_new (strlen (json));
  for (const char *p = json; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_unsafe (c))
        g_string_append_printf (safe, "\\u%04x", c);
      else
        g_string_append_unichar (safe, c);
    }

  return g_string_free (g_steal_pointer (&safe), FALSE);
}
