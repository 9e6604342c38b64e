/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>

/* Our messages on their way: they wait, a few are in flight, and each ends acknowledged or failed.
 */

static GList *
find_in_flight (ChatSession *self, const char *mid)
{
  for (GList *l = self->in_flight.head; l != NULL; l = l->next)
    if (g_str_equal (chat_message_get_mid (l->data), mid))
      return l;

  return NULL;
}

static int
compare_serial (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint first = chat_message_get_serial ((ChatMessage *)a);
  guint second = chat_message_get_serial ((ChatMessage *)b);

  return (first > second) - (first < second);
}

static void
fail_message (ChatSession *self, ChatMessage *message, const char *problem)
{
  chat_message_set_state (message, CHAT_MESSAGE_FAILED, problem);
  session_notify_pending (self);
  session_emit_failed (self, message);
}

/* For whom it is to be sealed now: the room may have changed since it was written. A direct
 * message stays with the key that it was written for, even if its owner's name has got another.
 * Says why it cannot be sealed for anybody. */
static char *
refresh_audience (ChatSession *self, ChatMessage *message)
{
  const char *own_kid = chat_public_key_get_id (chat_session_get_key (self));
  ChatAudience *old = chat_message_get_audience (message);
  g_autoptr (ChatAudience) audience = NULL;
  ChatPublicKey *key;
  ChatMember *other;

  if (chat_member_list_find_key (self->members, own_kid) == NULL)
    return g_strdup (_("you are no longer a member"));

  if (chat_audience_get_kind (old) == CHAT_AUDIENCE_ROOM)
    audience = chat_member_list_get_room (self->members);
  else
    {
      key = g_ptr_array_index (chat_audience_get_keys (old), 0);
      other = chat_member_list_find_key (self->members, chat_public_key_get_id (key));
      if (other == NULL)
        return g_strdup_printf (_("%s is no longer a member with the key that it was written for"),
                                chat_message_get_peer (message));
      audience = chat_member_list_get_direct (self->members, other);
    }
  chat_message_set_audience (message, audience);

  return NULL;
}

static void
post (ChatSession *self, ChatMessage *message)
{
  g_autofree char *problem = refresh_audience (self, message);

  if (problem != NULL)
    {
      fail_message (self, message, problem);
      return;
    }

  g_queue_push_tail (&self->in_flight, g_object_ref (message));
  chat_outbox_push_post (self->outbox, message);
}

/* As long as not too much is in flight: what was not acknowledged has to be sent again when the
 * connection is lost. */
static void
flush_posts (ChatSession *self)
{
  while (self->state == CHAT_SESSION_OPEN && self->stopped_by == NULL
         && self->in_flight.length < CHAT_MAX_POSTS_IN_FLIGHT && self->waiting.length > 0)
    {
      g_autoptr (ChatMessage) message = g_queue_pop_head (&self->waiting);

      post (self, message);
    }
}

/**
 * session_go_on:
 * @self: a session
 *
 * Something has been written, is done, or can be done now: sends what waits, then the commands
 * whose turn has come, and leaves when nothing is left to do and that is the wish.
 */
void
session_go_on (ChatSession *self)
{
  flush_posts (self);
  session_flush_commands (self);
  session_leave_if_done (self);
}

/**
 * session_get_oldest_pending:
 * @self: a session
 *
 * Returns: the serial of the first message that is still on its way; %G_MAXUINT when none is
 */
guint
session_get_oldest_pending (ChatSession *self)
{
  guint oldest = G_MAXUINT;

  for (GList *l = self->in_flight.head; l != NULL; l = l->next)
    oldest = MIN (oldest, chat_message_get_serial (l->data));
  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    oldest = MIN (oldest, chat_message_get_serial (l->data));

  return oldest;
}

void
session_queue_post (ChatSession *self, ChatMessage *message)
{
  g_queue_push_tail (&self->waiting, g_object_ref (message));
  self->last_serial = MAX (self->last_serial, chat_message_get_serial (message));
  session_notify_pending (self);
  session_go_on (self);
}

/**
 * session_take_back_posts:
 * @self: a session whose connection has ended
 *
 * What was in flight waits again, before everything that was written later.
 */
void
session_take_back_posts (ChatSession *self)
{
  gpointer message;

  while ((message = g_queue_pop_head (&self->in_flight)) != NULL)
    g_queue_insert_sorted (&self->waiting, message, compare_serial, NULL);
}

/**
 * session_post_again:
 * @self: a session
 * @mid: a message that the server could not take under its seal
 */
void
session_post_again (ChatSession *self, const char *mid)
{
  GList *link = find_in_flight (self, mid);
  g_autoptr (ChatMessage) message = NULL;

  if (link == NULL)
    return;

  message = link->data;
  g_queue_delete_link (&self->in_flight, link);
  if (chat_message_count_attempt (message) >= CHAT_MAX_POST_ATTEMPTS)
    fail_message (self, message, _("the server refuses the set of its readers"));
  else
    g_queue_insert_sorted (&self->waiting, g_object_ref (message), compare_serial, NULL);
  session_go_on (self);
}

/**
 * session_settle_message:
 * @self: a session
 * @message: one of ours, of which we now know that it is stored
 * @seq: its number
 * @at: when it was stored
 */
void
session_settle_message (ChatSession *self, ChatMessage *message, gint64 seq, gint64 at)
{
  g_autoptr (ChatMessage) hold = g_object_ref (message);

  if (g_queue_remove (&self->in_flight, message) || g_queue_remove (&self->waiting, message))
    g_object_unref (message);

  chat_timeline_settle (self->timeline, message, seq, at);
  chat_message_set_state (message, CHAT_MESSAGE_SENT, NULL);
  session_notify_pending (self);
  session_emit_acknowledged (self, message);
  session_go_on (self);
}

void
session_settle_post (ChatSession *self, const char *mid, gint64 seq, gint64 at)
{
  GList *link = find_in_flight (self, mid);

  if (link != NULL)
    session_settle_message (self, link->data, seq, at);
  else
    g_debug ("the server acknowledges %s, which is not on its way", mid);
}

void
session_fail_post (ChatSession *self, const char *mid, const char *problem)
{
  GList *link = find_in_flight (self, mid);
  g_autoptr (ChatMessage) message = NULL;

  if (link == NULL)
    return;

  message = link->data;
  g_queue_delete_link (&self->in_flight, link);
  fail_message (self, message, problem);
  session_go_on (self);
}

void
session_fail_all_posts (ChatSession *self, const char *problem)
{
  gpointer message;

  session_take_back_posts (self);
  while ((message = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_autoptr (ChatMessage) hold = message;

      fail_message (self, hold, problem);
    }
}

/**
 * session_handle_outbound:
 * @outbound: what the outbox has made
 * @user_data: a session
 *
 * Takes frames that are ready for the link. Those made for an earlier connection are dropped: their
 * messages wait to be made again.
 */
void
session_handle_outbound (const ChatOutbound *outbound, gpointer user_data)
{
  g_autoptr (ChatSession) self = g_object_ref (CHAT_SESSION (user_data));

  if (outbound->generation != self->generation || self->link == NULL)
    return;

  if (outbound->error != NULL)
    {
      if (outbound->mid != NULL)
        session_fail_post (self, outbound->mid, outbound->error->message);
      else
        session_end_with (self, CHAT_SESSION_FAILED, outbound->error);
      return;
    }

  for (guint i = 0; i < outbound->frames->len; i++)
    {
      gsize size;
      const char *frame = g_bytes_get_data (g_ptr_array_index (outbound->frames, i), &size);

      chat_link_send (self->link, frame, size);
    }
}
