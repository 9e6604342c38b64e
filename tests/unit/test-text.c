/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text.h"

static void
assert_safe (const char *text, ChatTextLines lines, const char *expected)
{
  g_autofree char *safe = chat_text_make_safe (text, lines);

  g_assert_cmpstr (safe, ==, expected);
}

static void
test_ordinary_text_stays (void)
{
  const char *text = "Grüße, 你好, مرحبا, 👩‍👩‍👧 (family), <b>&amp;\\n";

  assert_safe (text, CHAT_TEXT_ONE_LINE, text);
  assert_safe ("", CHAT_TEXT_ONE_LINE, "");
}

static void
test_controls_become_visible (void)
{
  assert_safe ("\033[31mred\007", CHAT_TEXT_ONE_LINE, "␛[31mred␇");
  assert_safe ("a\x7f", CHAT_TEXT_ONE_LINE, "a␡");
  /* CSI and NEL as C1 characters. */
  assert_safe ("\xc2\x9b"
               "31m\xc2\x85",
               CHAT_TEXT_ONE_LINE, "<U+009B>31m<U+0085>");
}

static void
test_direction_cannot_be_changed (void)
{
  assert_safe ("\u202eevil\u2066x\u200f", CHAT_TEXT_ONE_LINE, "<U+202E>evil<U+2066>x<U+200F>");
  assert_safe ("\u2028\u061c", CHAT_TEXT_ONE_LINE, "<U+2028><U+061C>");
}

static void
test_line_breaks (void)
{
  assert_safe ("a\nb\tc", CHAT_TEXT_ONE_LINE, "a␊b␉c");
  assert_safe ("a\nb\tc", CHAT_TEXT_KEEP_LINES, "a\nb\tc");
  assert_safe ("a\r\nb", CHAT_TEXT_KEEP_LINES, "a\nb");
  assert_safe ("real\rfake", CHAT_TEXT_KEEP_LINES, "real␍fake");
}

static void
test_invalid_utf8_is_replaced (void)
{
  assert_safe ("a\xff"
               "b",
               CHAT_TEXT_ONE_LINE, "a\ufffdb");
}

static void
test_json_says_the_same (void)
{
  g_autofree char *safe = chat_text_escape_json ("{\"a\":\"\xc2\x9b\x7f\u202eü\"}");

  g_assert_cmpstr (safe, ==, "{\"a\":\"\\u009b\\u007f\\u202eü\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/ordinary", test_ordinary_text_stays);
  g_test_add_func ("/text/controls", test_controls_become_visible);
  g_test_add_func ("/text/direction", test_direction_cannot_be_changed);
  g_test_add_func ("/text/line-breaks", test_line_breaks);
  g_test_add_func ("/text/invalid-utf8", test_invalid_utf8_is_replaced);
  g_test_add_func ("/text/json", test_json_says_the_same);

  return g_test_run ();
}
