/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-limits.h"
#include "chat-log.h"
#include "chat-peer-private.h"

G_DEFINE_FINAL_TYPE (ChatPeer, chat_peer, G_TYPE_OBJECT)

static void
chat_peer_dispose (GObject *object)
{
  ChatPeer *self = CHAT_PEER (object);

  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      chat_poller_forget (chat_room_get_poller (self->room), &self->timer);
      chat_link_close (self->link, NULL);
    }
  g_clear_object (&self->link);
  g_clear_object (&self->guest);

  G_OBJECT_CLASS (chat_peer_parent_class)->dispose (object);
}

static void
chat_peer_finalize (GObject *object)
{
  ChatPeer *self = CHAT_PEER (object);

  g_clear_pointer (&self->envelope, chat_envelope_free);
  g_clear_pointer (&self->seals, chat_seal_registry_free);
  g_clear_pointer (&self->told, g_hash_table_unref);
  g_clear_pointer (&self->command_wrapping, g_free);
  g_clear_pointer (&self->command_key, chat_secret_unref);
  g_clear_pointer (&self->waiting_command, chat_jwe_free);

  G_OBJECT_CLASS (chat_peer_parent_class)->finalize (object);
}

static void
chat_peer_class_init (ChatPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_peer_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_peer_finalize;
}

static void
chat_peer_init (ChatPeer *self)
{
}

/**
 * chat_peer_set_timer:
 * @self: a peer
 * @microseconds: from now
 *
 * Sets the peer's only timer: `hello` in time, later the end of throttling.
 */
void
chat_peer_set_timer (ChatPeer *self, gint64 microseconds)
{
  chat_poller_set_deadline (chat_room_get_poller (self->room), &self->timer,
                            g_get_monotonic_time () + microseconds);
}

/* From here on nothing more is sent to the peer or taken from it. */
static void
peer_retire (ChatPeer *self)
{
  if (self->state == CHAT_PEER_GONE)
    return;

  self->state = CHAT_PEER_GONE;
  chat_poller_forget (chat_room_get_poller (self->room), &self->timer);
  chat_room_peer_gone (self->room, self);
}

/**
 * chat_peer_get_name:
 * @self: a peer
 *
 * Returns: (transfer none) (nullable): the username, for the log
 */
const char *
chat_peer_get_name (ChatPeer *self)
{
  return self->guest != NULL ? self->guest->username : NULL;
}

/**
 * chat_peer_fail:
 * @self: a peer
 * @code: what it did
 * @text: the same as a sentence
 * @details: (nullable): what else to tell it
 *
 * Tells the peer what it did wrong and ends the connection. Costs nobody else anything.
 */
void
chat_peer_fail (ChatPeer *self, ChatProtocolError code, const char *text,
                const ChatErrorDetails *details)
{
  if (self->state == CHAT_PEER_GONE)
    return;

  chat_log (CHAT_LOG_INFO, "refused", "user", chat_peer_get_name (self), "address",
            chat_link_get_address (self->link), "code", chat_protocol_error_to_code (code),
            "reason", text, NULL);
  chat_peer_send_error (self, code, text, details);
  peer_retire (self);
  chat_link_finish (self->link);
}

/**
 * chat_peer_fail_with_error:
 * @self: a peer
 * @error: of parsing: those of the protocol keep their code, all others are malformed frames
 */
void
chat_peer_fail_with_error (ChatPeer *self, const GError *error)
{
  ChatProtocolError code = error->domain == CHAT_PROTOCOL_ERROR ? (ChatProtocolError) error->code
                                                                : CHAT_PROTOCOL_ERROR_MALFORMED;

  chat_peer_fail (self, code, error->message, NULL);
}

/* A join costs the others something: a content key is unwrapped, everybody is told. So who comes
 * and goes all the time waits at the door, and pays with what they may send. */
static void
peer_await_hello (ChatPeer *self)
{
  ChatRateLimit *limit = &self->guest->rate_limit;
  gint64 now = g_get_monotonic_time ();
  gint64 wait = chat_rate_limit_take (limit, 0, now);

  if (wait > 0)
    {
      chat_peer_throttle (self, wait);
      return;
    }

  chat_rate_limit_take (limit, MAX (1, limit->rate / CHAT_JOINS_PER_SECOND), now);
  chat_peer_set_timer (self, CHAT_HELLO_SECONDS * G_USEC_PER_SEC);
  chat_peer_release (self, CHAT_HOLD_THROTTLE);
}

static void
timer_expired_cb (gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);

  if (self->state == CHAT_PEER_HELLO && (self->holds & CHAT_HOLD_THROTTLE))
    peer_await_hello (self);
  else if (self->state == CHAT_PEER_HELLO)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_TIMEOUT, "no hello came in time", NULL);
  else
    chat_peer_release (self, CHAT_HOLD_THROTTLE);
}

static void
opened_cb (ChatLink *link, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);
  ChatPublicKey *key = chat_link_get_peer_key (link);
  ChatGuest *guest =
      chat_guest_list_lookup (chat_room_get_guests (self->room), chat_public_key_get_id (key));

  if (guest == NULL)
    {
      /* In the lobby until the connection ends: who does not hang up takes no place of a guest. */
      chat_room_log_stranger (self->room, CHAT_LOG_INFO, "refused", chat_link_get_address (link),
                              "unknown-key", chat_public_key_get_fingerprint (key));
      peer_retire (self);
      chat_link_deny (link);
      return;
    }

  self->guest = g_object_ref (guest);
  chat_link_share_peer_key (link, guest->key);
  self->state = CHAT_PEER_HELLO;
  chat_room_peer_proven (self->room, self);
  peer_await_hello (self);
}

static void
violated_cb (ChatLink *link, const GError *error, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);

  chat_peer_fail_with_error (self, error);
}

/* Who was merely cut off, or has hung up, has not tried to get in: guests on bad networks are not
 * to be shut out by whatever reads the log. */
static gboolean
is_attempt (const GError *reason)
{
  return !g_error_matches (reason, CHAT_LINK_ERROR, CHAT_LINK_ERROR_CLOSED)
         && !g_error_matches (reason, CHAT_LINK_ERROR, CHAT_LINK_ERROR_LOST);
}

static void
closed_cb (ChatLink *link, const GError *reason, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);
  gboolean was_in = self->state == CHAT_PEER_JOINED || self->state == CHAT_PEER_LIVE;

  if (self->state == CHAT_PEER_HANDSHAKE && is_attempt (reason))
    chat_room_log_stranger (self->room, CHAT_LOG_INFO, "handshake-failed",
                            chat_link_get_address (link), reason->message, NULL);
  else
    chat_log (was_in ? CHAT_LOG_INFO : CHAT_LOG_DEBUG, "closed", "user",
              chat_peer_get_name (self), "address", chat_link_get_address (link), "reason",
              reason->message, NULL);
  peer_retire (self);
  chat_room_forget_peer (self->room, self);
}

/* Public functions */

/**
 * chat_peer_new:
 * @room: the room; it owns the peer
 * @link: a link that has not started
 *
 * Returns: (transfer full): the peer at its other end
 */
ChatPeer *
chat_peer_new (ChatRoom *room, ChatLink *link)
{
  ChatPeer *self = g_object_new (CHAT_TYPE_PEER, NULL);

  self->room = room;
  self->link = g_object_ref (link);
  self->timer.expire = timer_expired_cb;
  self->timer.user_data = self;
  /* dispose () disconnects them: cheaper for 10,000 peers than g_signal_connect_object (). */
  g_signal_connect (link, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (link, "frame", G_CALLBACK (chat_peer_frame_cb), self);
  g_signal_connect (link, "violated", G_CALLBACK (violated_cb), self);
  g_signal_connect (link, "closed", G_CALLBACK (closed_cb), self);

  return self;
}

/**
 * chat_peer_start:
 * @self: a new peer
 *
 * Begins the handshake.
 */
void
chat_peer_start (ChatPeer *self)
{
  chat_link_start (self->link);
}

/**
 * chat_peer_get_state:
 * @self: a peer
 *
 * Returns: how far it has come
 */
ChatPeerState
chat_peer_get_state (ChatPeer *self)
{
  return self->state;
}

/**
 * chat_peer_get_guest:
 * @self: a peer
 *
 * Returns: (transfer none) (nullable): whose key it has proven
 */
ChatGuest *
chat_peer_get_guest (ChatPeer *self)
{
  return self->guest;
}

/**
 * chat_peer_get_link:
 * @self: a peer
 *
 * Returns: (transfer none): its link
 */
ChatLink *
chat_peer_get_link (ChatPeer *self)
{
  return self->link;
}

/**
 * chat_peer_get_room:
 * @self: a peer
 *
 * Returns: (transfer none): its room
 */
ChatRoom *
chat_peer_get_room (ChatPeer *self)
{
  return self->room;
}

/**
 * chat_peer_get_seals:
 * @self: a peer
 *
 * Returns: (transfer none): the seals that it has registered
 */
ChatSealRegistry *
chat_peer_get_seals (ChatPeer *self)
{
  if (self->seals == NULL)
    self->seals = chat_seal_registry_new ();

  return self->seals;
}

/**
 * chat_peer_join:
 * @self: a peer whose hello is right
 *
 * From now on it gets notices and may send large frames.
 */
void
chat_peer_join (ChatPeer *self)
{
  g_return_if_fail (self->state == CHAT_PEER_HELLO);

  self->state = CHAT_PEER_JOINED;
  chat_poller_set_deadline (chat_room_get_poller (self->room), &self->timer, 0);
  chat_link_set_max_frame (self->link, CHAT_MAX_FRAME);
  chat_room_peer_joined (self->room, self);
}

/**
 * chat_peer_go_live:
 * @self: a peer that has everything up to now
 *
 * From now on it gets messages as they come.
 */
void
chat_peer_go_live (ChatPeer *self)
{
  if (self->state == CHAT_PEER_JOINED)
    self->state = CHAT_PEER_LIVE;
}

/**
 * chat_peer_hold:
 * @self: a peer
 * @why: a reason
 *
 * Stops reading from the peer until all reasons are gone. TCP slows it down; nothing is lost.
 */
void
chat_peer_hold (ChatPeer *self, ChatHold why)
{
  self->holds |= why;
  chat_link_set_reading (self->link, FALSE);
}

/**
 * chat_peer_release:
 * @self: a peer
 * @why: a reason that is gone
 */
void
chat_peer_release (ChatPeer *self, ChatHold why)
{
  self->holds &= ~(guint) why;
  if (self->holds == 0)
    chat_link_set_reading (self->link, TRUE);
}

static void
peer_say_bye (ChatPeer *self)
{
  chat_log (CHAT_LOG_INFO, "left", "user", chat_peer_get_name (self), "address",
            chat_link_get_address (self->link), NULL);
  chat_peer_take_notice (self, chat_notice_bye ());
  peer_retire (self);
  chat_link_finish (self->link);
}

/**
 * chat_peer_leave:
 * @self: a peer that has said bye
 *
 * Answers when its last post has been stored or refused.
 */
void
chat_peer_leave (ChatPeer *self)
{
  chat_peer_hold (self, CHAT_HOLD_LEAVING);
  if (self->pending_posts == 0)
    peer_say_bye (self);
}

/**
 * chat_peer_post_begun:
 * @self: a peer
 *
 * One of its posts is being stored. Nothing is read from it while too many are.
 */
void
chat_peer_post_begun (ChatPeer *self)
{
  self->pending_posts++;
  if (self->pending_posts >= CHAT_MAX_PENDING_POSTS)
    chat_peer_hold (self, CHAT_HOLD_POSTS);
}

/**
 * chat_peer_post_ended:
 * @self: a peer
 *
 * One of its posts has been stored or refused, and it has been told.
 */
void
chat_peer_post_ended (ChatPeer *self)
{
  g_return_if_fail (self->pending_posts > 0);

  self->pending_posts--;
  if (self->state == CHAT_PEER_GONE)
    return;

  if (self->holds & CHAT_HOLD_POSTS)
    chat_peer_release (self, CHAT_HOLD_POSTS);
  if ((self->holds & CHAT_HOLD_LEAVING) && self->pending_posts == 0
      && !chat_room_is_stopping (self->room))
    peer_say_bye (self);
}
