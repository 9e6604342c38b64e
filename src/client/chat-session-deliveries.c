/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

/* Messages that come: checked, put into the timeline once, announced. */

/**
 * session_get_check:
 * @self: a session
 *
 * Returns: what it knows to check a delivery by; borrowed, for the moment
 */
ChatCheck
session_get_check (ChatSession *self)
{
  return (ChatCheck){
    .server_kid = chat_public_key_get_id (self->server_key),
    .own_kid = chat_public_key_get_id (chat_session_get_key (self)),
    .members = self->members,
    .announced = self->announced,
    .pins = self->pins,
    .history = self->history,
    .live = self->state == CHAT_SESSION_OPEN,
  };
}

static void
remember_seq (ChatSession *self, gint64 seq)
{
  self->highest = MAX (self->highest, seq);
  /* While catching up, a live message may overtake missed ones. */
  if (self->state != CHAT_SESSION_JOINING)
    self->since = self->highest;
}

/**
 * session_handle_delivery:
 * @self: a session
 * @delivery: an opened delivery
 * @post: (nullable): what it is made of, to be kept
 *
 * One that fails a check stands in the timeline too, as one that could not be verified: somebody
 * who tampers should be seen doing so.
 */
void
session_handle_delivery (ChatSession *self, const ChatDelivery *delivery, ChatPost *post)
{
  ChatCheck check = session_get_check (self);
  g_autoptr (ChatMessage) message = chat_check_delivery (&check, delivery);
  g_autoptr (ChatMessage) known = NULL;
  gboolean is_new;

  if (!delivery->history)
    remember_seq (self, delivery->seq);

  known = g_object_ref (chat_timeline_add (self->timeline, message, &is_new));
  /* The acknowledgement of this one was lost with an earlier connection. */
  if (!is_new && chat_message_get_seq (known) == 0)
    session_settle_message (self, known, delivery->seq, delivery->at);
  if (post != NULL && chat_message_get_state (message) != CHAT_MESSAGE_UNVERIFIED)
    session_archive_keep (self, post, delivery->claims->to);
  session_archive_note_seen (self);

  if (delivery->history)
    session_emit_delivered (self, known, CHAT_ORIGIN_HISTORY);
  else if (is_new)
    session_emit_delivered (
        self, known, self->state == CHAT_SESSION_JOINING ? CHAT_ORIGIN_MISSED : CHAT_ORIGIN_LIVE);
}
