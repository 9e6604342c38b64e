/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-link.h"

#include "chat-error.h"
#include "chat-frame-reader.h"
#include "chat-handshake.h"
#include "chat-limits.h"
#include "chat-worker-pool.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* The largest plaintext of a TLS record (RFC 8446, 5.1). */
#define RECORD_SIZE 16384

/* Records read in one turn of the loop, so that one busy peer does not keep the others waiting. */
#define RECORDS_PER_TURN 8

struct _ChatLink
{
  GObject parent_instance;

  /* Borrowed from nobody: all of these are owned. */
  ChatPoller *poller;
  GSocketConnection *connection;
  ChatCredentials *credentials;
  gnutls_session_t session;
  ChatPublicKey *expected;
  ChatPublicKey *peer_key; /* written by the handshake's thread, read when it is done */
  char *address;
  GByteArray *held;   /* bytes that came while nobody was reading */
  GByteArray *output; /* frames that the kernel has not taken; NULL when there are none */
  gsize output_start;

  ChatPollerClient client;
  ChatFrameReader reader;
  ChatLinkState state;
  guint is_server : 1;
  guint reading : 1;
  guint stepping : 1;    /* a handshake step runs in a thread, which then owns session and peer_key */
  guint blocked : 1;     /* GnuTLS holds a record that the kernel would not take */
  guint peer_gone : 1;   /* hung up while nobody was reading */
  guint half_closed : 1; /* our side is shut down; waiting for the peer to close too */
};

G_DEFINE_FINAL_TYPE (ChatLink, chat_link, G_TYPE_OBJECT)

enum
{
  SIGNAL_OPENED,
  SIGNAL_FRAME,
  SIGNAL_VIOLATED,
  SIGNAL_DRAINED,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void link_write (ChatLink *self);
static void link_ready_cb (GIOCondition condition, gpointer user_data);
static void link_flush_cb (gpointer user_data);
static void link_expired_cb (gpointer user_data);

/* Life and death */

static void
link_free_session (ChatLink *self)
{
  g_clear_pointer (&self->session, gnutls_deinit);
  g_clear_pointer (&self->credentials, chat_credentials_unref);
  g_socket_close (g_socket_connection_get_socket (self->connection), NULL);
}

static void
chat_link_finalize (GObject *object)
{
  ChatLink *self = CHAT_LINK (object);

  chat_poller_forget (self->poller, &self->client);
  link_free_session (self);
  chat_frame_reader_clear (&self->reader);
  g_clear_pointer (&self->held, g_byte_array_unref);
  g_clear_pointer (&self->output, g_byte_array_unref);
  g_clear_pointer (&self->address, g_free);
  g_clear_object (&self->expected);
  g_clear_object (&self->peer_key);
  g_clear_object (&self->connection);
  g_clear_object (&self->poller);

  G_OBJECT_CLASS (chat_link_parent_class)->finalize (object);
}

static void
chat_link_class_init (ChatLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_link_finalize;

  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FRAME]
      = g_signal_new ("frame", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_VIOLATED]
      = g_signal_new ("violated", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_DRAINED]
      = g_signal_new ("drained", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED]
      = g_signal_new ("closed", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_link_init (ChatLink *self)
{
  self->reading = TRUE;
  chat_frame_reader_init (&self->reader, CHAT_MAX_FRAME_BEFORE_HELLO);
  self->client = (ChatPollerClient) {
    .func = link_ready_cb,
    .flush = link_flush_cb,
    .expire = link_expired_cb,
    .user_data = self,
  };
}

static void
link_close_with_code (ChatLink *self, int gnutls_code)
{
  g_autoptr (GError) error = NULL;

  chat_handshake_set_error (self->session, gnutls_code, &error);
  chat_link_close (self, error);
}

static void
link_close_literal (ChatLink *self, ChatLinkError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_LINK_ERROR, (int) code, message);

  chat_link_close (self, error);
}

/* What epoll should tell us now. */
static void
link_update_watch (ChatLink *self)
{
  GIOCondition condition = 0;

  if (self->state == CHAT_LINK_CLOSED || self->stepping || self->peer_gone)
    return;

  if (self->state == CHAT_LINK_FINISHING ? self->half_closed : self->reading)
    condition |= G_IO_IN;
  if (self->blocked)
    condition |= G_IO_OUT;

  chat_poller_watch (self->poller, &self->client, condition);
}

static void
link_set_deadline (ChatLink *self, guint seconds)
{
  gint64 deadline = seconds > 0 ? g_get_monotonic_time () + seconds * G_USEC_PER_SEC : 0;

  chat_poller_set_deadline (self->poller, &self->client, deadline);
}

static void
link_expired_cb (gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  if (self->state == CHAT_LINK_HANDSHAKE)
    link_close_literal (self, CHAT_LINK_ERROR_TIMEOUT, "the handshake did not finish in time");
  else
    link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "closed");
}

/* The handshake: one step in a thread whenever the socket is ready */

static gboolean link_step_done_cb (gpointer user_data);

/* Called by GnuTLS within a step, when the peer has shown its certificate. A nonzero value ends the handshake. */
static int
link_verify_in_thread (gnutls_session_t session)
{
  ChatLink *self = gnutls_session_get_ptr (session);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->peer_key);
  self->peer_key = chat_credentials_get_peer_key (session, &error);
  if (self->peer_key == NULL)
    return GNUTLS_E_CERTIFICATE_ERROR;
  if (self->expected != NULL && !chat_public_key_equal (self->peer_key, self->expected))
    return GNUTLS_E_CERTIFICATE_ERROR;

  return 0;
}

typedef struct
{
  ChatLink *link;
  int code;
} HandshakeStep;

static void
handshake_step_free (gpointer data)
{
  HandshakeStep *step = data;

  g_object_unref (step->link);
  g_free (step);
}

static void
link_step_in_thread (gpointer data)
{
  HandshakeStep *step = data;
  gnutls_session_t session = step->link->session;

  step->code = gnutls_handshake (session);
  if (step->code < 0 && gnutls_error_is_fatal (step->code))
    gnutls_alert_send_appropriate (session, step->code);

  g_main_context_invoke_full (chat_poller_get_context (step->link->poller), G_PRIORITY_DEFAULT, link_step_done_cb, step,
                              handshake_step_free);
}

static void
link_start_step (ChatLink *self)
{
  HandshakeStep *step = g_new0 (HandshakeStep, 1);

  if (self->session == NULL)
    {
      self->session
          = chat_handshake_new_session (self->client.fd, self->is_server, chat_credentials_get (self->credentials));
      gnutls_session_set_ptr (self->session, self);
      gnutls_session_set_verify_function (self->session, link_verify_in_thread);
    }

  step->link = g_object_ref (self);
  self->stepping = TRUE;
  chat_poller_unwatch (self->poller, &self->client);
  chat_worker_pool_run (link_step_in_thread, step);
}

static void
link_handshake_failed (ChatLink *self, int code)
{
  g_autoptr (GError) error = NULL;

  if (code != GNUTLS_E_CERTIFICATE_ERROR && code != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
    chat_handshake_set_error (self->session, code, &error);
  else if (self->peer_key == NULL)
    g_set_error_literal (&error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE, "the peer's certificate holds no RSA key that we take");
  else
    g_set_error_literal (&error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_WRONG_PEER, "the peer holds another key than the expected one");

  chat_link_close (self, error);
}

static gboolean
link_step_done_cb (gpointer user_data)
{
  HandshakeStep *step = user_data;
  ChatLink *self = step->link;

  self->stepping = FALSE;

  if (self->state == CHAT_LINK_CLOSED)
    link_free_session (self); /* chat_link_close () had to leave it to the thread */
  else if (step->code == GNUTLS_E_SUCCESS)
    {
      self->state = CHAT_LINK_OPEN;
      link_set_deadline (self, 0);
      link_update_watch (self);
      g_signal_emit (self, signals[SIGNAL_OPENED], 0);
    }
  else if (gnutls_error_is_fatal (step->code))
    link_handshake_failed (self, step->code);
  else
    chat_poller_watch (self->poller, &self->client, gnutls_record_get_direction (self->session) ? G_IO_OUT : G_IO_IN);

  return G_SOURCE_REMOVE;
}

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
          g_signal_emit (self, signals[SIGNAL_VIOLATED], 0, error);
          if (self->state == CHAT_LINK_OPEN)
            chat_link_close (self, error);
        }
      else if (frame != NULL)
        g_signal_emit (self, signals[SIGNAL_FRAME], 0, frame);
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
        link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
      else if (gnutls_error_is_fatal ((int) n))
        link_close_with_code (self, (int) n);
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

  return gnutls_record_send (self->session, self->output->data + self->output_start, MIN (pending, RECORD_SIZE));
}

static void
link_shut_down (ChatLink *self)
{
  /* Closing while bytes of the peer wait unread would reset the connection and could destroy what we wrote last. So only
   * our side is shut, and the peer gets the time to read and to close. */
  gnutls_bye (self->session, GNUTLS_SHUT_WR);
  shutdown (self->client.fd, SHUT_WR);
  self->half_closed = TRUE;
  self->peer_gone = FALSE;
  link_update_watch (self);
}

static void
link_write (ChatLink *self)
{
  while (self->output != NULL)
    {
      gssize n = link_write_record (self);

      if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
        {
          self->blocked = TRUE;
          break;
        }
      if (n < 0)
        {
          link_close_with_code (self, (int) n);
          return;
        }

      self->blocked = FALSE;
      self->output_start += (gsize) n;
      if (self->output_start == self->output->len)
        {
          g_clear_pointer (&self->output, g_byte_array_unref);
          self->output_start = 0;
        }
    }

  link_update_watch (self);

  if (self->output != NULL)
    return;
  if (self->state == CHAT_LINK_FINISHING && !self->half_closed)
    link_shut_down (self);
  else
    g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
}

static void
link_flush_cb (gpointer user_data)
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
    link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "closed");
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
      /* epoll would report this for ever; the bytes before it are read when somebody wants them. */
      chat_poller_unwatch (self->poller, &self->client);
      self->peer_gone = TRUE;
    }
}

static void
link_ready_cb (GIOCondition condition, gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  switch (self->state)
    {
    case CHAT_LINK_HANDSHAKE:
      link_start_step (self);
      break;

    case CHAT_LINK_OPEN:
      link_open_ready (self, condition);
      break;

    case CHAT_LINK_FINISHING:
      if (self->half_closed)
        link_discard (self);
      else if (condition & (G_IO_HUP | G_IO_ERR) && !(condition & G_IO_OUT))
        link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "the peer closed the connection");
      else
        link_write (self);
      break;

    case CHAT_LINK_NEW:
    case CHAT_LINK_CLOSED:
    default:
      g_assert_not_reached ();
    }
}

/* Construction */

static char *
dup_peer_address (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);

  /* "192.0.2.7:4711", "[2001:db8::1]:4711" */
  return G_IS_INET_SOCKET_ADDRESS (address) ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address))
                                            : g_strdup ("unknown");
}

static void
set_socket_options (GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  /* What is queued together is written together, so Nagle's algorithm could only delay it. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  /* A peer that vanished is noticed without a word of ours on the wire: idle, or with something unacknowledged. */
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, CHAT_KEEPALIVE_IDLE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, CHAT_KEEPALIVE_INTERVAL, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, CHAT_KEEPALIVE_COUNT, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
                       (CHAT_KEEPALIVE_IDLE + CHAT_KEEPALIVE_COUNT * CHAT_KEEPALIVE_INTERVAL) * 1000, NULL);
}

static ChatLink *
link_new (ChatPoller *poller, GSocketConnection *connection, ChatCredentials *credentials, gboolean is_server)
{
  ChatLink *self = g_object_new (CHAT_TYPE_LINK, NULL);
  GSocket *socket = g_socket_connection_get_socket (connection);

  self->poller = g_object_ref (poller);
  self->connection = g_object_ref (connection); /* it would close the socket with its last reference */
  self->credentials = chat_credentials_ref (credentials);
  self->is_server = is_server;
  self->client.fd = g_socket_get_fd (socket);
  self->address = dup_peer_address (socket);
  set_socket_options (socket);

  return self;
}

/**
 * chat_link_new_server:
 * @poller: the poller, which also names the main context of all signals
 * @connection: an accepted connection
 * @credentials: the server's
 *
 * Returns: (transfer full): a link that has not started; who may talk over it is for the owner to say once it is open
 */
ChatLink *
chat_link_new_server (ChatPoller *poller, GSocketConnection *connection, ChatCredentials *credentials)
{
  g_return_val_if_fail (CHAT_IS_POLLER (poller), NULL);
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (credentials != NULL, NULL);

  return link_new (poller, connection, credentials, TRUE);
}

/**
 * chat_link_new_client:
 * @poller: the poller, which also names the main context of all signals
 * @connection: a connection
 * @credentials: the member's
 * @expected: the only key that the server may prove
 *
 * Returns: (transfer full): a link that has not started
 */
ChatLink *
chat_link_new_client (ChatPoller *poller, GSocketConnection *connection, ChatCredentials *credentials,
                      ChatPublicKey *expected)
{
  ChatLink *self;

  g_return_val_if_fail (CHAT_IS_POLLER (poller), NULL);
  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (credentials != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (expected), NULL);

  self = link_new (poller, connection, credentials, FALSE);
  self->expected = g_object_ref (expected);
  return self;
}

/**
 * chat_link_start:
 * @self: a new link
 *
 * Begins the handshake, which has %CHAT_HANDSHAKE_SECONDS. On a server nothing is allocated for it before the first byte.
 */
void
chat_link_start (ChatLink *self)
{
  g_return_if_fail (CHAT_IS_LINK (self));
  g_return_if_fail (self->state == CHAT_LINK_NEW);

  self->state = CHAT_LINK_HANDSHAKE;
  link_set_deadline (self, CHAT_HANDSHAKE_SECONDS);
  if (self->is_server)
    chat_poller_watch (self->poller, &self->client, G_IO_IN);
  else
    link_start_step (self);
}

/* Public functions */

/**
 * chat_link_get_state:
 * @self: a link
 *
 * Returns: what it is doing
 */
ChatLinkState
chat_link_get_state (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), CHAT_LINK_CLOSED);

  return self->state;
}

/**
 * chat_link_get_peer_key:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): the key that the peer has proven, or after %CHAT_LINK_ERROR_WRONG_PEER the one
 * that it showed
 */
ChatPublicKey *
chat_link_get_peer_key (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), NULL);

  return self->stepping ? NULL : self->peer_key;
}

/**
 * chat_link_get_address:
 * @self: a link
 *
 * Returns: (transfer none): the peer's address and port
 */
const char *
chat_link_get_address (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), NULL);

  return self->address;
}

/**
 * chat_link_set_max_frame:
 * @self: a link
 * @max_frame: in bytes of payload; at first it is %CHAT_MAX_FRAME_BEFORE_HELLO
 *
 * Sets how large a frame of the peer may be, from the next one on.
 */
void
chat_link_set_max_frame (ChatLink *self, gsize max_frame)
{
  g_return_if_fail (CHAT_IS_LINK (self));

  self->reader.max_frame = max_frame;
}

/**
 * chat_link_send:
 * @self: a link; one that is not open drops the frame
 * @payload: the frame
 * @size: its size in bytes
 */
void
chat_link_send (ChatLink *self, const char *payload, gsize size)
{
  const GOutputVector vector = { payload, size };

  chat_link_send_vectors (self, &vector, 1);
}

/**
 * chat_link_send_vectors:
 * @self: a link; one that is not open drops the frame
 * @vectors: (array length=n_vectors): the frame in pieces
 * @n_vectors: how many
 *
 * Queues one frame. All that is queued in a turn of the main loop leaves in as few records as it fits.
 */
void
chat_link_send_vectors (ChatLink *self, const GOutputVector *vectors, guint n_vectors)
{
  guint8 header[CHAT_FRAME_HEADER_SIZE];
  gsize size = 0;

  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->state != CHAT_LINK_OPEN)
    return;

  for (guint i = 0; i < n_vectors; i++)
    size += vectors[i].size;

  if (self->output == NULL)
    self->output = g_byte_array_sized_new ((guint) (CHAT_FRAME_HEADER_SIZE + size));
  chat_frame_write_header (header, size);
  g_byte_array_append (self->output, header, sizeof header);
  for (guint i = 0; i < n_vectors; i++)
    g_byte_array_append (self->output, vectors[i].buffer, (guint) vectors[i].size);

  if (!self->blocked)
    chat_poller_mark_dirty (self->poller, &self->client);
}

/**
 * chat_link_get_queued:
 * @self: a link
 *
 * Returns: how many bytes of frames the kernel has not taken yet
 */
gsize
chat_link_get_queued (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), 0);

  return self->output != NULL ? self->output->len - self->output_start : 0;
}

/**
 * chat_link_set_reading:
 * @self: a link
 * @reading: whether "frame" may be emitted
 *
 * Stops reading, or goes on. While it is stopped the peer is slowed down by TCP, and nothing is lost.
 */
void
chat_link_set_reading (ChatLink *self, gboolean reading)
{
  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->reading == !!reading)
    return;

  self->reading = !!reading;
  if (self->state != CHAT_LINK_OPEN)
    return;

  if (self->reading)
    {
      self->peer_gone = FALSE;
      if (self->held != NULL)
        chat_poller_mark_dirty (self->poller, &self->client);
    }
  link_update_watch (self);
}

/**
 * chat_link_finish:
 * @self: a link
 *
 * Writes what is queued and closes then, within %CHAT_CLOSE_SECONDS. Nothing more is read or queued.
 */
void
chat_link_finish (ChatLink *self)
{
  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->state == CHAT_LINK_FINISHING || self->state == CHAT_LINK_CLOSED)
    return;

  if (self->state != CHAT_LINK_OPEN)
    {
      chat_link_close (self, NULL);
      return;
    }

  self->state = CHAT_LINK_FINISHING;
  self->peer_gone = FALSE;
  link_set_deadline (self, CHAT_CLOSE_SECONDS);
  link_update_watch (self);
  chat_poller_mark_dirty (self->poller, &self->client);
}

/**
 * chat_link_deny:
 * @self: a link that has just opened, with nothing queued
 *
 * Tells a peer with a key that we do not know so, by the TLS alert access_denied, and closes.
 */
void
chat_link_deny (ChatLink *self)
{
  g_return_if_fail (CHAT_IS_LINK (self));
  g_return_if_fail (self->state == CHAT_LINK_OPEN && self->output == NULL);

  gnutls_alert_send (self->session, GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED);
  chat_link_finish (self);
}

/**
 * chat_link_close:
 * @self: a link, in any state
 * @reason: (nullable) (transfer none): what "closed" tells; %NULL for a plain %CHAT_LINK_ERROR_CLOSED
 *
 * Ends the link at once. The only way to the closed state, so "closed" is emitted once.
 */
void
chat_link_close (ChatLink *self, const GError *reason)
{
  g_autoptr (GError) plain = NULL;

  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->state == CHAT_LINK_CLOSED)
    return;

  g_object_ref (self);
  self->state = CHAT_LINK_CLOSED;
  chat_poller_forget (self->poller, &self->client);
  chat_frame_reader_clear (&self->reader);
  g_clear_pointer (&self->held, g_byte_array_unref);
  g_clear_pointer (&self->output, g_byte_array_unref);
  self->output_start = 0;
  if (self->stepping)
    shutdown (self->client.fd, SHUT_RDWR);
  else
    link_free_session (self);

  if (reason == NULL)
    reason = plain = g_error_new_literal (CHAT_LINK_ERROR, CHAT_LINK_ERROR_CLOSED, "closed");
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, reason);
  g_object_unref (self);
}
