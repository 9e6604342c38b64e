/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json.h"
#include "fuzz.h"

#include <string.h>

/* What the strict check lets through, json-glib takes; and what it makes of it passes the check
 * again and stays the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  gboolean good = chat_json_check (text, size, &error);
  g_autoptr (JsonObject) object = chat_json_parse_object (text, size, NULL);
  g_autoptr (JsonObject) second = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;
  gsize n_once, n_twice;

  g_assert_cmpint (good, ==, error == NULL);
  g_assert_true (good || object == NULL);
  if (object == NULL)
    return 0;

  once = chat_json_to_string (object, &n_once);
  g_assert_true (chat_json_check (once, n_once, NULL));
  second = chat_json_parse_object (once, n_once, NULL);
  g_assert_nonnull (second);
  twice = chat_json_to_string (second, &n_twice);
  g_assert_cmpmem (once, n_once, twice, n_twice);

  return 0;
}
