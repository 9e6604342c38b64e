/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-link-private.h"

#include <errno.h>
#include <sys/socket.h>

/* The largest plaintext of a TLS record (RFC 8446, 5.1). */
#define RECORD_SIZE 16384

/* Records read in one turn of the loop, so that one busy peer does not keep the others waiting. */
#define RECORDS_PER_TURN 8

/* What one link may have queued before it is written to out of turn. */
#define WRITE_AHEAD_SIZE (256 * 1024)

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
  guint8 record[RECORD_SIZE];
  gsize size;

  if (self->blocked)
    return gnutls_record_send (self->session, NULL, 0);

  size = chat_output_queue_peek (&self->output, record, sizeof record);
  return gnutls_record_send (self->session, record, size);
}

/* Writes records until nothing is queued or the kernel takes no more. Whoever calls this tells the
 * poller and the owner afterwards: it may run in any thread. */
static void
link_write_records (ChatLink *self)
{
  while (self->output.size > 0 && self->write_error == 0)
    {
      gssize n = link_write_record (self);

      self->blocked = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
      if (self->blocked)
        break;
      if (n < 0)
        self->write_error = (int) n;
      else
        chat_output_queue_advance (&self->output, (gsize) n);
    }
}

static gboolean
link_may_write (ChatLink *self)
{
  return self->state == CHAT_LINK_OPEN
         || (self->state == CHAT_LINK_FINISHING && !self->half_closed);
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

/* Frees what is written, and tells what came of it. */
static void
link_settle (ChatLink *self)
{
  chat_output_queue_free_written (&self->output);
  chat_link_update_watch (self);

  if (self->write_error != 0)
    chat_link_close_with_code (self, self->write_error);
  else if (self->output.size > 0 && self->peer_gone)
    chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
  else if (self->blocked)
    return;
  else if (self->output.size > 0)
    chat_poller_mark_dirty (self->poller, &self->client); /* queued since this turn's writing */
  else if (self->state == CHAT_LINK_FINISHING && !self->half_closed)
    link_shut_down (self);
  else
    chat_link_emit (self, CHAT_LINK_SIGNAL_DRAINED, NULL);
}

static void
link_write (ChatLink *self)
{
  link_write_records (self);
  link_settle (self);
}

/**
 * chat_link_write_ahead:
 * @self: an open link with something queued
 *
 * Writes before the end of the turn when very much is queued, so that a turn in which there is much
 * to say does not make a reader seem slow. No signal is emitted: an error is for the flush to tell,
 * because whoever is sending does not expect the link to close under it.
 */
void
chat_link_write_ahead (ChatLink *self)
{
  if (self->blocked || self->output.size < WRITE_AHEAD_SIZE)
    return;

  link_write_records (self);
  chat_output_queue_free_written (&self->output);
  chat_link_update_watch (self);
}

/**
 * chat_link_write_cb:
 * @user_data: a link
 *
 * Called by the poller once in a turn in which something was queued, in any thread: all links are
 * written to at the same time, and nothing else happens meanwhile. chat_link_flush_cb() follows.
 */
void
chat_link_write_cb (gpointer user_data)
{
  ChatLink *self = user_data;

  if (link_may_write (self))
    link_write_records (self);
}

/**
 * chat_link_flush_cb:
 * @user_data: a link
 *
 * Called by the poller after the writing of a turn.
 */
void
chat_link_flush_cb (gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  if (self->state == CHAT_LINK_OPEN && self->reading)
    link_take_held_bytes (self);
  if (link_may_write (self))
    link_settle (self);
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
      if (self->output.size > 0)
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
 *
 * Reads, writes, or sees that the peer has gone.
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
