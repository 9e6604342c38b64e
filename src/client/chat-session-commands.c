/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

/* Commands wait for the messages that were written before them: "/history" right after a message
 * should show it, and "/shutdown" should not overtake it. */

typedef struct
{
  JsonObject *command;
  guint after; /* serial of the last message that was written before */
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  json_object_unref (waiting->command);
  g_free (waiting);
}

/**
 * session_flush_commands:
 * @self: a session
 *
 * Sends the commands whose turn has come.
 */
void
session_flush_commands (ChatSession *self)
{
  Waiting *next;

  while (self->state == CHAT_SESSION_OPEN && (next = g_queue_peek_head (&self->commands)) != NULL
         && session_get_oldest_pending (self) > next->after)
    {
      g_queue_pop_head (&self->commands);
      if (g_str_equal (json_object_get_string_member (next->command, "op"), "history"))
        self->n_histories++;
      session_command (self, next->command);
      waiting_free (next);
    }
}

/**
 * session_command_in_turn:
 * @self: an open session
 * @command: what to tell the server, when it has all messages that were written until now
 */
void
session_command_in_turn (ChatSession *self, JsonObject *command)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->command = json_object_ref (command);
  waiting->after = self->last_serial;
  g_queue_push_tail (&self->commands, waiting);
  session_flush_commands (self);
}

/**
 * session_clear_commands:
 * @self: a session
 *
 * Drops the commands that wait. They are no messages: nobody misses them later.
 */
void
session_clear_commands (ChatSession *self)
{
  g_queue_clear_full (&self->commands, waiting_free);
}

/* Public functions */

/**
 * chat_session_request_history:
 * @self: a session
 * @limit: how many messages at most; 0 for as many as the server keeps
 * @before: only messages with a smaller number; 0 for the latest
 *
 * Asks when all that was sent before is delivered or has failed. The answer comes by "delivered",
 * then "history-end".
 *
 * Returns: whether the session is open, so that it could be asked for
 */
gboolean
chat_session_request_history (ChatSession *self, gint64 limit, gint64 before)
{
  g_autoptr (JsonObject) command = NULL;

  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  if (self->state != CHAT_SESSION_OPEN)
    return FALSE;

  command = json_object_new ();
  json_object_set_string_member (command, "op", "history");
  if (limit > 0)
    json_object_set_int_member (command, "limit", MIN (limit, self->history_limit));
  if (before > 0)
    json_object_set_int_member (command, "before", before);
  session_command_in_turn (self, command);

  return TRUE;
}

/**
 * chat_session_shut_server_down:
 * @self: a session
 *
 * Asks the server to stop, when all that was sent before is delivered or has failed. It obeys
 * admins; to others it answers by "refused".
 *
 * Returns: whether the session is open, so that it could be asked
 */
gboolean
chat_session_shut_server_down (ChatSession *self)
{
  g_autoptr (JsonObject) command = NULL;

  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  if (self->state != CHAT_SESSION_OPEN)
    return FALSE;

  command = json_object_new ();
  json_object_set_string_member (command, "op", "shutdown");
  session_command_in_turn (self, command);

  return TRUE;
}
