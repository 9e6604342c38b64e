/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-command.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-log.h"
#include "chat-peer-private.h"
#include "chat-unwrap.h"

/* Being told once in this time is enough. */
#define THROTTLED_NOTICE_SECONDS 5

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

  chat_peer_fail_with_error (self, error);
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
      chat_peer_fail_with_error (self, error);
      return;
    }

  peer_open_command (self, jwe);
  chat_peer_release (self, CHAT_HOLD_UNWRAP);
}

/* A client may keep one content key for all its commands (and pay RSA once), or use a new one every
 * time. */
static void
peer_take_command (ChatPeer *self, ChatJwe *jwe)
{
  const char *wrapping = chat_jwe_get_encrypted_key (jwe);
  g_autoptr (ChatJwe) owned = jwe;

  if (g_strcmp0 (chat_jwe_get_kid (jwe), chat_room_get_kid (self->room)) != 0)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_MALFORMED,
                    "a command is not sealed for this server's key", NULL);
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
      chat_unwrap_async (chat_room_get_key (self->room), wrapping, unwrapped_cb,
                         g_object_ref (self));
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
set_malformed (GError **error, const char *text)
{
  g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, text);
  return FALSE;
}

/* Nothing may be accepted here that a reader would have to refuse: the frame, once it is a
 * delivery, keeps the rules as well. */
static gboolean
peer_check_post (ChatPeer *self, ChatJwe *jwe, const char *seal, GError **error)
{
  guint8 raw_seal[CHAT_SEAL_ID_SIZE];

  if (chat_jwe_get_kid (jwe) != NULL || chat_jwe_get_encrypted_key (jwe) != NULL)
    return set_malformed (error, "a post has no header and no encrypted_key of its own");
  if (self->state != CHAT_PEER_LIVE)
    return set_malformed (error, "a post comes before hello");
  if (chat_jwe_get_mid (jwe) == NULL)
    return set_malformed (error, "a post has no mid in its protected header");
  if (chat_jwe_get_n_protected (jwe) != 3)
    return set_malformed (error, "a post's protected header holds more than alg, enc and mid");
  if (!chat_base64url_decode_exactly (seal, -1, raw_seal, sizeof raw_seal, error))
    {
      g_prefix_error (error, "member \"seal\": ");
      return FALSE;
    }

  return TRUE;
}

static gboolean
peer_take_post (ChatPeer *self, ChatJwe *jwe, GError **error)
{
  JsonObject *header = chat_jwe_get_unprotected (jwe);
  const char *op = chat_json_get_string (header, "op", error);
  const char *seal = op != NULL ? chat_json_get_string (header, "seal", error) : NULL;
  ChatWrappings *wrappings;

  if (seal == NULL)
    return FALSE;
  if (!g_str_equal (op, "post"))
    return set_malformed (error, "a frame is neither a command nor a post");
  if (!peer_check_post (self, jwe, seal, error))
    return FALSE;

  wrappings = self->seals != NULL ? chat_seal_registry_lookup (self->seals, seal) : NULL;
  if (wrappings == NULL)
    chat_peer_send_error (self, CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL,
                          "the seal is not registered on this connection",
                          &(ChatErrorDetails){ .mid = chat_jwe_get_mid (jwe), .seal = seal });
  else
    {
      g_autoptr (ChatPost) post = peer_new_post (self, jwe, wrappings);

      chat_room_store (self->room, post, self);
    }

  return TRUE;
}

/* Frames */

/* Whether it is time to tell, once in a while; remembers it. */
static gboolean
is_due (gint64 *told_at, gint64 now)
{
  if (*told_at != 0 && now - *told_at < THROTTLED_NOTICE_SECONDS * G_USEC_PER_SEC)
    return FALSE;

  *told_at = now;
  return TRUE;
}

/**
 * chat_peer_throttle:
 * @self: a peer
 * @wait: how long, in microseconds
 *
 * Reads nothing more from the peer for so long, and tells it.
 */
void
chat_peer_throttle (ChatPeer *self, gint64 wait)
{
  gint64 now = g_get_monotonic_time ();

  chat_peer_hold (self, CHAT_HOLD_THROTTLE);
  chat_peer_set_timer (self, wait);

  /* Each connection is told; the log need not hear it of all of a user's. */
  if (is_due (&self->guest->throttling_logged_at, now))
    chat_log (CHAT_LOG_INFO, "throttled", "user", chat_peer_get_name (self), "address",
              chat_link_get_address (self->link), NULL);
  if (is_due (&self->throttled_notice_at, now))
    chat_peer_take_notice (self,
                           chat_notice_throttled (self->guest->rate_limit.rate, wait / 1000 + 1));
}

/**
 * chat_peer_charge:
 * @self: a peer that has joined
 * @tokens: what a frame or a command costs
 *
 * Takes tokens of the user's rate limit. When there are none left, nothing more is read until there
 * are; what has come is handled all the same.
 */
void
chat_peer_charge (ChatPeer *self, guint tokens)
{
  gint64 wait = chat_rate_limit_take (&self->guest->rate_limit, tokens, g_get_monotonic_time ());

  if (wait > 0)
    chat_peer_throttle (self, wait);
}

/**
 * chat_peer_frame_cb:
 * @link: the peer's link
 * @frame: one frame
 * @user_data: the peer
 *
 * Everything that a peer says comes in here.
 */
void
chat_peer_frame_cb (ChatLink *link, GBytes *frame, gpointer user_data)
{
  g_autoptr (ChatPeer) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatJwe) jwe = NULL;
  const char *data;
  gsize size;

  if (self->state == CHAT_PEER_GONE)
    return;

  data = g_bytes_get_data (frame, &size);
  if (self->state != CHAT_PEER_HELLO)
    chat_peer_charge (self, 1 + (guint) (size / CHAT_BYTES_PER_TOKEN));

  jwe = chat_jwe_parse (data, size, &error);
  if (jwe != NULL && chat_jwe_get_unprotected (jwe) == NULL)
    peer_take_command (self, g_steal_pointer (&jwe));
  else if (jwe != NULL && size > CHAT_MAX_POST)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_TOO_LARGE,
                    "a post is too large to be delivered in a frame", NULL);
  else if (jwe == NULL || !peer_take_post (self, jwe, &error))
    chat_peer_fail_with_error (self, error);
}
