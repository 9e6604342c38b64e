/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-retry.h"

#include "chat-limits.h"

static void
test_pauses_grow_to_a_limit (void)
{
  ChatRetry retry = { 0 };
  guint pause = CHAT_RETRY_FIRST_SECONDS * 1000;

  for (guint i = 0; i < 100; i++)
    {
      guint next = chat_retry_next (&retry);

      g_assert_cmpuint (next, <=, pause);
      g_assert_cmpuint (next, >, pause / 2 - 1);
      pause = MIN (pause * 2, CHAT_RETRY_MAX_SECONDS * 1000);
    }
}

static void
test_a_steady_connection_starts_again (void)
{
  ChatRetry retry = { 0 };

  for (guint i = 0; i < 10; i++)
    chat_retry_next (&retry);
  chat_retry_reset (&retry);
  g_assert_cmpuint (chat_retry_next (&retry), <=, CHAT_RETRY_FIRST_SECONDS * 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/grow", test_pauses_grow_to_a_limit);
  g_test_add_func ("/retry/reset", test_a_steady_connection_starts_again);

  return g_test_run ();
}
