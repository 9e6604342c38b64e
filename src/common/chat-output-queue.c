/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-output-queue.h"

#include "chat-frame-reader.h"

#include <string.h>

struct _ChatOutputFrame
{
  ChatOutputFrame *next;
  gpointer owner;
  GDestroyNotify release;
  gsize size; /* with the header */
  guint8 header[CHAT_FRAME_HEADER_SIZE];
  guint n_pieces; /* with the header, which is the first */
  GOutputVector pieces[];
};

static void
queue_drop_first (ChatOutputQueue *self)
{
  ChatOutputFrame *frame = self->first;

  self->first = frame->next;
  if (self->first == NULL)
    self->last = NULL;
  if (frame->release != NULL)
    frame->release (frame->owner);
  g_free (frame);
}

/**
 * chat_output_queue_clear: (skip)
 * @self: a queue
 *
 * Frees everything, written or not.
 */
void
chat_output_queue_clear (ChatOutputQueue *self)
{
  while (self->first != NULL)
    queue_drop_first (self);

  *self = (ChatOutputQueue){ 0 };
}

/**
 * chat_output_queue_append: (skip)
 * @self: a queue
 * @pieces: (array length=n_pieces): the payload of a frame; what they point at stays as it is until
 *   @release
 * @n_pieces: how many
 * @owner: whom the pieces belong to
 * @release: (nullable): called with @owner when they are needed no longer
 *
 * Adds a frame at the end.
 */
void
chat_output_queue_append (ChatOutputQueue *self, const GOutputVector *pieces, guint n_pieces,
                          gpointer owner, GDestroyNotify release)
{
  ChatOutputFrame *frame =
      g_malloc (sizeof (ChatOutputFrame) + (n_pieces + 1) * sizeof (GOutputVector));
  gsize payload_size = 0;

  for (guint i = 0; i < n_pieces; i++)
    {
      frame->pieces[i + 1] = pieces[i];
      payload_size += pieces[i].size;
    }
  chat_frame_write_header (frame->header, payload_size);
  frame->pieces[0] = (GOutputVector){ frame->header, CHAT_FRAME_HEADER_SIZE };
  frame->n_pieces = n_pieces + 1;
  frame->size = CHAT_FRAME_HEADER_SIZE + payload_size;
  frame->owner = owner;
  frame->release = release;
  frame->next = NULL;

  if (self->last != NULL)
    self->last->next = frame;
  else
    self->first = frame;
  self->last = frame;
  if (self->current == NULL)
    self->current = frame;
  self->size += frame->size;
}

static gsize
frame_copy (const ChatOutputFrame *frame, gsize offset, guint8 *buffer, gsize max_size)
{
  gsize copied = 0;

  for (guint i = 0; i < frame->n_pieces && copied < max_size; i++)
    {
      const GOutputVector *piece = &frame->pieces[i];
      gsize n;

      if (offset >= piece->size)
        {
          offset -= piece->size;
          continue;
        }

      n = MIN (piece->size - offset, max_size - copied);
      memcpy (buffer + copied, (const guint8 *) piece->buffer + offset, n);
      copied += n;
      offset = 0;
    }

  return copied;
}

/**
 * chat_output_queue_peek: (skip)
 * @self: a queue
 * @buffer: (out caller-allocates) (array length=max_size): where to
 * @max_size: in bytes
 *
 * Copies what is to be written next. Nothing is taken out by this.
 *
 * Returns: how many bytes that are
 */
gsize
chat_output_queue_peek (ChatOutputQueue *self, guint8 *buffer, gsize max_size)
{
  gsize copied = 0, offset = self->offset;

  for (const ChatOutputFrame *frame = self->current; frame != NULL && copied < max_size;
       frame = frame->next)
    {
      copied += frame_copy (frame, offset, buffer + copied, max_size - copied);
      offset = 0;
    }

  return copied;
}

/**
 * chat_output_queue_advance: (skip)
 * @self: a queue
 * @size: in bytes; no more than are queued
 *
 * So much has been written. Nothing is freed by this: a thread that writes need not own the pieces.
 */
void
chat_output_queue_advance (ChatOutputQueue *self, gsize size)
{
  g_return_if_fail (size <= self->size);

  self->size -= size;
  self->offset += size;
  while (self->current != NULL && self->offset >= self->current->size)
    {
      self->offset -= self->current->size;
      self->current = self->current->next;
    }
}

/**
 * chat_output_queue_free_written: (skip)
 * @self: a queue
 *
 * Frees the frames that are written to their end.
 */
void
chat_output_queue_free_written (ChatOutputQueue *self)
{
  while (self->first != self->current)
    queue_drop_first (self);
}
