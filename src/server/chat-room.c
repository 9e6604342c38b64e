/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room.h"

#include "chat-credentials.h"
#include "chat-limits.h"
#include "chat-lobby.h"
#include "chat-log.h"
#include "chat-presence.h"

struct _ChatRoom
{
  GObject parent_instance;

  ChatServerConfig *config; /* borrowed from the server */
  ChatPrivateKey *key;
  ChatGuestList *guests;
  ChatStore *store;
  ChatPoller *poller;
  ChatCredentials *credentials;
  ChatPresence *presence;

  GHashTable *peers; /* (element-type ChatPeer), owned: a set of all, whatever their state */
  ChatLobby *lobby;  /* (element-type ChatPeer), borrowed: those without a guest's key */
  GPtrArray *joined; /* (element-type ChatPeer), borrowed: those that get notices */

  guint max_peers;
  guint pending_posts;
  guint stop_timeout_id;
  gboolean stopping;
  gboolean farewell; /* everybody has been told that the server stops */
  char *stopped_by;
};

G_DEFINE_FINAL_TYPE (ChatRoom, chat_room, G_TYPE_OBJECT)

enum
{
  SIGNAL_STOPPING,
  SIGNAL_STOPPED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
chat_room_dispose (GObject *object)
{
  ChatRoom *self = CHAT_ROOM (object);

  g_clear_handle_id (&self->stop_timeout_id, g_source_remove);
  g_clear_pointer (&self->presence, chat_presence_free);
  g_ptr_array_set_size (self->joined, 0);
  g_hash_table_remove_all (self->peers);

  G_OBJECT_CLASS (chat_room_parent_class)->dispose (object);
}

static void
chat_room_finalize (GObject *object)
{
  ChatRoom *self = CHAT_ROOM (object);

  g_clear_pointer (&self->peers, g_hash_table_unref);
  g_clear_pointer (&self->joined, g_ptr_array_unref);
  g_clear_pointer (&self->lobby, chat_lobby_free);
  g_clear_pointer (&self->credentials, chat_credentials_unref);
  g_clear_pointer (&self->stopped_by, g_free);
  g_clear_object (&self->key);
  g_clear_object (&self->guests);
  g_clear_object (&self->store);
  g_clear_object (&self->poller);

  G_OBJECT_CLASS (chat_room_parent_class)->finalize (object);
}

static void
chat_room_class_init (ChatRoomClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_room_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_room_finalize;

  signals[SIGNAL_STOPPING] = g_signal_new ("stopping", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STOPPED] = g_signal_new ("stopped", CHAT_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_room_init (ChatRoom *self)
{
  self->peers = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->joined = g_ptr_array_new ();
}

/* A copy, because a peer whose queue is full leaves the array while it is being told. */
static GPtrArray *
room_copy_joined (ChatRoom *self)
{
  return g_ptr_array_copy (self->joined, (GCopyFunc) (gpointer) g_object_ref, NULL);
}

static void
room_broadcast (ChatRoom *self, const char *json)
{
  g_autoptr (GPtrArray) peers = room_copy_joined (self);

  g_ptr_array_set_free_func (peers, g_object_unref);
  for (guint i = 0; i < peers->len; i++)
    chat_peer_send_notice (g_ptr_array_index (peers, i), json);
}

/* Guests come and go */

static void
guest_added_cb (ChatGuestList *guests, ChatGuest *guest, gpointer user_data)
{
  g_autofree char *json = chat_notice_added (guest);

  chat_log (CHAT_LOG_INFO, "guest-added", "user", guest->username, "fingerprint",
            chat_public_key_get_fingerprint (guest->key), NULL);
  room_broadcast (user_data, json);
}

static void
guest_removed_cb (ChatGuestList *guests, ChatGuest *guest, gpointer user_data)
{
  ChatRoom *self = user_data;
  g_autofree char *json = chat_notice_removed (guest->username);
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  chat_log (CHAT_LOG_INFO, "guest-removed", "user", guest->username, "fingerprint",
            chat_public_key_get_fingerprint (guest->key), NULL);

  /* Those too that have not said hello yet. */
  g_list_foreach (peers, (GFunc) (gpointer) g_object_ref, NULL);
  for (GList *l = peers; l != NULL; l = l->next)
    {
      g_autoptr (ChatPeer) peer = l->data;

      if (chat_peer_get_guest (peer) == guest)
        chat_peer_fail (peer, CHAT_PROTOCOL_ERROR_REMOVED,
                        "the key was removed from the guest list", NULL);
    }

  chat_presence_forget (self->presence, guest);
  room_broadcast (self, json);
}

/* Peers come and go */

/**
 * chat_room_log_stranger:
 * @self: a room
 * @level: how important it is
 * @event: what happened, one word
 * @address: to whom
 * @reason: why
 * @fingerprint: (nullable): of the key that was shown
 *
 * Writes a line to the log, unless there were too many about strangers just now.
 */
void
chat_room_log_stranger (ChatRoom *self, ChatLogLevel level, const char *event, const char *address,
                        const char *reason, const char *fingerprint)
{
  g_autofree char *unlogged = NULL;
  guint n_unlogged;

  if (!chat_lobby_may_log (self->lobby, g_get_monotonic_time (), &n_unlogged))
    return;

  if (n_unlogged > 0)
    {
      unlogged = g_strdup_printf ("%u", n_unlogged);
      chat_log (CHAT_LOG_WARNING, "strangers", "lines-left-out", unlogged, NULL);
    }
  chat_log (level, event, "address", address, "reason", reason, "fingerprint", fingerprint, NULL);
}

static void
room_drop_stranger (ChatRoom *self, ChatPeer *stranger)
{
  ChatLink *link = chat_peer_get_link (stranger);

  chat_room_log_stranger (self, CHAT_LOG_WARNING, "handshake-dropped", chat_link_get_address (link),
                          "too many connections at once", NULL);
  chat_link_close (link, NULL);
}

/* A link that is dropped while a thread is at its handshake keeps its descriptor for a moment
 * longer. The kernel gives out the lowest number that is free, so the number tells how many are
 * left. */
static gboolean
has_spare_descriptors (ChatRoom *self, GSocketConnection *connection)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

  return fd >= 0 && (guint) fd < self->max_peers + CHAT_RESERVED_DESCRIPTORS / 2;
}

/* Makes room for one more, at the cost of strangers only: of those from its address, or of all. */
static gboolean
room_make_place (ChatRoom *self, const char *origin)
{
  ChatPeer *stranger = chat_lobby_get_surplus (self->lobby, origin);

  if (stranger != NULL)
    room_drop_stranger (self, stranger);
  if (g_hash_table_size (self->peers) < self->max_peers)
    return TRUE;

  stranger = chat_lobby_get_victim (self->lobby);
  if (stranger == NULL)
    {
      chat_room_log_stranger (self, CHAT_LOG_WARNING, "refused", origin,
                              "no more connections are possible", NULL);
      return FALSE;
    }

  room_drop_stranger (self, stranger);
  return TRUE;
}

/**
 * chat_room_accept:
 * @self: a room
 * @connection: an accepted connection
 *
 * Begins a handshake with whoever that is.
 */
void
chat_room_accept (ChatRoom *self, GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *origin = NULL;
  g_autoptr (ChatLink) link = NULL;
  ChatPeer *peer;

  g_return_if_fail (CHAT_IS_ROOM (self));

  if (self->stopping)
    return;

  address = g_socket_connection_get_remote_address (connection, NULL);
  origin = chat_lobby_dup_origin (address);
  if (!has_spare_descriptors (self, connection) || !room_make_place (self, origin))
    return; /* dropping the connection closes it */

  link = chat_link_new_server (self->poller, connection, self->credentials);
  peer = chat_peer_new (self, link);
  g_hash_table_add (self->peers, peer);
  chat_lobby_enter (self->lobby, peer, origin);
  chat_log (CHAT_LOG_DEBUG, "connected", "address", chat_link_get_address (link), NULL);
  chat_peer_start (peer);
}

/**
 * chat_room_peer_proven:
 * @self: a room
 * @peer: a peer that has just proven a guest's key
 *
 * From here on it counts for its user and no longer for its address. A user who opens one
 * connection after the other, and never says hello or never closes, pushes out their own.
 */
void
chat_room_peer_proven (ChatRoom *self, ChatPeer *peer)
{
  ChatGuest *guest = chat_peer_get_guest (peer);

  chat_lobby_leave (self->lobby, peer);
  if (guest->outside->len >= self->config->max_connections_per_user)
    chat_link_close (chat_peer_get_link (g_ptr_array_index (guest->outside, 0)), NULL);
  g_ptr_array_add (guest->outside, peer);
}

/**
 * chat_room_peer_joined:
 * @self: a room
 * @peer: a peer that gets notices from now on
 */
void
chat_room_peer_joined (ChatRoom *self, ChatPeer *peer)
{
  ChatGuest *guest = chat_peer_get_guest (peer);

  g_ptr_array_add (self->joined, peer);
  g_ptr_array_remove (guest->outside, peer);
  g_ptr_array_add (guest->peers, peer);
  chat_presence_changed (self->presence, guest);
}

/**
 * chat_room_peer_gone:
 * @self: a room
 * @peer: a peer that gets nothing any more
 */
void
chat_room_peer_gone (ChatRoom *self, ChatPeer *peer)
{
  ChatGuest *guest = chat_peer_get_guest (peer);

  if (!g_ptr_array_remove_fast (self->joined, peer))
    return;

  g_ptr_array_remove_fast (guest->peers, peer);
  g_ptr_array_add (guest->outside, peer);
  if (self->presence != NULL)
    chat_presence_changed (self->presence, guest);
}

static void room_check_stopped (ChatRoom *self);

/**
 * chat_room_forget_peer:
 * @self: a room
 * @peer: a peer whose connection has ended; it may be freed by this
 */
void
chat_room_forget_peer (ChatRoom *self, ChatPeer *peer)
{
  ChatGuest *guest = chat_peer_get_guest (peer);

  chat_lobby_leave (self->lobby, peer);
  if (guest != NULL)
    g_ptr_array_remove (guest->outside, peer);
  g_hash_table_remove (self->peers, peer);
  room_check_stopped (self);
}

/* Messages */

typedef struct
{
  ChatRoom *room;
  ChatPeer *author;
} PendingPost;

static void
pending_post_free (PendingPost *pending)
{
  g_object_unref (pending->room);
  g_object_unref (pending->author);
  g_free (pending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PendingPost, pending_post_free)

typedef struct
{
  ChatRoom *room;
  ChatPost *post;
  ChatDelivery *delivery;
  ChatPeer *except;
  gboolean explain;
} Round;

static void
round_deliver (const Round *self, ChatPeer *peer, guint reader)
{
  ChatWrappings *wrappings = self->post->wrappings;
  ChatReaderSet *readers = chat_wrappings_get_readers (wrappings);

  if (peer == self->except || chat_peer_get_state (peer) != CHAT_PEER_LIVE)
    return;

  if (self->explain)
    chat_peer_explain (peer, self->post, readers);
  chat_peer_deliver (peer, self->delivery, chat_reader_set_get_kid (readers, reader),
                     chat_wrappings_get_encrypted_key (wrappings, reader));
}

/* Backwards, because a peer whose queue is full leaves the array. */
static void
round_go_through_readers (const Round *self)
{
  ChatReaderSet *readers = chat_wrappings_get_readers (self->post->wrappings);

  for (guint i = 0; i < chat_reader_set_get_size (readers); i++)
    {
      ChatGuest *guest =
          chat_guest_list_lookup (self->room->guests, chat_reader_set_get_kid (readers, i));

      for (guint j = guest != NULL ? guest->peers->len : 0; j > 0; j--)
        round_deliver (self, g_ptr_array_index (guest->peers, j - 1), i);
    }
}

static void
round_go_through_joined (const Round *self)
{
  ChatReaderSet *readers = chat_wrappings_get_readers (self->post->wrappings);
  GPtrArray *joined = self->room->joined;

  for (guint i = joined->len; i > 0; i--)
    {
      ChatPeer *peer = g_ptr_array_index (joined, i - 1);
      guint reader;

      if (chat_reader_set_find (readers,
                                chat_public_key_get_id (chat_peer_get_guest (peer)->key), &reader))
        round_deliver (self, peer, reader);
    }
}

/* To the readers of the seal and to nobody else: the one rule. Those who are not there cost
 * nothing, be they connected and no readers, or readers and not connected. */
static void
room_deliver (ChatRoom *self, ChatPost *post, ChatPeer *except)
{
  ChatReaderSet *readers = chat_wrappings_get_readers (post->wrappings);
  ChatReaderSet *everybody = chat_guest_list_get_readers (self->guests);
  gboolean explain =
      !g_str_equal (chat_reader_set_get_to (readers), chat_reader_set_get_to (everybody))
      || chat_guest_list_lookup (self->guests, post->author_kid) == NULL;
  g_autoptr (ChatDelivery) delivery = chat_delivery_new ("message", post);
  const Round round = { self, post, delivery, except, explain };

  if (self->joined->len < chat_reader_set_get_size (readers))
    round_go_through_joined (&round);
  else
    round_go_through_readers (&round);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PendingPost) pending = user_data;
  ChatRoom *self = pending->room;
  g_autoptr (GError) error = NULL;
  ChatPost *post;
  gboolean is_new;

  self->pending_posts--;
  if (!chat_store_append_finish (CHAT_STORE (source), result, &post, &is_new, &error))
    {
      chat_log (CHAT_LOG_ERROR, "not-stored", "user", post->from, "problem", error->message, NULL);
      chat_peer_send_error (pending->author, CHAT_PROTOCOL_ERROR_NOT_STORED,
                            "the server could not store the message",
                            &(ChatErrorDetails){ .mid = post->mid });
    }
  else
    {
      /* Deliveries and acks leave in the order of the numbers, on every connection. */
      if (is_new)
        room_deliver (self, post, pending->author);
      chat_peer_take_notice (pending->author, chat_notice_ack (post->mid, post->seq, post->at));
    }

  chat_peer_post_ended (pending->author);
  room_check_stopped (self);
}

/**
 * chat_room_store:
 * @self: a room
 * @post: a message
 * @author: the connection that posted it
 *
 * Stores the message; when it is on the disk, delivers and acknowledges it.
 */
void
chat_room_store (ChatRoom *self, ChatPost *post, ChatPeer *author)
{
  PendingPost *pending = g_new (PendingPost, 1);

  pending->room = g_object_ref (self);
  pending->author = g_object_ref (author);
  self->pending_posts++;
  chat_peer_post_begun (author);
  chat_store_append_async (self->store, post, stored_cb, pending);
}

/* The end */

static gboolean
stop_timeout_cb (gpointer user_data)
{
  ChatRoom *self = user_data;

  self->stop_timeout_id = 0;
  chat_log (CHAT_LOG_WARNING, "stopping-late", "reason", "some connections did not end in time",
            NULL);
  g_signal_emit (self, signals[SIGNAL_STOPPED], 0);
  return G_SOURCE_REMOVE;
}

static void
room_say_farewell (ChatRoom *self)
{
  g_autofree char *json = chat_notice_shutdown (self->stopped_by);
  g_autoptr (GList) peers = g_hash_table_get_keys (self->peers);

  self->farewell = TRUE;
  room_broadcast (self, json);
  g_list_foreach (peers, (GFunc) (gpointer) g_object_ref, NULL);
  for (GList *l = peers; l != NULL; l = l->next)
    {
      g_autoptr (ChatPeer) peer = l->data;

      chat_link_finish (chat_peer_get_link (peer));
    }
}

/* In two steps: first what was posted is stored and acknowledged, then everybody is told and the
 * connections end. */
static void
room_check_stopped (ChatRoom *self)
{
  if (!self->stopping || self->pending_posts > 0)
    return;

  if (!self->farewell)
    room_say_farewell (self);

  if (g_hash_table_size (self->peers) == 0 && self->stop_timeout_id != 0)
    {
      g_clear_handle_id (&self->stop_timeout_id, g_source_remove);
      g_signal_emit (self, signals[SIGNAL_STOPPED], 0);
    }
}

/**
 * chat_room_stop:
 * @self: a room
 * @by: (nullable): the admin who said so
 *
 * Stops in order: what was posted is stored, everybody is told, the connections end. Then
 * "stopped".
 */
void
chat_room_stop (ChatRoom *self, const char *by)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  if (self->stopping)
    return;

  chat_log (CHAT_LOG_INFO, "stopping", "by", by != NULL ? by : "signal", NULL);
  self->stopping = TRUE;
  self->stopped_by = g_strdup (by);
  self->stop_timeout_id = g_timeout_add_seconds (CHAT_CLOSE_SECONDS + 1, stop_timeout_cb, self);
  g_signal_emit (self, signals[SIGNAL_STOPPING], 0);

  for (guint i = 0; i < self->joined->len; i++)
    chat_peer_hold (g_ptr_array_index (self->joined, i), CHAT_HOLD_LEAVING);
  room_check_stopped (self);
}

/**
 * chat_room_is_stopping:
 * @self: a room
 *
 * Returns: whether it has been told to stop
 */
gboolean
chat_room_is_stopping (ChatRoom *self)
{
  return self->stopping;
}

/* Construction and getters */

static void
room_set_writers (ChatRoom *self)
{
  guint n_writers = self->config->workers > 0 ? self->config->workers : g_get_num_processors ();
  guint wanted = MIN (n_writers, CHAT_MAX_WORKERS);
  guint possible = chat_poller_set_n_writers (self->poller, wanted);
  g_autofree char *in_force = g_strdup_printf ("%u", possible);

  if (possible < wanted)
    chat_log (CHAT_LOG_WARNING, "fewer-workers", "in-force", in_force, "remedy",
              "the system allows no more threads; raise its limit (TasksMax=, ulimit -u), or lower "
              "workers",
              NULL);
}

/**
 * chat_room_new:
 * @config: the settings; they must outlive the room
 * @key: the server's key
 * @guests: the guest list
 * @store: the messages
 * @max_peers: how many connections the system lets us have, whatever their state
 * @error: return location
 *
 * Returns: (transfer full): a room without connections
 */
ChatRoom *
chat_room_new (ChatServerConfig *config, ChatPrivateKey *key, ChatGuestList *guests,
               ChatStore *store, guint max_peers, GError **error)
{
  g_autoptr (ChatRoom) self = g_object_new (CHAT_TYPE_ROOM, NULL);

  self->config = config;
  self->max_peers = max_peers;
  self->lobby = chat_lobby_new (config->max_handshakes, config->max_handshakes_per_address);
  self->key = g_object_ref (key);
  self->guests = g_object_ref (guests);
  self->store = g_object_ref (store);
  self->presence = chat_presence_new (self->joined);
  self->poller = chat_poller_new (NULL, error);
  if (self->poller == NULL)
    return NULL;
  room_set_writers (self);

  self->credentials = chat_credentials_new (key, error);
  if (self->credentials == NULL)
    return NULL;

  g_signal_connect_object (guests, "added", G_CALLBACK (guest_added_cb), self, 0);
  g_signal_connect_object (guests, "removed", G_CALLBACK (guest_removed_cb), self, 0);
  return g_steal_pointer (&self);
}

/**
 * chat_room_config_changed:
 * @self: a room
 *
 * The settings that the room was made with hold other values now.
 */
void
chat_room_config_changed (ChatRoom *self)
{
  g_return_if_fail (CHAT_IS_ROOM (self));

  chat_lobby_set_limits (self->lobby, self->config->max_handshakes,
                         self->config->max_handshakes_per_address);
  chat_guest_list_set_rate_limit (self->guests, self->config->rate_limit);
  chat_store_set_history_limit (self->store, self->config->history_limit);
  room_set_writers (self);
}

/**
 * chat_room_get_config:
 * @self: a room
 *
 * Returns: (transfer none): the settings
 */
ChatServerConfig *
chat_room_get_config (ChatRoom *self)
{
  return self->config;
}

/**
 * chat_room_get_key:
 * @self: a room
 *
 * Returns: (transfer none): the server's key
 */
ChatPrivateKey *
chat_room_get_key (ChatRoom *self)
{
  return self->key;
}

/**
 * chat_room_get_kid:
 * @self: a room
 *
 * Returns: (transfer none): the id of the server's key
 */
const char *
chat_room_get_kid (ChatRoom *self)
{
  return chat_public_key_get_id (chat_private_key_get_public (self->key));
}

/**
 * chat_room_get_guests:
 * @self: a room
 *
 * Returns: (transfer none): the guest list
 */
ChatGuestList *
chat_room_get_guests (ChatRoom *self)
{
  return self->guests;
}

/**
 * chat_room_get_store:
 * @self: a room
 *
 * Returns: (transfer none): the messages
 */
ChatStore *
chat_room_get_store (ChatRoom *self)
{
  return self->store;
}

/**
 * chat_room_get_poller:
 * @self: a room
 *
 * Returns: (transfer none): the poller of all connections
 */
ChatPoller *
chat_room_get_poller (ChatRoom *self)
{
  return self->poller;
}

/**
 * chat_room_get_capacity:
 * @self: a room
 *
 * Returns: how many connections may have said hello, without those of admins: as many as
 *   config.json says, but never so many that nobody else could knock
 */
guint
chat_room_get_capacity (ChatRoom *self)
{
  guint possible =
      self->max_peers > CHAT_RESERVED_CONNECTIONS ? self->max_peers - CHAT_RESERVED_CONNECTIONS : 1;

  return MIN (self->config->max_connections, possible);
}

/**
 * chat_room_get_n_joined:
 * @self: a room
 *
 * Returns: how many connections have said hello
 */
guint
chat_room_get_n_joined (ChatRoom *self)
{
  return self->joined->len;
}
