/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-peer.h"

#include "chat-base64url.h"
#include "chat-command.h"
#include "chat-envelope.h"
#include "chat-json.h"
#include "chat-jwe.h"
#include "chat-limits.h"
#include "chat-log.h"
#include "chat-room.h"
#include "chat-unwrap.h"

/* Being told once in this time is enough. */
#define THROTTLED_NOTICE_SECONDS 5

struct _ChatPeer
{
  GObject parent_instance;

  ChatRoom *room; /* borrowed: the room closes its peers before it goes */

  ChatLink *link;
  ChatGuest *guest;
  ChatEnvelope *envelope;   /* made when something is first sent */
  ChatSealRegistry *seals;  /* made with the first seal */
  GHashTable *told;         /* reader sets and former authors that the client has been told of */
  char *command_wrapping;   /* the content key of its commands, wrapped and open */
  ChatSecret *command_key;
  ChatJwe *waiting_command; /* until its key is unwrapped */

  ChatPollerClient timer; /* hello in time; the end of throttling */
  gint64 throttled_notice_at;
  guint holds; /* ChatHold */
  guint pending_posts;
  ChatPeerState state;
};

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

static void
peer_set_timer (ChatPeer *self, gint64 microseconds)
{
  chat_poller_set_deadline (chat_room_get_poller (self->room), &self->timer, g_get_monotonic_time () + microseconds);
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

static const char *
peer_get_name (ChatPeer *self)
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
chat_peer_fail (ChatPeer *self, ChatProtocolError code, const char *text, const ChatErrorDetails *details)
{
  if (self->state == CHAT_PEER_GONE)
    return;

  chat_log (CHAT_LOG_INFO, "refused", "user", peer_get_name (self), "address", chat_link_get_address (self->link), "code",
            chat_protocol_error_to_code (code), "reason", text, NULL);
  chat_peer_send_error (self, code, text, details);
  peer_retire (self);
  chat_link_finish (self->link);
}

/* For errors of parsing: those of the protocol keep their code, all others are malformed frames. */
static void
peer_fail_with_error (ChatPeer *self, const GError *error)
{
  ChatProtocolError code
      = error->domain == CHAT_PROTOCOL_ERROR ? (ChatProtocolError) error->code : CHAT_PROTOCOL_ERROR_MALFORMED;

  chat_peer_fail (self, code, error->message, NULL);
}

/* Commands */

static void
peer_open_command (ChatPeer *self, ChatJwe *jwe)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) plaintext = chat_jwe_open (jwe, self->command_key, &error);
  const guint8 *data;
  gsize size;

  if (plaintext != NULL)
    {
      data = chat_secret_get_data (plaintext, &size);
      if (chat_command_run (self, (const char *) data, size, &error))
        return;
    }

  peer_fail_with_error (self, error);
}

static void
unwrapped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatPeer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = g_steal_pointer (&self->waiting_command);

  self->command_key = chat_unwrap_finish (result, &error);
  if (self->state == CHAT_PEER_GONE)
    return;

  if (self->command_key == NULL)
    {
      peer_fail_with_error (self, error);
      return;
    }

  peer_open_command (self, jwe);
  chat_peer_release (self, CHAT_HOLD_UNWRAP);
}

/* A client may keep one content key for all its commands (and pay RSA once), or use a new one every time. */
static void
peer_take_command (ChatPeer *self, ChatJwe *jwe)
{
  const char *wrapping = chat_jwe_get_encrypted_key (jwe);
  g_autoptr (ChatJwe) owned = jwe;

  if (g_strcmp0 (chat_jwe_get_kid (jwe), chat_room_get_kid (self->room)) != 0)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_MALFORMED, "a command is not sealed for this server's key", NULL);
  else if (wrapping == NULL)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_MALFORMED, "a command has no encrypted_key", NULL);
  else if (g_strcmp0 (wrapping, self->command_wrapping) == 0)
    peer_open_command (self, jwe);
  else
    {
      g_free (self->command_wrapping);
      self->command_wrapping = g_strdup (wrapping);
      g_clear_pointer (&self->command_key, chat_secret_unref);
      self->waiting_command = g_steal_pointer (&owned);
      chat_peer_hold (self, CHAT_HOLD_UNWRAP);
      chat_unwrap_async (chat_room_get_key (self->room), wrapping, unwrapped_cb, g_object_ref (self));
    }
}

/* Posts */

static ChatPost *
peer_new_post (ChatPeer *self, ChatJwe *jwe, ChatWrappings *wrappings)
{
  ChatPost *post = chat_post_new ();

  post->from = g_strdup (self->guest->username);
  post->author_kid = g_strdup (chat_public_key_get_id (self->guest->key));
  post->author_key = g_bytes_ref (chat_public_key_get_der (self->guest->key));
  post->mid = g_strdup (chat_jwe_get_mid (jwe));
  post->protected = g_strdup (chat_jwe_get_protected (jwe));
  post->iv = g_strdup (chat_jwe_get_iv (jwe));
  post->ciphertext = g_strdup (chat_jwe_get_ciphertext (jwe));
  post->tag = g_strdup (chat_jwe_get_tag (jwe));
  post->wrappings = chat_wrappings_ref (wrappings);

  return post;
}

static gboolean
peer_take_post (ChatPeer *self, ChatJwe *jwe, GError **error)
{
  JsonObject *header = chat_jwe_get_unprotected (jwe);
  const char *op = chat_json_get_string (header, "op", error);
  const char *seal = op != NULL ? chat_json_get_string (header, "seal", error) : NULL;
  const char *mid = chat_jwe_get_mid (jwe);
  guint8 raw_seal[CHAT_SEAL_ID_SIZE];
  ChatWrappings *wrappings;

  if (seal == NULL)
    return FALSE;

  if (!g_str_equal (op, "post") || chat_jwe_get_kid (jwe) != NULL || chat_jwe_get_encrypted_key (jwe) != NULL)
    {
      g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, "a frame is neither a command nor a post");
      return FALSE;
    }
  if (self->state != CHAT_PEER_LIVE)
    {
      g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, "a post comes before hello");
      return FALSE;
    }
  if (!chat_base64url_decode_exactly (seal, -1, raw_seal, sizeof raw_seal, error))
    {
      g_prefix_error (error, "member \"seal\": ");
      return FALSE;
    }
  if (mid == NULL)
    {
      g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, "a post has no mid in its protected header");
      return FALSE;
    }

  wrappings = self->seals != NULL ? chat_seal_registry_lookup (self->seals, seal) : NULL;
  if (wrappings == NULL)
    chat_peer_send_error (self, CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL, "the seal is not registered on this connection",
                          &(ChatErrorDetails){ .mid = mid, .seal = seal });
  else
    {
      g_autoptr (ChatPost) post = peer_new_post (self, jwe, wrappings);

      chat_room_store (self->room, post, self);
    }

  return TRUE;
}

/* Frames */

static void
peer_throttle (ChatPeer *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 wait = chat_rate_limit_take (&self->guest->rate_limit, now);

  if (wait == 0)
    return;

  chat_peer_hold (self, CHAT_HOLD_THROTTLE);
  peer_set_timer (self, wait);
  if (self->throttled_notice_at != 0 && now - self->throttled_notice_at < THROTTLED_NOTICE_SECONDS * G_USEC_PER_SEC)
    return;

  self->throttled_notice_at = now;
  chat_log (CHAT_LOG_INFO, "throttled", "user", peer_get_name (self), "address", chat_link_get_address (self->link), NULL);
  chat_peer_take_notice (self, chat_notice_throttled (self->guest->rate_limit.rate, wait / 1000 + 1));
}

static void
timer_expired_cb (gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);

  if (self->state == CHAT_PEER_HELLO)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_TIMEOUT, "no hello came in time", NULL);
  else
    chat_peer_release (self, CHAT_HOLD_THROTTLE);
}

static void
frame_cb (ChatLink *link, GBytes *frame, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = NULL;
  const char *data;
  gsize size;

  if (self->state == CHAT_PEER_GONE)
    return;

  if (self->state != CHAT_PEER_HELLO)
    peer_throttle (self);

  data = g_bytes_get_data (frame, &size);
  jwe = chat_jwe_parse (data, size, &error);
  if (jwe != NULL && chat_jwe_get_unprotected (jwe) == NULL)
    peer_take_command (self, g_steal_pointer (&jwe));
  else if (jwe == NULL || !peer_take_post (self, jwe, &error))
    peer_fail_with_error (self, error);
}

static void
opened_cb (ChatLink *link, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);
  ChatPublicKey *key = chat_link_get_peer_key (link);
  ChatGuest *guest = chat_guest_list_lookup (chat_room_get_guests (self->room), chat_public_key_get_id (key));

  chat_room_peer_shook_hands (self->room, self);
  if (guest == NULL)
    {
      chat_log (CHAT_LOG_INFO, "refused", "address", chat_link_get_address (link), "reason", "unknown-key", "fingerprint",
                chat_public_key_get_fingerprint (key), NULL);
      peer_retire (self);
      chat_link_deny (link);
      return;
    }

  self->guest = g_object_ref (guest);
  self->state = CHAT_PEER_HELLO;
  peer_set_timer (self, CHAT_HELLO_SECONDS * G_USEC_PER_SEC);
}

static void
violated_cb (ChatLink *link, const GError *error, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);

  peer_fail_with_error (self, error);
}

static void
closed_cb (ChatLink *link, const GError *reason, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);

  chat_log (self->guest != NULL && self->state != CHAT_PEER_GONE ? CHAT_LOG_INFO : CHAT_LOG_DEBUG, "closed", "user",
            peer_get_name (self), "address", chat_link_get_address (link), "reason", reason->message, NULL);
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
  g_signal_connect (link, "frame", G_CALLBACK (frame_cb), self);
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

/* A reader that does not read holds a bounded queue, and then nothing. It catches up when it comes back. */
static void
peer_check_queue (ChatPeer *self)
{
  if (chat_link_get_queued (self->link) > CHAT_MAX_QUEUE)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_TOO_SLOW, "too much is queued for this connection", NULL);
}

static void
peer_seal_and_send (ChatPeer *self, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *frame = NULL;
  gsize size;

  if (self->envelope == NULL)
    self->envelope = chat_envelope_new (self->guest->key, &error);
  if (self->envelope == NULL)
    {
      chat_log (CHAT_LOG_ERROR, "cannot-seal", "user", peer_get_name (self), "problem", error->message, NULL);
      return;
    }

  frame = chat_envelope_seal (self->envelope, json, strlen (json), &size);
  chat_link_send (self->link, frame, size);
}

/**
 * chat_peer_send_notice:
 * @self: a peer; one that is gone gets nothing
 * @json: the notice
 *
 * Seals @json for the peer's key and queues it.
 */
void
chat_peer_send_notice (ChatPeer *self, const char *json)
{
  if (self->state == CHAT_PEER_GONE || self->guest == NULL)
    return;

  peer_seal_and_send (self, json);
  peer_check_queue (self);
}

/**
 * chat_peer_take_notice:
 * @self: a peer; one that is gone gets nothing
 * @json: (transfer full): the notice
 *
 * chat_peer_send_notice() for a text that was just made.
 */
void
chat_peer_take_notice (ChatPeer *self, char *json)
{
  chat_peer_send_notice (self, json);
  g_free (json);
}

/**
 * chat_peer_send_error:
 * @self: a peer; one that is gone gets nothing
 * @code: what is wrong
 * @text: the same as a sentence
 * @details: (nullable): what else to tell
 *
 * Only tells; see chat_peer_fail().
 */
void
chat_peer_send_error (ChatPeer *self, ChatProtocolError code, const char *text, const ChatErrorDetails *details)
{
  g_autofree char *json = chat_notice_error (code, text, details);

  if (self->state != CHAT_PEER_GONE && self->guest != NULL)
    peer_seal_and_send (self, json); /* without a look at the queue: this may be the error about the queue */
}

/**
 * chat_peer_deliver:
 * @self: a peer
 * @delivery: a message
 * @encrypted_key: its content key wrapped for this peer
 */
void
chat_peer_deliver (ChatPeer *self, ChatDelivery *delivery, const char *encrypted_key)
{
  if (self->state == CHAT_PEER_GONE)
    return;

  chat_delivery_send (delivery, self->link, chat_public_key_get_id (self->guest->key), encrypted_key);
  peer_check_queue (self);
}

/* Whether this is the first time; remembers it. */
static gboolean
peer_tell_once (ChatPeer *self, const char *what)
{
  if (self->told == NULL)
    self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return g_hash_table_add (self->told, g_strdup (what));
}

/**
 * chat_peer_explain:
 * @self: a peer
 * @post: a message that is about to be delivered
 * @readers: for whom it is sealed
 *
 * Tells what the client needs to check the message and cannot know: who the readers are when they are neither all
 * members nor the two, and the key of an author who is no member any more.
 */
void
chat_peer_explain (ChatPeer *self, ChatPost *post, ChatReaderSet *readers)
{
  ChatGuestList *guests = chat_room_get_guests (self->room);
  ChatGuest *author = chat_guest_list_lookup (guests, post->author_kid);
  const char *to = chat_reader_set_get_to (readers);
  g_autofree char *former = NULL;

  if (author == NULL || !g_str_equal (author->username, post->from))
    {
      former = g_strconcat (post->author_kid, post->from, NULL);
      if (peer_tell_once (self, former))
        chat_peer_take_notice (self, chat_notice_former_member (post->from, post->author_key));
    }

  if (!g_str_equal (to, chat_reader_set_get_to (chat_guest_list_get_readers (guests)))
      && !chat_reader_set_is_direct (readers, post->author_kid, chat_public_key_get_id (self->guest->key))
      && peer_tell_once (self, to))
    chat_peer_take_notice (self, chat_notice_readers (readers));
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
  chat_log (CHAT_LOG_INFO, "left", "user", peer_get_name (self), "address", chat_link_get_address (self->link), NULL);
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
  if ((self->holds & CHAT_HOLD_LEAVING) && self->pending_posts == 0 && !chat_room_is_stopping (self->room))
    peer_say_bye (self);
}
