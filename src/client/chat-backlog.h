/* How much waits for a slow consumer, and whether it is too much. A value; part of its owner. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatBacklog:
 * @limit: bytes with which it is full
 * @bytes: how many wait
 * @full: from when the limit was reached until half of it is gone
 *
 * How much waits for a slow consumer, and whether it is too much. A value; part of its owner.
 */
typedef struct
{
  gsize limit;
  gsize bytes;
  gboolean full;
} ChatBacklog;

void chat_backlog_init (ChatBacklog *self, gsize limit);
void chat_backlog_add (ChatBacklog *self, gsize size);
/* TRUE when it was full, and there is room now. */
gboolean chat_backlog_remove (ChatBacklog *self, gsize size);

G_END_DECLS
