/* Frames that wait to be written. Their pieces are not copied before that: what a thousand links
 * are sent lies in memory once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ChatOutputFrame ChatOutputFrame;

/* Zeroed, it is empty. */
typedef struct
{
  ChatOutputFrame *first; /* written ones that are not freed yet come first */
  ChatOutputFrame *last;
  ChatOutputFrame *current; /* the first that is not written to its end */
  gsize offset;             /* how much of current is written */
  gsize size;               /* bytes that are not written */
} ChatOutputQueue;

void chat_output_queue_clear (ChatOutputQueue *self);
void chat_output_queue_append (ChatOutputQueue *self, const GOutputVector *pieces, guint n_pieces,
                               gpointer owner, GDestroyNotify release);
gsize chat_output_queue_peek (ChatOutputQueue *self, guint8 *buffer, gsize max_size);
void chat_output_queue_advance (ChatOutputQueue *self, gsize size);
void chat_output_queue_free_written (ChatOutputQueue *self);

G_END_DECLS
