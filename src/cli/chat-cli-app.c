/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli-app.h"

#include "chat-cli-options.h"
#include "chat-commands.h"
#include "chat-limits.h"
#include "chat-line-reader.h"
#include "chat-terminal.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <unistd.h>

/* Piped lines are read while fewer messages than this wait. */
#define MAX_WAITING (CHAT_MAX_POSTS_WAITING / 2)

/* How often those who wait for the end are told that it takes time. */
#define PROGRESS_SECONDS 3

struct _ChatCliApp
{
  ChatSession *session;
  ChatView *view;
  ChatCliInput input;

  GMainLoop *loop;
  ChatLineReader *reader; /* of CHAT_CLI_LINES */
  guint signals[3];
  guint lost;
  gboolean leaving;
  guint progress;
  guint pending_before;
  guint seconds_without_progress;
};

/* Leaving */

static gboolean
progress_cb (gpointer user_data)
{
  ChatCliApp *self = user_data;
  guint pending = chat_session_get_pending (self->session);

  if (pending == 0)
    return G_SOURCE_CONTINUE;

  self->seconds_without_progress =
      pending < self->pending_before ? 0 : self->seconds_without_progress + PROGRESS_SECONDS;
  self->pending_before = pending;
  if (self->seconds_without_progress < CHAT_LEAVE_SECONDS)
    {
      chat_view_note (self->view, CHAT_NOTE_INFO,
                      _("Messages still to be delivered: %u. Ctrl+C ends the waiting."), pending);
      return G_SOURCE_CONTINUE;
    }

  self->progress = 0;
  chat_session_close (self->session);

  return G_SOURCE_REMOVE;
}

/**
 * chat_cli_app_leave:
 * @self: the program
 *
 * Leaves in order: what was said is delivered first, unless nothing moves for %CHAT_LEAVE_SECONDS.
 * The second time, leaves at once.
 */
void
chat_cli_app_leave (ChatCliApp *self)
{
  if (self->leaving)
    {
      chat_session_close (self->session);
      return;
    }

  self->leaving = TRUE;
  self->pending_before = chat_session_get_pending (self->session);
  self->progress = g_timeout_add_seconds (PROGRESS_SECONDS, progress_cb, self);
  chat_session_leave (self->session);
}

static gboolean
signal_cb (gpointer user_data)
{
  chat_cli_app_leave (user_data);

  return G_SOURCE_CONTINUE;
}

/* What is said */

static void
terminal_line_cb (const char *line, gpointer user_data)
{
  ChatCliApp *self = user_data;

  if (line == NULL)
    chat_cli_app_leave (self);
  else
    chat_commands_run_line (self, line);
}

static void
update_reading (ChatCliApp *self)
{
  if (self->reader != NULL)
    chat_line_reader_set_reading (self->reader,
                                  !self->leaving && chat_session_has_been_open (self->session)
                                      && !chat_session_is_over (self->session)
                                      && chat_session_get_pending (self->session) < MAX_WAITING);
}

static void
piped_line_cb (ChatLineEvent event, const char *line, gpointer user_data)
{
  ChatCliApp *self = user_data;

  switch (event)
    {
    case CHAT_LINE_READ:
      chat_commands_run_line (self, line);
      break;
    case CHAT_LINE_TOO_LONG:
      chat_cli_app_complain (self, _("A line of more than %d bytes was not sent."), CHAT_MAX_TEXT);
      chat_cli_app_count_refused (self);
      break;
    case CHAT_LINE_NOT_TEXT:
      chat_cli_app_complain (self, _("A line that is not UTF-8 text was not sent."));
      chat_cli_app_count_refused (self);
      break;
    case CHAT_LINE_END:
      if (!self->leaving)
        chat_cli_app_leave (self);
      return;
    default:
      g_assert_not_reached ();
    }
  update_reading (self);
}

/* What happens in the room */

static void
state_cb (ChatCliApp *self)
{
  ChatSessionState state = chat_session_get_state (self->session);

  /* On a terminal, the first words are about how it went. */
  CHAT_VIEW_GET_IFACE (self->view)->state (self->view, self->session);
  update_reading (self);
  if (state == CHAT_SESSION_OPEN && self->input == CHAT_CLI_TERMINAL && !self->leaving)
    chat_terminal_open (chat_session_get_members (self->session), terminal_line_cb, self);
  if (chat_session_is_over (self->session))
    g_main_loop_quit (self->loop);
}

static void
delivered_cb (ChatCliApp *self, ChatMessage *message, guint origin)
{
  CHAT_VIEW_GET_IFACE (self->view)->message (self->view, message, (ChatDeliveryOrigin)origin);
}

static void
acknowledged_cb (ChatCliApp *self, ChatMessage *message)
{
  CHAT_VIEW_GET_IFACE (self->view)->acknowledged (self->view, message);
  update_reading (self);
}

static void
failed_cb (ChatCliApp *self, ChatMessage *message)
{
  chat_cli_app_count_lost (self);
  CHAT_VIEW_GET_IFACE (self->view)->failed (self->view, message);
  update_reading (self);
}

static void
member_changed_cb (ChatCliApp *self, ChatMember *member, guint change)
{
  gboolean own =
      chat_public_key_equal (chat_member_get_key (member), chat_session_get_key (self->session));

  /* The list as it first comes is no news, and one knows where one is oneself. */
  if (chat_session_has_been_open (self->session) && !own)
    CHAT_VIEW_GET_IFACE (self->view)->member (self->view, member, (ChatMemberChange)change);
}

static void
newcomers_cb (ChatCliApp *self, GPtrArray *members, gboolean live)
{
  for (guint i = 0; i < members->len; i++)
    CHAT_VIEW_GET_IFACE (self->view)->newcomer (self->view, g_ptr_array_index (members, i), live);
}

static void
key_changed_cb (ChatCliApp *self, ChatMember *member)
{
  CHAT_VIEW_GET_IFACE (self->view)->key_changed (self->view, member);
}

static void
key_accepted_cb (ChatCliApp *self, ChatMember *member)
{
  CHAT_VIEW_GET_IFACE (self->view)->key_accepted (self->view, member);
}

static void
caught_up_cb (ChatCliApp *self, gint64 count, gint64 withheld, gint64 lost)
{
  CHAT_VIEW_GET_IFACE (self->view)->caught_up (self->view, count, withheld, lost);
}

static void
history_end_cb (ChatCliApp *self, gint64 count, gint64 withheld, gboolean more)
{
  CHAT_VIEW_GET_IFACE (self->view)->history_end (self->view, count, withheld, more);
}

static void
throttled_cb (ChatCliApp *self, gint64 rate, gint64 ms)
{
  CHAT_VIEW_GET_IFACE (self->view)->throttled (self->view, rate, ms);
}

static void
refused_cb (ChatCliApp *self, const GError *error)
{
  chat_view_note (self->view, CHAT_NOTE_PROBLEM, "%s", error->message);
}

static void
problem_cb (ChatCliApp *self, const GError *error)
{
  chat_view_note (self->view, CHAT_NOTE_PROBLEM, "%s", error->message);
}

static void
connect_session (ChatCliApp *self)
{
  ChatMemberList *members = chat_session_get_members (self->session);

  g_signal_connect_swapped (self->session, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (self->session, "delivered", G_CALLBACK (delivered_cb), self);
  g_signal_connect_swapped (self->session, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect_swapped (self->session, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->session, "caught-up", G_CALLBACK (caught_up_cb), self);
  g_signal_connect_swapped (self->session, "history-end", G_CALLBACK (history_end_cb), self);
  g_signal_connect_swapped (self->session, "throttled", G_CALLBACK (throttled_cb), self);
  g_signal_connect_swapped (self->session, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect_swapped (self->session, "newcomers", G_CALLBACK (newcomers_cb), self);
  g_signal_connect_swapped (self->session, "key-changed", G_CALLBACK (key_changed_cb), self);
  g_signal_connect_swapped (self->session, "key-accepted", G_CALLBACK (key_accepted_cb), self);
  g_signal_connect_swapped (self->session, "problem", G_CALLBACK (problem_cb), self);
  g_signal_connect_swapped (members, "member-changed", G_CALLBACK (member_changed_cb), self);
}

/* The whole */

/**
 * chat_cli_app_new:
 * @session: a session that has not started
 * @view: shows it
 * @input: who speaks, on standard input
 *
 * Returns: (transfer full): the program
 */
ChatCliApp *
chat_cli_app_new (ChatSession *session, ChatView *view, ChatCliInput input)
{
  ChatCliApp *self;

  g_return_val_if_fail (CHAT_IS_SESSION (session), NULL);
  g_return_val_if_fail (CHAT_IS_VIEW (view), NULL);

  self = g_new0 (ChatCliApp, 1);
  self->session = g_object_ref (session);
  self->view = g_object_ref (view);
  self->input = input;
  self->loop = g_main_loop_new (NULL, FALSE);
  if (input == CHAT_CLI_LINES)
    self->reader = chat_line_reader_new (STDIN_FILENO, CHAT_MAX_TEXT, piped_line_cb, self);
  self->signals[0] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->signals[1] = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->signals[2] = g_unix_signal_add (SIGHUP, signal_cb, self);
  connect_session (self);

  return self;
}

/**
 * chat_cli_app_free:
 * @self: (transfer full): the program
 */
void
chat_cli_app_free (ChatCliApp *self)
{
  g_return_if_fail (self != NULL);

  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (chat_session_get_members (self->session), self);
  chat_terminal_close ();
  g_clear_handle_id (&self->progress, g_source_remove);
  for (gsize i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
  /* What there is to say has been said: an interrupt must not take its exit status away. */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  g_clear_pointer (&self->reader, chat_line_reader_free);
  g_main_loop_unref (self->loop);
  g_clear_object (&self->view);
  g_clear_object (&self->session);
  g_free (self);
}

/**
 * chat_cli_app_run:
 * @self: the program
 *
 * Returns: the exit status: whether the room was entered, and all that was said delivered
 */
int
chat_cli_app_run (ChatCliApp *self)
{
  chat_session_start (self->session);
  if (!chat_session_is_over (self->session))
    g_main_loop_run (self->loop);
  chat_terminal_close ();

  if (self->lost > 0)
    chat_view_note (self->view, CHAT_NOTE_PROBLEM, _("Messages that were not delivered: %u."),
                    self->lost);

  return self->lost > 0 || chat_session_get_state (self->session) == CHAT_SESSION_FAILED
             ? CHAT_CLI_FAILED
             : CHAT_CLI_OK;
}

/**
 * chat_cli_app_get_session:
 * @self: the program
 *
 * Returns: (transfer none): the session
 */
ChatSession *
chat_cli_app_get_session (ChatCliApp *self)
{
  return self->session;
}

/**
 * chat_cli_app_get_view:
 * @self: the program
 *
 * Returns: (transfer none): what shows the room
 */
ChatView *
chat_cli_app_get_view (ChatCliApp *self)
{
  return self->view;
}

/**
 * chat_cli_app_send:
 * @self: the program
 * @text: what to say
 * @to: (nullable): to one member, or to the room
 */
void
chat_cli_app_send (ChatCliApp *self, const char *text, ChatMember *to)
{
  g_autoptr (GError) error = NULL;
  ChatMessage *message = chat_session_send (self->session, text, to, &error);

  if (message != NULL)
    {
      CHAT_VIEW_GET_IFACE (self->view)->posted (self->view, message);
      return;
    }
  chat_view_note (self->view, CHAT_NOTE_PROBLEM, "%s", error->message);
  chat_cli_app_count_refused (self);
}

/**
 * chat_cli_app_complain:
 * @self: the program
 * @format: a format, and what belongs in it
 *
 * Says that a line could not be understood.
 */
void
chat_cli_app_complain (ChatCliApp *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  chat_view_note (self->view, CHAT_NOTE_PROBLEM, "%s", text);
}

/**
 * chat_cli_app_count_refused:
 * @self: the program
 *
 * A line was not sent, and that was said at once. A person has seen it; for a script it counts as
 * lost.
 */
void
chat_cli_app_count_refused (ChatCliApp *self)
{
  if (self->input != CHAT_CLI_TERMINAL)
    chat_cli_app_count_lost (self);
}

/**
 * chat_cli_app_count_lost:
 * @self: the program
 *
 * Something that was to be said was not delivered: the exit status will say so.
 */
void
chat_cli_app_count_lost (ChatCliApp *self)
{
  self->lost++;
}
