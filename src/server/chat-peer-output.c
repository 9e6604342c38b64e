/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-limits.h"
#include "chat-log.h"
#include "chat-peer-private.h"

/* A reader that does not read holds a bounded queue, and then nothing. It catches up when it comes
 * back. */
static void
peer_check_queue (ChatPeer *self)
{
  if (chat_link_get_queued (self->link) > CHAT_MAX_QUEUE)
    chat_peer_fail (self, CHAT_PROTOCOL_ERROR_TOO_SLOW, "too much is queued for this connection",
                    NULL);
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
      chat_log (CHAT_LOG_ERROR, "cannot-seal", "user", chat_peer_get_name (self), "problem",
                error->message, NULL);
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
chat_peer_send_error (ChatPeer *self, ChatProtocolError code, const char *text,
                      const ChatErrorDetails *details)
{
  g_autofree char *json = chat_notice_error (code, text, details);

  if (self->state != CHAT_PEER_GONE && self->guest != NULL)
    peer_seal_and_send (
        self, json); /* without a look at the queue: this may be the error about the queue */
}

/**
 * chat_peer_deliver:
 * @self: a peer
 * @delivery: a message
 * @kid: this peer's key id, of the message's readers
 * @encrypted_key: its content key wrapped for this peer
 */
void
chat_peer_deliver (ChatPeer *self, ChatDelivery *delivery, GRefString *kid,
                   GRefString *encrypted_key)
{
  if (self->state == CHAT_PEER_GONE)
    return;

  chat_delivery_send (delivery, self->link, kid, encrypted_key);
  peer_check_queue (self);
}

/* Whether this is the first time; remembers it. */
static gboolean
peer_tell_once (ChatPeer *self, const char *what)
{
  if (self->told == NULL)
    self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* Being told twice is harmless. */
  if (g_hash_table_size (self->told) >= CHAT_MAX_TOLD)
    g_hash_table_remove_all (self->told);

  return g_hash_table_add (self->told, g_strdup (what));
}

/**
 * chat_peer_explain:
 * @self: a peer
 * @post: a message that is about to be delivered
 * @readers: for whom it is sealed
 *
 * Tells what the client needs to check the message and cannot know: who the readers are when they
 * are neither all members nor the two, and the key of an author who is no member any more.
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
      && !chat_reader_set_is_direct (readers, post->author_kid,
                                     chat_public_key_get_id (self->guest->key))
      && peer_tell_once (self, to))
    chat_peer_take_notice (self, chat_notice_readers (readers));
}
