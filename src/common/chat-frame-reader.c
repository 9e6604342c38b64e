/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-frame-reader.h"

#include "chat-error.h"

#include <string.h>

/**
 * chat_frame_reader_init:
 * @self: (out caller-allocates): a reader
 * @max_frame: the largest payload that is accepted, in bytes; the field may be changed between
 * frames
 *
 * Makes a reader ready for the first byte of a stream. It holds no memory before a payload begins.
 */
void
chat_frame_reader_init (ChatFrameReader *self, gsize max_frame)
{
  *self = (ChatFrameReader){ .max_frame = max_frame };
}

/**
 * chat_frame_reader_clear:
 * @self: a reader
 *
 * Frees a frame that was begun.
 */
void
chat_frame_reader_clear (ChatFrameReader *self)
{
  g_clear_pointer (&self->payload, g_byte_array_unref);
  self->n_header = 0;
}

static gsize
take (const guint8 **data, gsize *size, gsize wanted, const guint8 **from)
{
  gsize n = MIN (*size, wanted);

  *from = *data;
  *data += n;
  *size -= n;
  return n;
}

static gboolean
frame_reader_read_header (ChatFrameReader *self, const guint8 **data, gsize *size, GError **error)
{
  const guint8 *from;
  gsize n = take (data, size, CHAT_FRAME_HEADER_SIZE - self->n_header, &from);

  memcpy (self->header + self->n_header, from, n);
  self->n_header += n;
  if (self->n_header < CHAT_FRAME_HEADER_SIZE)
    return TRUE;

  self->size = (gsize) self->header[0] << 24 | (gsize) self->header[1] << 16
               | (gsize) self->header[2] << 8 | self->header[3];

  if (self->size == 0)
    {
      g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED,
                           "a frame has length 0");
      return FALSE;
    }
  if (self->size > self->max_frame)
    {
      g_set_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_LARGE,
                   "a frame of %" G_GSIZE_FORMAT " bytes is over the limit of %" G_GSIZE_FORMAT,
                   self->size, self->max_frame);
      return FALSE;
    }

  /* Grown as bytes come, not to the announced size: memory is held only by those who have sent it.
   */
  self->payload = g_byte_array_new ();
  return TRUE;
}

/**
 * chat_frame_reader_read:
 * @self: a reader
 * @data: (inout): bytes from the stream; moved past what was consumed
 * @size: (inout): how many there are
 * @frame: (out) (transfer full) (nullable): a whole payload, or %NULL when more bytes are needed
 * @error: return location for a #ChatProtocolError
 *
 * Consumes bytes up to the end of one frame. Call it again while @size is not 0.
 *
 * Returns: %FALSE when a length breaks the rules; the stream is then useless
 */
gboolean
chat_frame_reader_read (ChatFrameReader *self, const guint8 **data, gsize *size, GBytes **frame,
                        GError **error)
{
  const guint8 *from;
  gsize n;

  *frame = NULL;

  if (self->payload == NULL && !frame_reader_read_header (self, data, size, error))
    return FALSE;
  if (self->payload == NULL)
    return TRUE;

  n = take (data, size, self->size - self->payload->len, &from);
  g_byte_array_append (self->payload, from, n);

  if (self->payload->len == self->size)
    {
      *frame = g_byte_array_free_to_bytes (g_steal_pointer (&self->payload));
      self->n_header = 0;
    }

  return TRUE;
}

/**
 * chat_frame_write_header:
 * @header: (out): four bytes
 * @size: of the payload that follows
 *
 * Writes the length of a frame as it goes over the wire: big-endian.
 */
void
chat_frame_write_header (guint8 header[CHAT_FRAME_HEADER_SIZE], gsize size)
{
  header[0] = (guint8) (size >> 24);
  header[1] = (guint8) (size >> 16);
  header[2] = (guint8) (size >> 8);
  header[3] = (guint8) size;
}
