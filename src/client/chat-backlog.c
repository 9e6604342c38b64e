/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-backlog.h"

/**
 * chat_backlog_init:
 * @self: (out caller-allocates): a backlog
 * @limit: bytes with which it is full
 *
 * Makes an empty backlog in the owner's own memory; there is nothing to free.
 */
void
chat_backlog_init (ChatBacklog *self, gsize limit)
{
  g_return_if_fail (self != NULL);

  *self = (ChatBacklog){ .limit = limit };
}

/**
 * chat_backlog_add:
 * @self: a backlog
 * @size: bytes that wait now as well
 *
 * Whoever adds something can stop when it is full, and is not refused: what is on its way is not to
 * be lost.
 */
void
chat_backlog_add (ChatBacklog *self, gsize size)
{
  g_return_if_fail (self != NULL);

  self->bytes += size;
  self->full = self->full || self->bytes >= self->limit;
}

/**
 * chat_backlog_remove:
 * @self: a backlog
 * @size: bytes that do not wait any more
 *
 * Takes from a backlog what its slow consumer has done. It is full until half of the limit is free.
 *
 * Returns: whether it is not full any more; whoever stopped goes on. That is so once for each time
 *   that it was full, and so nobody has to ask again and again.
 */
gboolean
chat_backlog_remove (ChatBacklog *self, gsize size)
{
  g_return_val_if_fail (self != NULL && self->bytes >= size, FALSE);

  self->bytes -= size;
  if (!self->full || self->bytes > self->limit / 2)
    return FALSE;

  self->full = FALSE;
  return TRUE;
}
