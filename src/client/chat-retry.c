/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-retry.h"

#include "chat-limits.h"

/**
 * chat_retry_next:
 * @self: a retry counter
 *
 * Counts a failure. Pauses double from %CHAT_RETRY_FIRST_SECONDS to %CHAT_RETRY_MAX_SECONDS, and up
 * to half of each is random, so that a whole room does not come back to a restarted server in step.
 *
 * Returns: the pause before the next attempt, in milliseconds
 */
guint
chat_retry_next (ChatRetry *self)
{
  guint pause = CHAT_RETRY_FIRST_SECONDS;

  g_return_val_if_fail (self != NULL, CHAT_RETRY_MAX_SECONDS * 1000);

  for (guint i = 0; i < self->failures && pause < CHAT_RETRY_MAX_SECONDS; i++)
    pause *= 2;
  self->failures++;
  pause = MIN (pause, CHAT_RETRY_MAX_SECONDS) * 1000;

  return pause - (guint)g_random_int_range (0, (gint32)pause / 2);
}

/**
 * chat_retry_reset:
 * @self: a retry counter
 *
 * Forgets the failures: a connection has proved steady.
 */
void
chat_retry_reset (ChatRetry *self)
{
  g_return_if_fail (self != NULL);

  self->failures = 0;
}
