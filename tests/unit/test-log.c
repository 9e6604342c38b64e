/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-log.h"

#include <string.h>

static void
assert_formatted (const char *value, const char *expected)
{
  g_autofree char *formatted = chat_log_format_value (value);

  g_assert_cmpstr (formatted, ==, expected);
}

static void
test_plain (void)
{
  assert_formatted ("alice", "alice");
  assert_formatted ("192.0.2.7:4711", "192.0.2.7:4711");
  assert_formatted ("[2001:db8::1]:4711", "[2001:db8::1]:4711");
  assert_formatted ("Žofie", "Žofie");
  assert_formatted ("王", "王");
}

static void
test_quoted (void)
{
  assert_formatted ("", "\"\"");
  assert_formatted ("two words", "\"two words\"");
  assert_formatted ("user=mallory", "\"user=mallory\"");
  assert_formatted ("a\"b", "\"a\\\"b\"");
  assert_formatted ("a\\b", "\"a\\\\b\"");
  assert_formatted ("\\", "\"\\\\\"");
  assert_formatted ("x\" user=admin", "\"x\\\" user=admin\"");
  /* A backslash cannot take the meaning of the quote that follows it. */
  assert_formatted ("x\\\" user=admin", "\"x\\\\\\\" user=admin\"");
}

static void
test_escaped (void)
{
  assert_formatted ("a\nb", "\"a\\u{a}b\"");
  assert_formatted ("a\r\tb", "\"a\\u{d}\\u{9}b\"");
  assert_formatted ("\033[2J", "\"\\u{1b}[2J\"");
  assert_formatted ("\x7f", "\"\\u{7f}\"");
  /* CSI as one character of C1, which some terminals obey. */
  assert_formatted ("\xc2\x9b"
                    "31m",
                    "\"\\u{9b}31m\"");
  /* Lines that end in other ways, and text that runs backwards. */
  assert_formatted ("\xc2\x85", "\"\\u{85}\"");
  assert_formatted ("a\xe2\x80\xa8", "\"a\\u{2028}\"");
  assert_formatted ("a\xe2\x80\xa9", "\"a\\u{2029}\"");
  assert_formatted ("\xe2\x80\xae"
                    "bob",
                    "\"\\u{202e}bob\"");
}

static void
test_not_utf8 (void)
{
  assert_formatted ("a\xff"
                    "b",
                    "a\xef\xbf\xbd"
                    "b");
  assert_formatted ("\xc0\x8a", "\xef\xbf\xbd\xef\xbf\xbd");
  assert_formatted ("\xed\xa0\x80 x", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd x\"");
  /* Cut within a character: the end of the string is still seen. */
  assert_formatted ("a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd");
}

/* Whatever the value is: one line, one pair, nothing but what can be seen. */
static void
test_any_bytes (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      char value[12];
      g_autofree char *formatted = NULL;
      gsize length;

      for (guint i = 0; i < sizeof value - 1; i++)
        value[i] = (char) g_test_rand_int_range (0, 256);
      value[sizeof value - 1] = '\0';
      formatted = chat_log_format_value (value);
      length = strlen (formatted);

      g_assert_true (g_utf8_validate (formatted, -1, NULL));
      for (const char *p = formatted; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
      if (formatted[0] != '"')
        g_assert_null (strpbrk (formatted, " =\"\\"));
      else
        {
          const char *p = formatted + 1;

          /* The first quote that no backslash escapes is the last character. */
          while (*p != '"' && *p != '\0')
            p += *p == '\\' ? 2 : 1;
          g_assert_true (p == formatted + length - 1);
        }
    }
}

static void
test_levels (void)
{
  for (guint i = 0; i < CHAT_N_LOG_LEVELS; i++)
    {
      ChatLogLevel level = CHAT_N_LOG_LEVELS;

      g_assert_true (
          chat_log_level_from_string (chat_log_level_to_string ((ChatLogLevel) i), &level));
      g_assert_cmpuint (level, ==, i);
    }
  g_assert_cmpstr (chat_log_level_to_string (CHAT_LOG_WARNING), ==, "warning");
  g_assert_false (chat_log_level_from_string ("Info", &(ChatLogLevel){ 0 }));
  g_assert_false (chat_log_level_from_string ("", &(ChatLogLevel){ 0 }));
}

/* What journald takes as a field: capitals, digits and underscores. */
static void
test_journal_fields (void)
{
  g_autofree char *user = chat_log_dup_field_name ("user");
  g_autofree char *in_force = chat_log_dup_field_name ("in-force");

  g_assert_cmpstr (user, ==, "CONCLAVE_USER");
  g_assert_cmpstr (in_force, ==, "CONCLAVE_IN_FORCE");
}

static void
write_lines (void)
{
  chat_log (CHAT_LOG_INFO, "joined", "user", "alice\n2026 error forged", "address", NULL, "code",
            "x=y", NULL);
  chat_log (CHAT_LOG_DEBUG, "too-quiet", NULL);
  chat_log_set_level (CHAT_LOG_DEBUG);
  chat_log (CHAT_LOG_DEBUG, "told", NULL);
  chat_log_set_level (CHAT_LOG_ERROR);
  chat_log (CHAT_LOG_WARNING, "too-quiet", NULL);
  chat_log (CHAT_LOG_ERROR, "grave", "reason", "r", NULL);
}

static void
test_lines (void)
{
  if (g_test_subprocess ())
    {
      write_lines ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("2*-*-*T*:*:*Z info joined user=\"alice\\u{a}2026 error "
                             "forged\" code=\"x=y\"\n"
                             "2*-*-*T*:*:*Z debug told\n"
                             "2*-*-*T*:*:*Z error grave reason=r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/plain", test_plain);
  g_test_add_func ("/log/quoted", test_quoted);
  g_test_add_func ("/log/escaped", test_escaped);
  g_test_add_func ("/log/not-utf8", test_not_utf8);
  g_test_add_func ("/log/any-bytes", test_any_bytes);
  g_test_add_func ("/log/levels", test_levels);
  g_test_add_func ("/log/journal-fields", test_journal_fields);
  g_test_add_func ("/log/lines", test_lines);

  return g_test_run ();
}
