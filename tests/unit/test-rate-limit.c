/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rate-limit.h"

/* The clock of these tests; any beginning will do. */
#define START G_GINT64_CONSTANT (123456789)
#define SECOND ((gint64) G_USEC_PER_SEC)

static void
take_burst (ChatRateLimit *limit, guint n, gint64 now)
{
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (chat_rate_limit_take (limit, 1, now), ==, 0);
}

static void
test_burst (void)
{
  ChatRateLimit limit;

  chat_rate_limit_init (&limit, 10, START);
  take_burst (&limit, 10 * CHAT_RATE_BURST_SECONDS, START);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START), >, 0);
}

static void
test_wait_is_enough (void)
{
  ChatRateLimit limit;
  gint64 now = START, wait;

  chat_rate_limit_init (&limit, 10, START);
  take_burst (&limit, 10 * CHAT_RATE_BURST_SECONDS, now);
  /* Whoever waits as long as told keeps the rate: a tenth of a second each. */
  for (guint i = 0; i < 100; i++)
    {
      wait = chat_rate_limit_take (&limit, 1, now);
      g_assert_cmpint (wait, >, 0);
      g_assert_cmpint (wait, <=, SECOND / 10 + 2);
      now += wait;
    }
  g_assert_cmpint (now - START, >=, 10 * SECOND - 200);
}

static void
test_credit_is_paid_back (void)
{
  ChatRateLimit limit;

  chat_rate_limit_init (&limit, 10, START);
  take_burst (&limit, 10 * CHAT_RATE_BURST_SECONDS, START);
  /* What has come is handled all the same, and the wait grows with it. */
  for (guint i = 1; i <= 20; i++)
    {
      gint64 wait = chat_rate_limit_take (&limit, 1, START);

      g_assert_cmpint (wait, >=, i * SECOND / 10);
      g_assert_cmpint (wait, <=, i * SECOND / 10 + 2);
    }
}

static void
test_fills_to_the_brim (void)
{
  ChatRateLimit limit;
  gint64 later = START + 1000000 * SECOND;

  chat_rate_limit_init (&limit, 10, START);
  take_burst (&limit, 10 * CHAT_RATE_BURST_SECONDS, START);
  /* However long the pause, no more than the burst comes at once. */
  take_burst (&limit, 10 * CHAT_RATE_BURST_SECONDS, later);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, later), >, 0);
}

static void
test_fills_in_small_steps (void)
{
  ChatRateLimit limit;
  gint64 now = START;

  /* Parts of a token add up: at exactly the rate, nobody ever waits. */
  chat_rate_limit_init (&limit, 30, START);
  take_burst (&limit, 30 * CHAT_RATE_BURST_SECONDS, now);
  for (guint i = 0; i < 900; i++)
    {
      now += SECOND / 30 + 1;
      g_assert_cmpint (chat_rate_limit_take (&limit, 1, now), ==, 0);
    }
}

static void
test_no_limit (void)
{
  ChatRateLimit limit;

  chat_rate_limit_init (&limit, 0, START);
  take_burst (&limit, 100000, START);
}

static void
test_many_at_once (void)
{
  ChatRateLimit limit;

  /* What is large costs more, as much as so many small ones. */
  chat_rate_limit_init (&limit, 10, START);
  g_assert_cmpint (chat_rate_limit_take (&limit, 10 * CHAT_RATE_BURST_SECONDS, START), ==, 0);
  g_assert_cmpint (chat_rate_limit_take (&limit, 25, START), >=, 5 * SECOND / 2);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START), >=, 26 * SECOND / 10);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START), <=, 27 * SECOND / 10 + 2);
}

static void
test_one_a_second (void)
{
  ChatRateLimit limit;

  chat_rate_limit_init (&limit, 1, START);
  take_burst (&limit, CHAT_RATE_BURST_SECONDS, START);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START), >=, SECOND);
  /* Half a second later half of it is still to be waited for, and the new one. */
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START + SECOND / 2), >=, SECOND + SECOND / 2);
  g_assert_cmpint (chat_rate_limit_take (&limit, 1, START + 3 * SECOND), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate-limit/burst", test_burst);
  g_test_add_func ("/rate-limit/wait", test_wait_is_enough);
  g_test_add_func ("/rate-limit/credit", test_credit_is_paid_back);
  g_test_add_func ("/rate-limit/brim", test_fills_to_the_brim);
  g_test_add_func ("/rate-limit/small-steps", test_fills_in_small_steps);
  g_test_add_func ("/rate-limit/none", test_no_limit);
  g_test_add_func ("/rate-limit/many-at-once", test_many_at_once);
  g_test_add_func ("/rate-limit/one-a-second", test_one_a_second);

  return g_test_run ();
}
