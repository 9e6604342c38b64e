/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-client.h"

#include "bench-fail.h"
#include "chat-handshake.h"
#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORD_SIZE 16384
#define SEND_MILLISECONDS 30000

/* members (there are few), welcome and caught-up. */
#define NOTICES_OF_JOIN 3

static int
connect_to (guint16 port)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  const int on = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  /* On the loopback this returns at once: the kernel answers, not the server. */
  if (fd < 0 || connect (fd, (const struct sockaddr *) &address, sizeof address) != 0)
    bench_fail ("cannot connect: %s", g_strerror (errno));
  if (fcntl (fd, F_SETFL, O_NONBLOCK) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    bench_fail ("cannot set up a socket: %s", g_strerror (errno));

  return fd;
}

static void
client_say_hello (BenchClient *self)
{
  g_autofree char *hello = g_strdup_printf ("{\"op\":\"hello\",\"version\":%d,\"username\":\"%s\"}",
                                            CHAT_PROTOCOL_VERSION, self->user->username);

  bench_client_command (self, hello);
}

static void
client_shake_hands (BenchClient *self)
{
  int code = gnutls_handshake (self->session);

  if (code < 0 && gnutls_error_is_fatal (code))
    bench_fail ("a handshake failed: %s", gnutls_strerror (code));
  if (code != GNUTLS_E_SUCCESS)
    return;

  self->open = TRUE;
  if (self->protocol != NULL)
    self->protocol->begin (self);
  else if (self->goal == BENCH_JOIN)
    client_say_hello (self);
  else
    self->ready = TRUE;
}

/**
 * bench_client_count:
 * @self: a client
 * @size: of a message, with its frame
 * @is_delivery: whether it is one that somebody has posted
 *
 * Counts a message that has come.
 */
void
bench_client_count (BenchClient *self, gsize size, gboolean is_delivery)
{
  if (is_delivery)
    {
      self->received.deliveries++;
      self->all->deliveries++;
      self->received.delivery_size = self->all->delivery_size = size;
      return;
    }

  self->received.notices++;
  self->all->notices++;
  self->received.notice_size = self->all->notice_size = size;
}

/* Deliveries alone have an unprotected header, and both servers write it first. */
static void
client_take_frame (BenchClient *self, GBytes *frame)
{
  static const char delivery[] = "{\"unprotected\"";
  gsize size;
  const char *text = g_bytes_get_data (frame, &size);

  bench_client_count (self, CHAT_FRAME_HEADER_SIZE + size,
                      size >= sizeof delivery && memcmp (text, delivery, sizeof delivery - 1) == 0);
  if (self->received.notices == NOTICES_OF_JOIN)
    self->ready = TRUE;
}

/* Most records hold whole messages, which need no copy. */
static void
client_take_foreign (BenchClient *self, const guint8 *data, gsize size)
{
  gsize taken;

  if (self->rest->len == 0)
    {
      taken = self->protocol->take (self, data, size);
      g_byte_array_append (self->rest, data + taken, (guint) (size - taken));
      return;
    }

  g_byte_array_append (self->rest, data, (guint) size);
  taken = self->protocol->take (self, self->rest->data, self->rest->len);
  g_byte_array_remove_range (self->rest, 0, (guint) taken);
}

static void
client_take_record (BenchClient *self, const guint8 *data, gsize size)
{
  self->received.records++;
  self->all->records++;
  self->received.bytes += size;
  self->all->bytes += size;
  if (self->protocol != NULL)
    {
      client_take_foreign (self, data, size);
      return;
    }

  while (size > 0)
    {
      g_autoptr (GBytes) frame = NULL;
      g_autoptr (GError) error = NULL;

      if (!chat_frame_reader_read (&self->frames, &data, &size, &frame, &error))
        bench_fail ("the server sent nonsense: %s", error->message);
      if (frame != NULL)
        client_take_frame (self, frame);
    }
}

static void
client_read (BenchClient *self)
{
  guint8 record[RECORD_SIZE];
  gssize n;

  /* GnuTLS hands out one record for each call, never two together: so records can be counted. */
  while ((n = gnutls_record_recv (self->session, record, sizeof record)) > 0)
    client_take_record (self, record, (gsize) n);

  if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
    return;
  if (!self->leaving)
    bench_fail ("the server closed a connection: %s", gnutls_strerror ((int) n));
  self->closed = TRUE;
}

/* The type of what is in it, and the tag: the rest is what would be decrypted. */
#define RECORD_OVERHEAD (1 + 16)

static void
skim_count (BenchClient *self, gsize body)
{
  BenchSkim *skim = &self->skim;
  gsize size = body - MIN (body, RECORD_OVERHEAD);
  gsize n;

  /* A record that is not full ends with a delivery. */
  skim->n_rest += size;
  n = (skim->n_rest + (size < RECORD_SIZE ? skim->delivery_size / 2 : 0)) / skim->delivery_size;
  skim->n_rest = size < RECORD_SIZE ? 0 : skim->n_rest - n * skim->delivery_size;

  self->received.records++;
  self->all->records++;
  self->received.bytes += size;
  self->all->bytes += size;
  self->received.deliveries += n;
  self->all->deliveries += n;
}

/* The kernel throws away what is asked for with MSG_TRUNC, without a copy (tcp(7)). */
static gssize
skim_some (BenchClient *self)
{
  BenchSkim *skim = &self->skim;
  gssize n;

  if (skim->n_body > 0)
    {
      n = recv (self->fd, NULL, skim->n_body, MSG_TRUNC);
      skim->n_body -= n > 0 ? (gsize) n : 0;
      return n;
    }

  n = recv (self->fd, skim->header + skim->n_header, sizeof skim->header - skim->n_header, 0);
  skim->n_header += n > 0 ? (gsize) n : 0;
  if (skim->n_header == sizeof skim->header)
    {
      skim->n_body = (gsize) skim->header[3] << 8 | skim->header[4];
      skim->n_header = 0;
      skim_count (self, skim->n_body);
    }
  return n;
}

static void
client_skim (BenchClient *self)
{
  gssize n;

  while ((n = skim_some (self)) > 0)
    ;
  if (n == 0 || (errno != EAGAIN && errno != EINTR))
    bench_fail ("the server closed a connection");
}

/**
 * bench_client_new:
 * @port: where the server listens, on the loopback
 * @keys: all keys
 * @user: who this is
 * @goal: how far to go
 * @protocol: (nullable): what is spoken inside TLS, if it is not ours
 * @all: (transfer none): is added to whenever something comes
 *
 * Returns: (transfer full): a client that has sent what it can without an answer
 */
BenchClient *
bench_client_new (guint16 port, BenchKeys *keys, BenchUser *user, BenchGoal goal,
                  const BenchProtocol *protocol, BenchReceived *all)
{
  BenchClient *self = g_new0 (BenchClient, 1);

  self->keys = keys;
  self->user = user;
  self->all = all;
  self->goal = goal;
  self->protocol = protocol;
  self->rest = protocol != NULL ? g_byte_array_new () : NULL;
  self->fd = connect_to (port);
  chat_frame_reader_init (&self->frames, CHAT_MAX_FRAME);
  if (goal == BENCH_SILENT)
    {
      self->ready = TRUE;
      return self;
    }

  self->session =
      chat_handshake_new_session (self->fd, FALSE, chat_credentials_get (user->credentials));
  client_shake_hands (self);
  return self;
}

/**
 * bench_client_free:
 * @self: (transfer full): a client
 *
 * Hangs up without a word.
 */
void
bench_client_free (BenchClient *self)
{
  g_clear_pointer (&self->session, gnutls_deinit);
  g_clear_pointer (&self->rest, g_byte_array_unref);
  chat_frame_reader_clear (&self->frames);
  close (self->fd);
  g_free (self);
}

/**
 * bench_client_step:
 * @self: a client whose descriptor is readable
 *
 * Goes on towards the goal, and takes what has come.
 */
void
bench_client_step (BenchClient *self)
{
  if (self->goal == BENCH_SILENT)
    bench_fail ("the server closed a silent connection");

  if (self->goal == BENCH_CLIENT_HELLO)
    self->ready = TRUE;
  else if (!self->open)
    client_shake_hands (self);
  else if (self->skim.delivery_size > 0)
    client_skim (self);
  else
    client_read (self);
}

/* Posts are few and small, so waiting here is rare; the server never waits for its clients. */
static void
client_wait_until_writable (BenchClient *self)
{
  struct pollfd poller = { .fd = self->fd, .events = POLLOUT };

  if (poll (&poller, 1, SEND_MILLISECONDS) <= 0)
    bench_fail ("the server does not read what it is sent");
}

/**
 * bench_client_write:
 * @self: a client whose handshake is through
 * @data: (array length=size): what to send
 * @size: in bytes; at most what a record takes
 *
 * Sends it as one record.
 */
void
bench_client_write (BenchClient *self, const guint8 *data, gsize size)
{
  gssize n;

  g_assert (size <= RECORD_SIZE);

  n = gnutls_record_send (self->session, data, size);
  while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
    {
      client_wait_until_writable (self);
      n = gnutls_record_send (self->session, NULL, 0);
    }
  if (n != (gssize) size)
    bench_fail ("a message cannot be sent: %s", gnutls_strerror ((int) n));
}

/**
 * bench_client_send:
 * @self: a client whose handshake is through
 * @payload: a frame
 * @size: in bytes; at most what a record takes
 *
 * Sends the frame as one record.
 */
void
bench_client_send (BenchClient *self, const char *payload, gsize size)
{
  guint8 record[RECORD_SIZE];
  gsize total = CHAT_FRAME_HEADER_SIZE + size;

  g_assert (total <= sizeof record);

  chat_frame_write_header (record, size);
  memcpy (record + CHAT_FRAME_HEADER_SIZE, payload, size);
  bench_client_write (self, record, total);
}

/**
 * bench_client_command:
 * @self: a client whose handshake is through
 * @json: a command
 *
 * Seals a command for the server and sends it.
 */
void
bench_client_command (BenchClient *self, const char *json)
{
  gsize size;
  g_autofree char *frame = chat_envelope_seal (self->keys->commands, json, strlen (json), &size);

  bench_client_send (self, frame, size);
}

/**
 * bench_client_skim:
 * @self: a client that has received a delivery, when nothing more is under way to it
 *
 * From now on, deliveries of about the same size are counted, and nothing is decrypted.
 */
void
bench_client_skim (BenchClient *self)
{
  g_assert (self->protocol == NULL && self->received.delivery_size > 0);

  self->skim.delivery_size = self->received.delivery_size;
}

/**
 * bench_client_leave:
 * @self: a client whose handshake is through
 *
 * Ends the connection in order. When the server has noticed, the client is closed.
 */
void
bench_client_leave (BenchClient *self)
{
  self->leaving = TRUE;
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
  shutdown (self->fd, SHUT_WR);
}
