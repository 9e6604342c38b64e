/* A token bucket: so many frames a second, with some in reserve. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may come at once after a pause, in seconds' worth. */
#define CHAT_RATE_BURST_SECONDS 5

typedef struct
{
  guint rate; /* a second; 0: no limit */
  double tokens;
  gint64 filled_at;
} ChatRateLimit;

void chat_rate_limit_init (ChatRateLimit *self, guint rate, gint64 now);
gint64 chat_rate_limit_take (ChatRateLimit *self, guint tokens, gint64 now);

G_END_DECLS
