/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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
  if (self->sealed != NULL)
    g_hash_table_remove (self->sealed, chat_message_get_mid (message));
  chat_message_set_state (message, CHAT_MESSAGE_FAILED, problem);
  session_notify_pending (self);
  session_emit_failed (self, message);
}

static char *
dup_key_problem (ChatMember *member)
{
  return g_strdup_printf (_("the key of %s has changed, and you have not accepted it"),
                          chat_member_get_username (member));
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

  if (chat_audience_get_kind (old) != CHAT_AUDIENCE_DIRECT)
    audience = chat_member_list_get_accepted (self->members);
  else
    {
      key = g_ptr_array_index (chat_audience_get_keys (old), 0);
      other = chat_member_list_find_key (self->members, chat_public_key_get_id (key));
      if (other == NULL)
        return g_strdup_printf (_("%s is no longer a member with the key that it was written for"),
                                chat_message_get_peer (message));
      if (chat_member_get_changed (other))
        return dup_key_problem (other);
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

/**
 * session_queue_post:
 * @self: a session
 * @message: one of ours, in the timeline
 *
 * Puts a message behind those that wait, and sends what can be sent.
 */
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
  g_object_ref (message);
  if (g_queue_remove (&self->in_flight, message) || g_queue_remove (&self->waiting, message))
    g_object_unref (message);

  session_archive_keep_own (self, message, seq, at);
  chat_timeline_settle (self->timeline, message, seq, at);
  chat_message_set_state (message, CHAT_MESSAGE_SENT, NULL);
  session_notify_pending (self);
  session_emit_acknowledged (self, message);
  g_object_unref (message);
  session_go_on (self);
}

/**
 * session_settle_post:
 * @self: a session
 * @mid: a message that the server has acknowledged; one that is not on its way is ignored
 * @seq: its number
 * @at: when it was stored
 */
void
session_settle_post (ChatSession *self, const char *mid, gint64 seq, gint64 at)
{
  GList *link = find_in_flight (self, mid);

  if (link != NULL)
    session_settle_message (self, link->data, seq, at);
  else
    g_debug ("the server acknowledges %s, which is not on its way", mid);
}

/**
 * session_fail_post:
 * @self: a session
 * @mid: a message that is given up; one that is not on its way is ignored
 * @problem: why, to stand after “because”
 */
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

/**
 * session_fail_all_posts:
 * @self: a session that is about to be over
 * @problem: why, to stand after “because”
 *
 * Gives up all that is in flight or waits.
 */
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

  if (outbound->post != NULL)
    g_hash_table_replace (self->sealed, g_strdup (outbound->mid), chat_post_ref (outbound->post));
  for (guint i = 0; i < outbound->frames->len; i++)
    {
      gsize size;
      const char *frame = g_bytes_get_data (g_ptr_array_index (outbound->frames, i), &size);

      chat_link_send (self->link, frame, size);
    }
}

/* Public functions */

static gboolean
check_can_send (ChatSession *self, const char *text, GError **error)
{
  gsize size = strlen (text);

  if (size > CHAT_MAX_TEXT)
    g_set_error (
        error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
        _("The message has %zu bytes; %d are the most. Send it in parts."), size,
        CHAT_MAX_TEXT);
  else if (!g_utf8_validate (text, -1, NULL))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The message is not valid UTF-8. Convert it, for example with iconv."));
  else if (!self->been_open || self->leaving || chat_session_is_over (self))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                         _("The message cannot be sent: you are not in the room."));
  else if (self->waiting.length >= CHAT_MAX_POSTS_WAITING)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("%u messages wait to be sent already. Wait until some are delivered."),
                 self->waiting.length);
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_key (ChatSession *self, ChatMember *to, GError **error)
{
  ChatMember *present = chat_member_list_find_key (
      self->members, chat_public_key_get_id (chat_member_get_key (to)));

  if (!chat_member_get_changed (present != NULL ? present : to))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               _("This was not sent, because the key of %s has changed. Let them read the "
                 "fingerprint of the new one to you by phone, then accept it: /accept %s"),
               chat_member_get_username (to), chat_member_get_username (to));
  return FALSE;
}

/**
 * chat_session_send:
 * @self: a session that has been open
 * @text: what to say
 * @to: (nullable): a present member, for a direct message; %NULL for the room
 * @error: return location for a `G_IO_ERROR` with a whole sentence
 *
 * Sends a message, or keeps it until the connection is back. It is in the timeline at once, and its
 * state says what became of it.
 *
 * Returns: (transfer none) (nullable): the message
 */
ChatMessage *
chat_session_send (ChatSession *self, const char *text, ChatMember *to, GError **error)
{
  g_autoptr (ChatAudience) audience = NULL;
  g_autoptr (ChatMessage) message = NULL;
  ChatMessage *added;

  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (to == NULL || CHAT_IS_MEMBER (to), NULL);

  if (!check_can_send (self, text, error) || (to != NULL && !check_key (self, to, error)))
    return NULL;

  audience = to != NULL ? chat_member_list_get_direct (self->members, to)
                        : chat_member_list_get_accepted (self->members);
  message = chat_message_new_own (
      self->username, chat_public_key_get_id (chat_session_get_key (self)), text, audience);
  added = chat_timeline_add (self->timeline, message, NULL);
  session_queue_post (self, added);

  return added;
}

/**
 * chat_session_send_again:
 * @self: a session
 * @message: one of ours that failed
 * @error: return location for a `G_IO_ERROR` with a whole sentence
 *
 * Sends a message once more, under the same id: should the server have stored it after all, it
 * stays one message.
 *
 * Returns: whether it is on its way
 */
gboolean
chat_session_send_again (ChatSession *self, ChatMessage *message, GError **error)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (chat_message_get_state (message) == CHAT_MESSAGE_FAILED, FALSE);

  if (!check_can_send (self, chat_message_get_text (message), error))
    return FALSE;

  chat_message_set_state (message, CHAT_MESSAGE_SENDING, NULL);
  session_queue_post (self, message);

  return TRUE;
}
