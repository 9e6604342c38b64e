/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-line-reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 8192

struct _ChatLineReader
{
  int fd;
  gsize max_line;
  ChatLineReaderFunc func;
  gpointer user_data;

  GSource *source;    /* NULL while paused */
  GByteArray *buffer; /* what has been read and not handed over */
  gboolean skipping;  /* the rest of a line that is too long */
  gboolean ended;     /* nothing more can be read; there may be something in the buffer */
  gboolean finished;  /* CHAT_LINE_END was handed over */
};

static gboolean readable_cb (int fd, GIOCondition condition, gpointer user_data);

/* The descriptor may be shared with other programs, so it stays blocking: one read for each time
 * that it is ready. At its end, the source goes on to empty the buffer. */
static void
watch (ChatLineReader *self)
{
  self->source = g_unix_fd_source_new (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  if (self->ended || self->buffer->len > 0)
    g_source_set_ready_time (self->source, 0);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
unwatch (ChatLineReader *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
hand_over (ChatLineReader *self, const guint8 *data, gsize size)
{
  g_autofree char *line = NULL;

  if (size > 0 && data[size - 1] == '\r')
    size--;
  if (size > self->max_line)
    {
      self->func (CHAT_LINE_TOO_LONG, NULL, self->user_data);
      return;
    }
  /* With a length, this finds NUL as well. */
  if (!g_utf8_validate_len ((const char *)data, size, NULL))
    {
      self->func (CHAT_LINE_NOT_TEXT, NULL, self->user_data);
      return;
    }
  line = size > 0 ? g_strndup ((const char *)data, size) : g_strdup (""); /* data may be NULL */
  self->func (CHAT_LINE_READ, line, self->user_data);
}

static gboolean
take_line (ChatLineReader *self)
{
  const guint8 *end =
      self->buffer->len > 0 ? memchr (self->buffer->data, '\n', self->buffer->len) : NULL;
  g_autoptr (GByteArray) line = NULL;
  gsize size, used;

  if (end == NULL && !(self->ended && self->buffer->len > 0))
    return FALSE;

  size = end != NULL ? (gsize)(end - self->buffer->data) : self->buffer->len;
  used = size + (end != NULL ? 1 : 0);
  line = g_byte_array_sized_new ((guint)size);
  g_byte_array_append (line, self->buffer->data, (guint)size);
  g_byte_array_remove_range (self->buffer, 0, (guint)used);

  if (self->skipping)
    self->func (CHAT_LINE_TOO_LONG, NULL, self->user_data);
  else
    hand_over (self, line->data, size);
  self->skipping = FALSE;

  return TRUE;
}

/* What cannot become a line any more is not kept. */
static void
bound_buffer (ChatLineReader *self)
{
  if (self->buffer->len <= self->max_line + 1)
    return;

  self->skipping = TRUE;
  g_byte_array_set_size (self->buffer, 0);
}

static void
read_chunk (ChatLineReader *self)
{
  guint8 chunk[CHUNK];
  gssize n = read (self->fd, chunk, sizeof chunk);

  if (n > 0)
    g_byte_array_append (self->buffer, chunk, (guint)n);
  else if (n == 0 || (errno != EINTR && errno != EAGAIN))
    self->ended = TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  ChatLineReader *self = user_data;

  g_source_set_ready_time (self->source, -1);
  if (!self->ended && condition != 0)
    read_chunk (self);
  while (self->source != NULL && take_line (self))
    ;
  if (self->source == NULL)
    return G_SOURCE_REMOVE;

  if (!self->ended)
    {
      bound_buffer (self);
      return G_SOURCE_CONTINUE;
    }

  unwatch (self);
  if (self->skipping)
    self->func (CHAT_LINE_TOO_LONG, NULL, self->user_data);
  self->finished = TRUE;
  self->func (CHAT_LINE_END, NULL, self->user_data);

  return G_SOURCE_REMOVE;
}

/**
 * chat_line_reader_new:
 * @fd: where to read
 * @max_line: bytes of the longest line, without its end
 * @func: takes what was read
 * @user_data: for @func
 *
 * Returns: (transfer full): a reader that is paused
 */
ChatLineReader *
chat_line_reader_new (int fd, gsize max_line, ChatLineReaderFunc func, gpointer user_data)
{
  ChatLineReader *self;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ChatLineReader, 1);
  self->fd = fd;
  self->max_line = max_line;
  self->func = func;
  self->user_data = user_data;
  self->buffer = g_byte_array_new ();

  return self;
}

/**
 * chat_line_reader_free:
 * @self: (transfer full): a reader
 */
void
chat_line_reader_free (ChatLineReader *self)
{
  g_return_if_fail (self != NULL);

  unwatch (self);
  g_byte_array_unref (self->buffer);
  g_free (self);
}

/**
 * chat_line_reader_set_reading:
 * @self: a reader
 * @reading: whether @func may be called
 *
 * Pauses or goes on. While it is paused, the one who writes has to wait.
 */
void
chat_line_reader_set_reading (ChatLineReader *self, gboolean reading)
{
  g_return_if_fail (self != NULL);

  if (!reading)
    unwatch (self);
  else if (self->source == NULL && !self->finished)
    watch (self);
}
