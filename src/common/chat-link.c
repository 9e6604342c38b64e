/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-handshake.h"
#include "chat-limits.h"
#include "chat-link-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

G_DEFINE_FINAL_TYPE (ChatLink, chat_link, G_TYPE_OBJECT)

static guint signals[CHAT_LINK_N_SIGNALS];

/* Life and death */

static void link_ready_cb (GIOCondition condition, gpointer user_data);
static void link_expired_cb (gpointer user_data);

/**
 * chat_link_free_session:
 * @self: a link that is closed, with no step in a thread
 *
 * Lets go of TLS and of the socket.
 */
void
chat_link_free_session (ChatLink *self)
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
  chat_link_free_session (self);
  chat_frame_reader_clear (&self->reader);
  g_clear_pointer (&self->held, g_byte_array_unref);
  chat_output_queue_clear (&self->output);
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

  /**
   * ChatLink::opened:
   * @self: a link
   *
   * The handshake is through: [method@Link.get_peer_key] says who is there, and frames can be sent.
   * A server that does not want this peer answers with [method@Link.deny].
   */
  signals[CHAT_LINK_SIGNAL_OPENED] = g_signal_new ("opened", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0,
                                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * ChatLink::frame:
   * @self: a link
   * @frame: (type GLib.Bytes): one whole frame, without its length
   *
   * The peer sent a frame. It is not parsed yet.
   */
  signals[CHAT_LINK_SIGNAL_FRAME] = g_signal_new ("frame", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0,
                                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  /**
   * ChatLink::violated:
   * @self: a link
   * @error: (type GLib.Error): a #ChatProtocolError
   *
   * The length of a frame breaks the rules. The link closes after this, unless a handler has
   * finished it: so a server can say why.
   */
  signals[CHAT_LINK_SIGNAL_VIOLATED] =
      g_signal_new ("violated", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    1, G_TYPE_ERROR);
  /**
   * ChatLink::drained:
   * @self: a link
   *
   * All that was queued has been handed to the kernel.
   */
  signals[CHAT_LINK_SIGNAL_DRAINED] = g_signal_new ("drained", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0,
                                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * ChatLink::closed:
   * @self: a link
   * @error: (type GLib.Error): a #ChatLinkError, a #ChatProtocolError, or the reason that
   *   [method@Link.close] was given
   *
   * The link is over. Emitted exactly once.
   */
  signals[CHAT_LINK_SIGNAL_CLOSED] = g_signal_new ("closed", CHAT_TYPE_LINK, G_SIGNAL_RUN_LAST, 0,
                                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
chat_link_init (ChatLink *self)
{
  self->reading = TRUE;
  chat_frame_reader_init (&self->reader, CHAT_MAX_FRAME_BEFORE_HELLO);
  self->client = (ChatPollerClient){
    .func = link_ready_cb,
    .write = chat_link_write_cb,
    .flush = chat_link_flush_cb,
    .expire = link_expired_cb,
    .user_data = self,
  };
}

/**
 * chat_link_close_with_code:
 * @self: a link
 * @gnutls_code: a fatal code of GnuTLS
 *
 * [method@Link.close] with the reason that GnuTLS gives.
 */
void
chat_link_close_with_code (ChatLink *self, int gnutls_code)
{
  g_autoptr (GError) error = NULL;

  chat_handshake_set_error (self->session, gnutls_code, &error);
  chat_link_close (self, error);
}

/**
 * chat_link_close_literal:
 * @self: a link
 * @code: why
 * @message: the same in words
 *
 * [method@Link.close] with a reason.
 */
void
chat_link_close_literal (ChatLink *self, ChatLinkError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (CHAT_LINK_ERROR, (int) code, message);

  chat_link_close (self, error);
}

/**
 * chat_link_update_watch:
 * @self: a link
 *
 * Tells the poller what to look for, after anything changed that bears on it.
 */
void
chat_link_update_watch (ChatLink *self)
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

/**
 * chat_link_set_deadline:
 * @self: a link
 * @seconds: how long the handshake or the end may take from now; 0 for ever
 *
 * The link closes when the time is over. There is one deadline: this replaces it.
 */
void
chat_link_set_deadline (ChatLink *self, guint seconds)
{
  gint64 deadline = seconds > 0 ? g_get_monotonic_time () + seconds * G_USEC_PER_SEC : 0;

  chat_poller_set_deadline (self->poller, &self->client, deadline);
}

static void
link_expired_cb (gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  if (self->state == CHAT_LINK_HANDSHAKE)
    chat_link_close_literal (self, CHAT_LINK_ERROR_TIMEOUT, "the handshake did not finish in time");
  else
    chat_link_close_literal (self, CHAT_LINK_ERROR_CLOSED, "closed");
}

static void
link_ready_cb (GIOCondition condition, gpointer user_data)
{
  g_autoptr (ChatLink) self = g_object_ref (user_data);

  if (self->state == CHAT_LINK_HANDSHAKE)
    chat_link_start_handshake_step (self);
  else
    chat_link_stream_ready (self, condition);
}

/**
 * chat_link_emit:
 * @self: a link
 * @signal: one of the link's signals
 * @argument: (nullable): what it carries
 *
 * A handler may close the link, and let go of the last reference but the caller's.
 */
void
chat_link_emit (ChatLink *self, guint signal, gconstpointer argument)
{
  /* Those without an argument ignore it. */
  g_signal_emit (self, signals[signal], 0, argument);
}

/* Construction */

static char *
dup_peer_address (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);

  /* "192.0.2.7:4711", "[2001:db8::1]:4711" */
  return G_IS_INET_SOCKET_ADDRESS (address)
             ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address))
             : g_strdup ("unknown");
}

static void
set_socket_options (GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  /* What is queued together is written together, so Nagle's algorithm could only delay it. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  /* A peer that vanished is noticed without a word of ours on the wire: idle, or with something
   * unacknowledged. */
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, CHAT_KEEPALIVE_IDLE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, CHAT_KEEPALIVE_INTERVAL, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, CHAT_KEEPALIVE_COUNT, NULL);
  g_socket_set_option (
      socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
      (CHAT_KEEPALIVE_IDLE + CHAT_KEEPALIVE_COUNT * CHAT_KEEPALIVE_INTERVAL) * 1000, NULL);
}

static ChatLink *
link_new (ChatPoller *poller, GSocketConnection *connection, ChatCredentials *credentials,
          gboolean is_server)
{
  ChatLink *self = g_object_new (CHAT_TYPE_LINK, NULL);
  GSocket *socket = g_socket_connection_get_socket (connection);

  self->poller = g_object_ref (poller);
  self->connection =
      g_object_ref (connection); /* it would close the socket with its last reference */
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
 * Makes the server's side of a link. Any RSA key that the peer proves opens it: the guest list is
 * no matter of the link. The socket is made non-blocking and belongs to the link from now on.
 *
 * Returns: (transfer full): a link that has not started; who may talk over it is for the owner to
 * say once it is open
 */
ChatLink *
chat_link_new_server (ChatPoller *poller, GSocketConnection *connection,
                      ChatCredentials *credentials)
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
 * Makes a member's side of a link. Another key than @expected ends the handshake with
 * %CHAT_LINK_ERROR_WRONG_PEER. The socket is made non-blocking and belongs to the link from now on.
 *
 * Returns: (transfer full): a link that has not started
 */
ChatLink *
chat_link_new_client (ChatPoller *poller, GSocketConnection *connection,
                      ChatCredentials *credentials, ChatPublicKey *expected)
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
 * Begins the handshake, which has %CHAT_HANDSHAKE_SECONDS. On a server nothing is allocated for it
 * before the first byte.
 */
void
chat_link_start (ChatLink *self)
{
  g_return_if_fail (CHAT_IS_LINK (self));
  g_return_if_fail (self->state == CHAT_LINK_NEW);

  self->state = CHAT_LINK_HANDSHAKE;
  chat_link_set_deadline (self, CHAT_HANDSHAKE_SECONDS);
  if (self->is_server)
    chat_poller_watch (self->poller, &self->client, G_IO_IN);
  else
    chat_link_start_handshake_step (self);
}

/* Public functions */

/**
 * chat_link_get_state:
 * @self: a link
 *
 * Says where the link stands. It only ever moves forward through [enum@LinkState].
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
 * Says who is at the other end. There is no answer while a step of the handshake runs in a thread.
 *
 * Returns: (transfer none) (nullable): the key that the peer has proven, or after
 * %CHAT_LINK_ERROR_WRONG_PEER the one that it showed
 */
ChatPublicKey *
chat_link_get_peer_key (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), NULL);

  return self->stepping ? NULL : self->peer_key;
}

/**
 * chat_link_share_peer_key:
 * @self: an open link
 * @key: the same key as that of the peer, as another object
 *
 * Lets go of the link's own copy: with many connections of known people, theirs are enough.
 */
void
chat_link_share_peer_key (ChatLink *self, ChatPublicKey *key)
{
  g_return_if_fail (CHAT_IS_LINK (self));
  g_return_if_fail (g_str_equal (chat_public_key_get_id (key),
                                 chat_public_key_get_id (self->peer_key)));

  g_set_object (&self->peer_key, key);
}

/**
 * chat_link_get_address:
 * @self: a link
 *
 * Gives the other end for a log, such as "192.0.2.7:4711" or "[2001:db8::1]:4711".
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
 *
 * [method@Link.send_shared] for one reader.
 */
void
chat_link_send (ChatLink *self, const char *payload, gsize size)
{
  g_autofree char *copy = NULL;
  GOutputVector piece;

  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->state != CHAT_LINK_OPEN)
    return;

  copy = g_memdup2 (payload, size);
  piece = (GOutputVector){ copy, size };
  chat_link_send_shared (self, &piece, 1, copy, g_free);
  g_steal_pointer (&copy);
}

/**
 * chat_link_send_shared:
 * @self: a link; one that is not open drops the frame
 * @pieces: (array length=n_pieces): the frame in pieces; what they point at stays as it is until
 *   @release
 * @n_pieces: how many
 * @owner: (transfer full): whom the pieces belong to
 * @release: (nullable): called with @owner, on the main context, when they are needed no longer
 *
 * Queues one frame without copying it. All that is queued in a turn of the main loop leaves in as
 * few records as it fits.
 */
void
chat_link_send_shared (ChatLink *self, const GOutputVector *pieces, guint n_pieces, gpointer owner,
                       GDestroyNotify release)
{
  g_return_if_fail (CHAT_IS_LINK (self));

  if (self->state != CHAT_LINK_OPEN)
    {
      if (release != NULL)
        release (owner);
      return;
    }

  chat_output_queue_append (&self->output, pieces, n_pieces, owner, release);
  chat_link_write_ahead (self);
  /* The poller tells when a blocked link may go on, unless it has stopped watching it. */
  if (!self->blocked || self->peer_gone)
    chat_poller_mark_dirty (self->poller, &self->client);
}

/**
 * chat_link_get_queued:
 * @self: a link
 *
 * Says how far a reader is behind, to drop one that is too slow.
 *
 * Returns: how many bytes of frames the kernel has not taken yet
 */
gsize
chat_link_get_queued (ChatLink *self)
{
  g_return_val_if_fail (CHAT_IS_LINK (self), 0);

  return self->output.size;
}

/**
 * chat_link_set_reading:
 * @self: a link
 * @reading: whether "frame" may be emitted
 *
 * Stops reading, or goes on. While it is stopped the peer is slowed down by TCP, and nothing is
 * lost.
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
  chat_link_update_watch (self);
}

/**
 * chat_link_finish:
 * @self: a link
 *
 * Writes what is queued and closes then, within %CHAT_CLOSE_SECONDS. Nothing more is read or
 * queued.
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
  chat_link_set_deadline (self, CHAT_CLOSE_SECONDS);
  chat_link_update_watch (self);
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
  g_return_if_fail (self->state == CHAT_LINK_OPEN && self->output.size == 0);

  gnutls_alert_send (self->session, GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED);
  chat_link_finish (self);
}

/**
 * chat_link_close:
 * @self: a link, in any state
 * @reason: (nullable) (transfer none): what "closed" tells; %NULL for a plain
 * %CHAT_LINK_ERROR_CLOSED
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
  chat_output_queue_clear (&self->output);
  if (self->stepping)
    {
      g_atomic_int_set (&self->abandoned, TRUE);
      shutdown (self->client.fd, SHUT_RDWR);
    }
  else
    chat_link_free_session (self);

  if (reason == NULL)
    reason = plain = g_error_new_literal (CHAT_LINK_ERROR, CHAT_LINK_ERROR_CLOSED, "closed");
  chat_link_emit (self, CHAT_LINK_SIGNAL_CLOSED, reason);
  g_object_unref (self);
}
