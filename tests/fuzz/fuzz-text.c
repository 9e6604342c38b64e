/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text.h"
#include "chat-username.h"
#include "fuzz.h"

#include <string.h>

/* A name that is taken has one form under which it is found, and shows nothing that is not there.
 */
static void
check_name (const char *name)
{
  g_autofree char *folded = NULL;
  g_autofree char *again = NULL;

  if (!chat_username_check (name, NULL))
    return;

  folded = chat_username_fold (name);
  again = chat_username_fold (folded);
  g_assert_cmpstr (folded, ==, again);
  g_assert_true (strpbrk (name, "/\\ \t\n\x1b") == NULL && name[0] != '.');
}

static void
assert_safe (const char *text, gboolean keep_lines)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_assert_true (!g_unichar_iscntrl (c) || (keep_lines && (c == '\n' || c == '\t')));
      /* What turns the text around. */
      g_assert_false ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
    }
}

/* Nothing that a terminal obeys comes out, whatever goes in. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *line = chat_text_make_safe (valid, CHAT_TEXT_ONE_LINE);
  g_autofree char *lines = chat_text_make_safe (valid, CHAT_TEXT_KEEP_LINES);
  g_autofree char *json = chat_text_escape_json (valid);

  check_name (text);
  assert_safe (line, FALSE);
  assert_safe (lines, TRUE);
  g_assert_true (g_utf8_validate (json, -1, NULL));

  return 0;
}
