/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rate-limit.h"

/**
 * chat_rate_limit_init:
 * @self: (out caller-allocates): a full bucket
 * @rate: tokens a second; 0 for no limit
 * @now: monotonic time in microseconds
 */
void
chat_rate_limit_init (ChatRateLimit *self, guint rate, gint64 now)
{
  *self = (ChatRateLimit){ .rate = rate,
                           .tokens = (double) rate * CHAT_RATE_BURST_SECONDS,
                           .filled_at = now };
}

/**
 * chat_rate_limit_take:
 * @self: a bucket
 * @tokens: how many
 * @now: monotonic time in microseconds
 *
 * Takes tokens, on credit when there are none: what has come is always handled, and the next has to
 * wait.
 *
 * Returns: how long to wait before the next one, in microseconds; 0 for not at all
 */
gint64
chat_rate_limit_take (ChatRateLimit *self, guint tokens, gint64 now)
{
  double capacity = (double) self->rate * CHAT_RATE_BURST_SECONDS;

  if (self->rate == 0)
    return 0;

  self->tokens =
      MIN (capacity, self->tokens + (double) (now - self->filled_at) * self->rate / G_USEC_PER_SEC);
  self->filled_at = now;
  self->tokens -= tokens;

  return self->tokens >= 0 ? 0 : (gint64) (-self->tokens * G_USEC_PER_SEC / self->rate) + 1;
}
