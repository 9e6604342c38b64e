/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-link-private.h"

#include <errno.h>
#include <sys/socket.h>

/* The largest plaintext of a TLS record (RFC 8446, 5.1). */
#define RECORD_SIZE 16384

/* Records read in one turn of the loop, so that one busy peer does not keep the others waiting. */
#define RECORDS_PER_TURN 8

/* Reading */

/* Hands out the frames in data; what comes after somebody stopped reading is held back. */
static void
link_take_bytes (ChatLink *self, const guint8 *data, gsize size)
{
  while (size > 0 && self->state == CHAT_LINK_OPEN)
    {
      g_autoptr (GBytes) frame = NULL;
      g_autoptr (GError) error = NULL;

      if (!self->reading)
        {
          if (self->held == NULL)
            self->held = g_byte_array_new ();
          g_byte_array_append (self->held, data, size);
          return;
        }

      if (!chat_frame_reader_read (&self->reader, &data, &size, &frame, &error))
        {
          /* The owner may tell the peer why, and finish. The stream is useless in any case. */
          chat_link_emit (self, CHAT_LINK_SIGNAL_VIOLATED, error);
          if (self->state == CHAT_LINK_OPEN)
            chat_link_close (self, error);
        }
      else if (frame != NULL)
        chat_link_emit (self, CHAT_LINK_SIGNAL_FRAME, frame);
    }
}

static void
link_take_held_bytes (ChatLink *self)
{
  g_autoptr (GByteArray) held = g_steal_pointer (&self->held);

  if (held != NULL)
    link_take_bytes (self, held->data, held->len);
}

static void
link_read (ChatLink *self)
{
  guint8 record[RECORD_SIZE];

  link_take_held_bytes (self);

  for (guint i = 0; i < RECORDS_PER_TURN && self->reading && self->state == CHAT_LINK_OPEN; i++)
    {
      gssize n = gnutls_record_recv (self->session, record, sizeof record);

      if (n > 0)
        link_take_bytes (self, record, (gsize) n);
      else if (n == GNUTLS_E_AGAIN)
        break;
      else if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
        chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
      else if (gnutls_error_is_fatal ((int) n))
        chat_link_close_with_code (self, (int) n);
    }

  chat_wipe (record, sizeof record);
}

/* Writing */

/* Sends one record of what is queued, or goes on with the one that GnuTLS holds. */
static gssize
link_write_record (ChatLink *self)
{
  gsize pending = self->output->len - self->output_start;

  if (self->blocked)
    return gnutls_record_send (self->session, NULL, 0);

  return gnutls_record_send (self->session, self->output->data + self->output_start,
                             MIN (pending, RECORD_SIZE));
}

static void
link_shut_down (ChatLink *self)
{
  /* Closing while bytes of the peer wait unread would reset the connection and could destroy what
   * we wrote last. So only our side is shut, and the peer gets the time to read and to close. */
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
  shutdown (self->client.fd, SHUT_WR);
  self->half_closed = TRUE;
  self->peer_gone = FALSE;
  chat_link_update_watch (self);
}

/* What the kernel has taken goes, before it is most of the buffer: a reader that is slow but never
 * quite stops would let it grow for ever. */
static void
link_drop_written (ChatLink *self)
{
  if (self->output_start == self->output->len)
    g_clear_pointer (&self->output, g_byte_array_unref);
  else if (self->output_start > self->output->len / 2)
    g_byte_array_remove_range (self->output, 0, (guint) self->output_start);
  else
    return;

  self->output_start = 0;
}

/* Writes records while at least so many bytes are queued and the kernel takes them. */
static void
link_write_records (ChatLink *self, gsize least)
{
  while (self->output != NULL && self->write_error == 0
         && (self->blocked || chat_link_get_queued (self) >= least))
    {
      gssize n = link_write_record (self);

      self->blocked = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
      if (self->blocked)
        break;
      if (n < 0)
        self->write_error = (int) n;
      else
        {
          self->output_start += (gsize) n;
          link_drop_written (self);
        }
    }

  chat_link_update_watch (self);
}

/**
 * chat_link_write_full_records:
 * @self: an open link with something queued
 *
 * Writes what fills whole records; only the rest has to wait for the end of the turn. So what is
 * queued for a thousand readers in one turn does not pile up. No signal is emitted: an error is for
 * the flush to tell, because whoever is sending does not expect the link to close under it.
 */
void
chat_link_write_full_records (ChatLink *self)
{
  if (!self->blocked && chat_link_get_queued (self) >= RECORD_SIZE)
    link_write_records (self, RECORD_SIZE);
}

static void
link_write (ChatLink *self)
{
  link_write_records (self, 1);

  if (self->write_error != 0)
    chat_link_close_with_code (self, self->write_error);
  else if (self->output != NULL && self->peer_gone)
    chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
  else if (self->output != NULL)
    return;
  else if (self->state == CHAT_LINK_FINISHING && !self->half_closed)
    link_shut_down (self);
  else
    chat_link_emit (self, CHAT_LINK_SIGNAL_DRAINED, NULL);
}

/**
 * chat_link_flush_cb:
 * @user_data: a link
 *
 * Called by the poller once in a turn in which something was queued, or reading went on.
 */
void
chat_link_flush_cb (gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  if (self->state == CHAT_LINK_OPEN && self->reading)
    link_take_held_bytes (self);
  if (self->state == CHAT_LINK_OPEN || (self->state == CHAT_LINK_FINISHING && !self->half_closed))
    link_write (self);
}

/* After our side is shut, the peer's bytes mean nothing: only its end is waited for. */
static void
link_discard (ChatLink *self)
{
  guint8 bytes[4096];
  gssize n = recv (self->client.fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "closed");
}

static void
link_open_ready (ChatLink *self, GIOCondition condition)
{
  if (condition & G_IO_OUT)
    link_write (self);
  if ((condition & G_IO_IN) && self->state == CHAT_LINK_OPEN)
    link_read (self);

  if ((condition & (G_IO_HUP | G_IO_ERR)) && self->state == CHAT_LINK_OPEN && !self->reading)
    {
      if (self->output != NULL)
        {
          /* Nobody will take it; and unwatched, nothing would ever end this link. */
          chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
          return;
        }
      /* epoll would report this for ever; the bytes before it are read when somebody wants them. */
      chat_poller_unwatch (self->poller, &self->client);
      self->peer_gone = TRUE;
    }
}

/**
 * chat_link_stream_ready:
 * @self: a link that is open or finishing
 * @condition: what its socket is ready for
 */
void
chat_link_stream_ready (ChatLink *self, GIOCondition condition)
{
  if (self->state == CHAT_LINK_OPEN)
    link_open_ready (self, condition);
  else if (self->half_closed)
    link_discard (self);
  else if ((condition & (G_IO_HUP | G_IO_ERR)) && !(condition & G_IO_OUT))
    chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
  else
    link_write (self);
}
