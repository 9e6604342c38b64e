/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor: the least that a server over GnuTLS can do. It takes handshakes, and writes to
 * everybody as many bytes, in records of the same size, as chat-server does, without knowing what
 * they mean: no JSON, no store, no GLib main loop, no queue of its own. */
#include "bench-floor.h"

#include "bench-fail.h"
#include "chat-credentials.h"
#include "chat-frame-reader.h"
#include "chat-handshake.h"
#include "chat-key-file.h"
#include "chat-limits.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORD_SIZE 16384
#define EVENTS_PER_TURN 256

/* The two kinds of record that it sends. */
enum
{
  DELIVERIES,
  NOTICES,
  N_KINDS,
};

typedef struct
{
  gnutls_session_t session;
  guint index; /* in the array of all */
  int fd;
  gboolean open;
  gboolean blocked;         /* GnuTLS holds a record that the kernel would not take */
  guint n_waiting[N_KINDS]; /* records still to be sent */
} FloorConnection;

typedef struct
{
  ChatCredentials *credentials;
  GPtrArray *connections; /* (element-type FloorConnection) */
  GByteArray *records[N_KINDS];
  int epoll_fd, listen_fd, signal_fd;
} Floor;

static void
watch (Floor *self, int fd, gpointer tag, uint32_t events, int operation)
{
  struct epoll_event event = { .events = events, .data.ptr = tag };

  if (epoll_ctl (self->epoll_fd, operation, fd, &event) != 0)
    bench_fail ("epoll: %s", g_strerror (errno));
}

static void
connection_free (FloorConnection *connection)
{
  gnutls_deinit (connection->session);
  close (connection->fd);
  g_free (connection);
}

static void
floor_drop (Floor *self, FloorConnection *connection)
{
  guint index = connection->index;

  g_ptr_array_remove_index_fast (self->connections, index);
  if (index < self->connections->len)
    ((FloorConnection *) g_ptr_array_index (self->connections, index))->index = index;
}

static void
floor_accept (Floor *self)
{
  const int on = 1;
  int fd;

  while ((fd = accept4 (self->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
      FloorConnection *connection = g_new0 (FloorConnection, 1);

      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connection->fd = fd;
      connection->session =
          chat_handshake_new_session (fd, TRUE, chat_credentials_get (self->credentials));
      connection->index = self->connections->len;
      g_ptr_array_add (self->connections, connection);
      watch (self, fd, connection, EPOLLIN, EPOLL_CTL_ADD);
    }
}

static gssize
connection_send_next (Floor *self, FloorConnection *connection)
{
  guint kind = connection->n_waiting[DELIVERIES] > 0 ? DELIVERIES : NOTICES;
  gssize n = connection->blocked
                 ? gnutls_record_send (connection->session, NULL, 0)
                 : gnutls_record_send (connection->session, self->records[kind]->data,
                                       self->records[kind]->len);

  if (n > 0)
    connection->n_waiting[kind]--;
  return n;
}

static void
floor_write (Floor *self, FloorConnection *connection)
{
  gboolean was_blocked = connection->blocked;

  while (connection->n_waiting[DELIVERIES] + connection->n_waiting[NOTICES] > 0)
    {
      gssize n = connection_send_next (self, connection);

      connection->blocked = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
      if (connection->blocked)
        break;
      if (n < 0) /* it has gone: reading will tell */
        memset (connection->n_waiting, 0, sizeof connection->n_waiting);
    }

  if (connection->blocked != was_blocked)
    watch (self, connection->fd, connection, EPOLLIN | (connection->blocked ? EPOLLOUT : 0),
           EPOLL_CTL_MOD);
}

/* Frames that the driver can tell apart, and nothing else. */
static void
fill_record (GByteArray *record, guint n_frames, guint frame_size, const char *begin)
{
  g_byte_array_set_size (record, n_frames * frame_size);
  memset (record->data, ' ', record->len);
  for (guint i = 0; i < n_frames; i++)
    {
      guint8 *frame = record->data + i * frame_size;

      chat_frame_write_header (frame, frame_size - CHAT_FRAME_HEADER_SIZE);
      memcpy (frame + CHAT_FRAME_HEADER_SIZE, begin, strlen (begin));
    }
}

static void
floor_obey (Floor *self, FloorConnection *from, const BenchFloorOrder *order)
{
  /* All orders of one run are alike. */
  if (self->records[DELIVERIES]->len != order->group * order->delivery_size
      || self->records[NOTICES]->len != order->group * order->notice_size)
    {
      fill_record (self->records[DELIVERIES], order->group, order->delivery_size,
                   "{\"unprotected\":");
      fill_record (self->records[NOTICES], order->group, order->notice_size, "{\"protected\":");
    }

  for (guint i = 0; i < self->connections->len; i++)
    {
      FloorConnection *connection = g_ptr_array_index (self->connections, i);

      if (!connection->open)
        continue;
      connection->n_waiting[connection == from ? NOTICES : DELIVERIES]++;
      floor_write (self, connection);
    }
}

static void
floor_read (Floor *self, FloorConnection *connection)
{
  guint8 record[RECORD_SIZE];
  BenchFloorOrder order;
  gssize n;

  while ((n = gnutls_record_recv (connection->session, record, sizeof record)) > 0)
    {
      g_assert ((gsize) n >= CHAT_FRAME_HEADER_SIZE + sizeof order);
      memcpy (&order, record + CHAT_FRAME_HEADER_SIZE, sizeof order);
      floor_obey (self, connection, &order);
    }

  if (n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED)
    floor_drop (self, connection);
}

static void
floor_shake_hands (Floor *self, FloorConnection *connection)
{
  int code = gnutls_handshake (connection->session);

  if (code < 0 && gnutls_error_is_fatal (code))
    floor_drop (self, connection);
  else
    connection->open = code == GNUTLS_E_SUCCESS;
}

static void
floor_step (Floor *self, FloorConnection *connection, uint32_t events)
{
  if (!connection->open)
    {
      floor_shake_hands (self, connection);
      return;
    }

  if (events & EPOLLOUT)
    floor_write (self, connection);
  if (events & ~(uint32_t) EPOLLOUT)
    floor_read (self, connection);
}

static void
floor_run (Floor *self)
{
  for (;;)
    {
      struct epoll_event events[EVENTS_PER_TURN];
      int n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, -1);

      for (int i = 0; i < n; i++)
        {
          if (events[i].data.ptr == &self->signal_fd)
            return;
          if (events[i].data.ptr == &self->listen_fd)
            floor_accept (self);
          else
            floor_step (self, events[i].data.ptr, events[i].events);
        }
    }
}

static guint16
floor_listen (Floor *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  self->listen_fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->listen_fd < 0
      || bind (self->listen_fd, (const struct sockaddr *) &address, sizeof address) != 0
      || listen (self->listen_fd, CHAT_LISTEN_BACKLOG) != 0
      || getsockname (self->listen_fd, (struct sockaddr *) &address, &size) != 0)
    bench_fail ("the floor cannot listen: %s", g_strerror (errno));

  watch (self, self->listen_fd, &self->listen_fd, EPOLLIN, EPOLL_CTL_ADD);
  return ntohs (address.sin_port);
}

static void
floor_await_signal (Floor *self)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  self->signal_fd = signalfd (-1, &signals, SFD_CLOEXEC);
  watch (self, self->signal_fd, &self->signal_fd, EPOLLIN, EPOLL_CTL_ADD);
}

static void
floor_init (Floor *self, const char *key_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_key_file_load_private (key_path, NULL, &error);

  if (key == NULL || (self->credentials = chat_credentials_new (key, &error)) == NULL)
    bench_fail ("%s", error->message);

  self->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  for (guint i = 0; i < N_KINDS; i++)
    self->records[i] = g_byte_array_new ();
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  floor_await_signal (self);
}

static void
floor_clear (Floor *self)
{
  g_ptr_array_unref (self->connections);
  for (guint i = 0; i < N_KINDS; i++)
    g_byte_array_unref (self->records[i]);
  chat_credentials_unref (self->credentials);
  close (self->listen_fd);
  close (self->signal_fd);
  close (self->epoll_fd);
}

int
main (int argc, char **argv)
{
  Floor self = { 0 };

  if (argc != 2)
    bench_fail ("usage: bench-floor PRIVATE_KEY.pem (it is started by the benchmark)");

  chat_wipe_gmp_memory ();
  floor_init (&self, argv[1]);
  g_printerr ("floor listening port=%u\n", floor_listen (&self));
  floor_run (&self);
  floor_clear (&self);
  return 0;
}
