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

void
session_clear_commands (ChatSession *self)
{
  g_queue_clear_full (&self->commands, waiting_free);
}
