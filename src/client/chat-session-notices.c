/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>

/* What each notice of docs/PROTOCOL.md does to a session. */

/* What cannot go on. It is tried again like any connection that was lost. */
static void
end_as_broken (ChatSession *self, const char *what)
{
  ChatConnectContext context = session_get_context (self);
  g_autoptr (GError) cause =
      g_error_new_literal (CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, what);
  g_autoptr (GError) error = chat_connect_error_new (&context, cause);

  session_end_connection (self, error);
}

/* An honest server cannot reach this; another must not fill the memory. */
static gboolean
end_if_too_many_former (ChatSession *self)
{
  /* Without a link an observer of the list has ended it. */
  if (self->link == NULL || chat_member_list_get_n_former (self->members) <= CHAT_MAX_READERS)
    return FALSE;

  /* The next connection is told those again who matter. */
  chat_member_list_forget_former (self->members);
  end_as_broken (self, "too many former members");

  return TRUE;
}

static void
handle_members (ChatSession *self, const ChatNotice *notice)
{
  guint n_late = 0;

  for (guint i = 0; i < notice->members->len; i++)
    {
      ChatMember *member = g_ptr_array_index (notice->members, i);

      if (chat_member_get_former (member))
        chat_member_list_add (self->members, member);
      else if (!self->welcomed)
        g_ptr_array_add (self->joining, g_object_ref (member));
      else
        n_late++;
    }

  if (self->joining->len > CHAT_MAX_MEMBERS)
    end_as_broken (self, "the guest list is too long");
  else if (!end_if_too_many_former (self) && n_late > 0)
    session_report_broken (self, "notice \"members\": a present member after welcome");
}

static gboolean
contains_key (GPtrArray *members, ChatPublicKey *key)
{
  for (guint i = 0; i < members->len; i++)
    if (chat_public_key_equal (chat_member_get_key (g_ptr_array_index (members, i)), key))
      return TRUE;

  return FALSE;
}

/* Numbers of another store mean nothing here; nor do those that a store was given before it was put
 * back from a backup, for it gives them out again. */
static void
find_place (ChatSession *self, const ChatNotice *welcome)
{
  gboolean is_other = g_strcmp0 (self->history, welcome->history) != 0;
  gboolean is_again = !is_other && welcome->seq < self->since;

  if (is_other || is_again)
    {
      if (self->history != NULL)
        chat_timeline_begin_epoch (self->timeline);
      g_free (self->history);
      self->history = g_strdup (welcome->history);
      self->since = is_other ? 0 : welcome->seq;
    }
  session_archive_begin (self, is_again);
  self->highest = self->since;
  self->welcomed_at = welcome->seq;
}

static void
handle_welcome (ChatSession *self, const ChatNotice *notice)
{
  if (self->welcomed || !contains_key (self->joining, chat_session_get_key (self)))
    {
      end_as_broken (self, "a welcome without a guest list that names the guest");
      return;
    }

  self->welcomed = TRUE;
  find_place (self, notice);

  g_free (self->username);
  self->username = g_strdup (notice->username);
  self->admin = notice->admin;
  self->history_limit = notice->history_limit;
  session_pins_judge (self, self->joining);
  chat_member_list_update (self->members, self->joining);
  g_ptr_array_set_size (self->joining, 0);
}

static void
handle_caught_up (ChatSession *self, const ChatNotice *notice)
{
  if (self->state != CHAT_SESSION_JOINING || !self->welcomed)
    {
      end_as_broken (self, "caught-up in the wrong place");
      return;
    }

  /* Only now, because live messages may have come in between the missed ones. */
  self->since = self->highest = MAX (self->highest, notice->seq);
  self->opened_at = g_get_monotonic_time ();
  self->been_open = TRUE;
  session_archive_note_seen (self);
  session_set_state (self, CHAT_SESSION_OPEN);
  session_emit_caught_up (self, notice);
  session_pins_announce (self);
  session_archive_load (self);
  session_go_on (self);
}

static void
handle_presence (ChatSession *self, const ChatNotice *notice)
{
  for (guint i = 0; notice->online[i] != NULL; i++)
    chat_member_list_set_online (self->members, notice->online[i], TRUE);
  for (guint i = 0; notice->offline[i] != NULL; i++)
    chat_member_list_set_online (self->members, notice->offline[i], FALSE);
}

static void
handle_added (ChatSession *self, const ChatNotice *notice)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->members)) >= CHAT_MAX_MEMBERS)
    end_as_broken (self, "the guest list is too long");
  else
    {
      session_pins_judge (self, notice->members);
      chat_member_list_add (self->members, g_ptr_array_index (notice->members, 0));
      if (!end_if_too_many_former (self))
        session_pins_announce (self);
    }
}

static void
handle_removed (ChatSession *self, const ChatNotice *notice)
{
  chat_member_list_remove (self->members, notice->username);
  end_if_too_many_former (self);
}

static void
handle_readers (ChatSession *self, const ChatNotice *notice)
{
  ChatCheck check = session_get_check (self);
  ChatAudience *audience =
      chat_check_make_audience (&check, notice->to, (const char *const *)notice->kids);

  /* A set without us makes no message to it readable as meant for us. */
  if (audience == NULL)
    return;
  session_archive_note_readers (self, notice);

  /* The same set may be announced again, and then costs nothing. */
  if (g_hash_table_replace (self->announced, g_strdup (notice->to), audience))
    self->n_announced += g_strv_length (notice->kids);
  if (self->n_announced > CHAT_MAX_ANNOUNCED_READERS)
    end_as_broken (self, "too many sets of readers");
}

static void
handle_ack (ChatSession *self, const ChatNotice *notice)
{
  self->highest = MAX (self->highest, notice->seq);
  if (self->state != CHAT_SESSION_JOINING)
    self->since = self->highest;
  session_settle_post (self, notice->mid, notice->seq, notice->at);
  session_archive_note_seen (self);
}

static void
handle_history_end (ChatSession *self, const ChatNotice *notice)
{
  if (self->n_histories == 0)
    {
      g_debug ("the end of a history that nobody asked for is ignored");
      return;
    }
  self->n_histories--;
  session_emit_history_end (self, notice);
}

static void
handle_throttled (ChatSession *self, const ChatNotice *notice)
{
  session_emit_throttled (self, notice);
}

static void
handle_shutdown (ChatSession *self, const ChatNotice *notice)
{
  g_autoptr (GError) error = NULL;

  /* What the server has stored is acknowledged before; it only closes now. */
  if (notice->by != NULL)
    {
      g_free (self->stopped_by);
      self->stopped_by = g_strdup (notice->by);
      session_arm_close_timer (self);
      return;
    }

  error = g_error_new_literal (CHAT_LINK_ERROR, CHAT_LINK_ERROR_CLOSED,
                               _("The server was stopped on its host."));
  session_end_connection (self, error);
}

static void
handle_bye (ChatSession *self, const ChatNotice *notice)
{
  if (self->state != CHAT_SESSION_LEAVING)
    end_as_broken (self, "bye without having been asked");
  else
    session_end_with (self, self->stopped_by != NULL ? CHAT_SESSION_STOPPED : CHAT_SESSION_CLOSED,
                      NULL);
}

/* Not without end: nobody has asked for so much. */
static void
report_refused (ChatSession *self, GError *error)
{
  if (self->n_refused >= CHAT_MAX_REPORTED_REFUSALS)
    return;
  if (++self->n_refused == CHAT_MAX_REPORTED_REFUSALS)
    g_prefix_error (&error, "%s\n", _("This has happened often now, and is not told any more:"));
  session_emit_refused (self, error);
}

static void
handle_error (ChatSession *self, const ChatNotice *notice)
{
  ChatConnectContext context = session_get_context (self);
  g_autoptr (GError) error = chat_connect_error_new_from_notice (&context, notice);

  g_debug ("the server says: %s (%s)", notice->text,
           notice->code == CHAT_PROTOCOL_ERROR_UNKNOWN
               ? "unknown code"
               : chat_protocol_error_to_code (notice->code));
  if (notice->fatal)
    session_end_connection (self, error);
  else if (notice->code == CHAT_PROTOCOL_ERROR_UNKNOWN_READER)
    chat_outbox_forget_seal (self->outbox, notice->seal);
  else if (notice->code == CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL && notice->mid != NULL)
    {
      chat_outbox_forget_seal (self->outbox, notice->seal);
      session_post_again (self, notice->mid);
    }
  else if (notice->code == CHAT_PROTOCOL_ERROR_NOT_STORED && notice->mid != NULL)
    session_fail_post (self, notice->mid,
                       _("the server could not store it; its disk may be full. Try later"));
  else
    report_refused (self, error);
}

static void
handle_unknown (ChatSession *self, const ChatNotice *notice)
{
  g_debug ("a notice of a later version of the protocol is ignored");
}

typedef void (*NoticeHandler) (ChatSession *self, const ChatNotice *notice);

static const NoticeHandler handlers[CHAT_N_NOTICE_OPS] = {
  [CHAT_NOTICE_MEMBERS] = handle_members,
  [CHAT_NOTICE_WELCOME] = handle_welcome,
  [CHAT_NOTICE_CAUGHT_UP] = handle_caught_up,
  [CHAT_NOTICE_PRESENCE] = handle_presence,
  [CHAT_NOTICE_ADDED] = handle_added,
  [CHAT_NOTICE_REMOVED] = handle_removed,
  [CHAT_NOTICE_READERS] = handle_readers,
  [CHAT_NOTICE_ACK] = handle_ack,
  [CHAT_NOTICE_HISTORY_END] = handle_history_end,
  [CHAT_NOTICE_THROTTLED] = handle_throttled,
  [CHAT_NOTICE_SHUTDOWN] = handle_shutdown,
  [CHAT_NOTICE_BYE] = handle_bye,
  [CHAT_NOTICE_ERROR] = handle_error,
  [CHAT_NOTICE_UNKNOWN] = handle_unknown,
};

/**
 * session_handle_notice:
 * @self: a session
 * @notice: what the server tells
 *
 * May end the connection.
 */
void
session_handle_notice (ChatSession *self, const ChatNotice *notice)
{
  handlers[notice->op](self, notice);
}
