/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pin-file.h"
#include "fuzz-file.h"
#include "fuzz-keys.h"
#include "fuzz.h"

#include <string.h>

/* The file of the known keys, in which $0, $1 and $2 stand for names of keys as in fuzz-keys.h. */

static const char *
skip_head (const char *text)
{
  const char *end = strchr (text, '\n');

  g_assert_nonnull (end);

  return end;
}

/* What is written can be read, and is the same then. */
static char *
write_again (ChatPins *pins)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = chat_pin_file_to_text (pins);
  g_autoptr (ChatPins) again = chat_pin_file_parse (text, strlen (text), &error);
  g_autofree char *text_again = NULL;

  g_assert_no_error (error);
  text_again = chat_pin_file_to_text (again);
  g_assert_cmpstr (text_again, ==, text);

  return g_steal_pointer (&text);
}

/* Whatever was known about a name, the key that is accepted is its own, and the one before ends. */
static void
change_keys (ChatPins *pins)
{
  const char *kid = chat_public_key_get_id (fuzz_get_public_key (2));
  const ChatPinEnd end = { .history = "store", .seq = 12 };

  for (guint i = 0; i < chat_pins_get_size (pins); i++)
    {
      const char *name = chat_pins_get_name (pins, i);
      g_autofree char *before = g_strdup (chat_pins_find (pins, name));
      ChatPinEnd found;

      g_assert_nonnull (before);
      chat_pins_accept (pins, name, kid, &end);
      g_assert_cmpstr (chat_pins_find (pins, name), ==, kid);
      g_assert_true (chat_pins_knows (pins, name, before));
      g_assert_false (chat_pins_find_end (pins, name, kid, &found));
      if (g_str_equal (before, kid))
        continue;
      g_assert_true (chat_pins_find_end (pins, name, before, &found));
      g_assert_cmpint (found.seq, ==, end.seq);
    }
}

/* Anything that we would not have written ourselves is an error. */
static void
check_text (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPins) pins = chat_pin_file_parse (text, size, &error);
  g_autofree char *written = NULL;
  g_autofree char *changed = NULL;

  g_assert_cmpint (pins != NULL, ==, error == NULL);
  if (error != NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }

  written = write_again (pins);
  g_assert_cmpstr (skip_head (written), ==, skip_head (text));
  change_keys (pins);
  changed = write_again (pins);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *)data, size);
  g_autofree char *path = fuzz_write_file ("known-keys", data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPins) pins = chat_pin_file_load (path, &error);

  g_assert_cmpint (pins != NULL, ==, error == NULL);
  check_text (text, strlen (text));

  return 0;
}
