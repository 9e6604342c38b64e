/* Frames that wait to be written. Their pieces are not copied before that: what a thousand links
 * are sent lies in memory once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatOutputFrame:
 *
 * One frame of a queue.
 */
typedef struct _ChatOutputFrame ChatOutputFrame;

/**
 * ChatOutputQueue:
 * @first: written ones that are not freed yet come first
 * @last: the newest
 * @current: the first that is not written to its end
 * @offset: how much of current is written
 * @size: bytes that are not written
 *
 * Frames that wait to be written. Their pieces are not copied before that: what a thousand links
 * are sent lies in memory once. A value; zeroed, it is empty.
 */
typedef struct
{
  ChatOutputFrame *first;
  ChatOutputFrame *last;
  ChatOutputFrame *current;
  gsize offset;
  gsize size;
} ChatOutputQueue;

void chat_output_queue_clear (ChatOutputQueue *self);
void chat_output_queue_append (ChatOutputQueue *self, const GOutputVector *pieces, guint n_pieces,
                               gpointer owner, GDestroyNotify release);
gsize chat_output_queue_peek (ChatOutputQueue *self, guint8 *buffer, gsize max_size);
void chat_output_queue_advance (ChatOutputQueue *self, gsize size);
void chat_output_queue_free_written (ChatOutputQueue *self);

G_END_DECLS
