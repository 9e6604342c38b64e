/* How long to wait before the next attempt to connect. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatRetry:
 * @failures: how many attempts have failed in a row
 *
 * How long to wait before the next attempt to connect. A plain value: zeroed, it is ready for a
 * first attempt.
 */
typedef struct
{
  guint failures;
} ChatRetry;

guint chat_retry_next (ChatRetry *self);
void chat_retry_reset (ChatRetry *self);

G_END_DECLS
