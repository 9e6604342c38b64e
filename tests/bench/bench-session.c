/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-session.h"

#include "bench-author.h"
#include "bench-fail.h"

#include <string.h>

#define MOST_SECONDS 60
#define BEAT_MILLISECONDS 1

static void
delivered_cb (ChatSession *session, ChatMessage *message, guint origin, BenchSession *self)
{
  self->n_delivered++;
  if (chat_message_get_text (message) == NULL)
    self->n_unreadable++;
}

static void
acknowledged_cb (ChatSession *session, ChatMessage *message, BenchSession *self)
{
  self->n_acknowledged++;
}

static void
caught_up_cb (ChatSession *session, gint64 count, gint64 withheld, gint64 lost, BenchSession *self)
{
  self->caught_up = TRUE;
  self->n_missed = count;
}

static void
problem_cb (ChatSession *session, const GError *error, BenchSession *self)
{
  bench_fail ("a session has a problem: %s", error->message);
}

/**
 * bench_session_new:
 * @server: a chat-server
 * @keys: its keys
 * @user: whose session
 * @archive_folder: where it keeps what is said; not made
 *
 * Returns: (transfer full): a session that has not started
 */
BenchSession *
bench_session_new (BenchProcess *server, BenchKeys *keys, BenchUser *user,
                   const char *archive_folder)
{
  BenchSession *self = g_new0 (BenchSession, 1);

  self->session = chat_session_new ("127.0.0.1", bench_process_get_port (server), user->username,
                                    user->key, chat_private_key_get_public (keys->server));
  chat_session_set_archive_folder (self->session, archive_folder);
  g_signal_connect (self->session, "delivered", G_CALLBACK (delivered_cb), self);
  g_signal_connect (self->session, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect (self->session, "caught-up", G_CALLBACK (caught_up_cb), self);
  g_signal_connect (self->session, "problem", G_CALLBACK (problem_cb), self);
  return self;
}

/**
 * bench_session_free:
 * @self: (transfer full): a session
 */
void
bench_session_free (BenchSession *self)
{
  g_clear_handle_id (&self->beat, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->session, self);
  chat_session_close (self->session);
  g_object_unref (self->session);
  g_free (self);
}

static gboolean
too_long_cb (gpointer user_data)
{
  bench_fail ("a session waited for %d seconds until %s", MOST_SECONDS, (const char *) user_data);
  return G_SOURCE_REMOVE;
}

/**
 * bench_session_join:
 * @self: a session that has not started
 *
 * Returns when it is in the room, and has caught up.
 */
void
bench_session_join (BenchSession *self)
{
  guint limit = g_timeout_add_seconds (MOST_SECONDS, too_long_cb, (gpointer) "it had caught up");

  chat_session_start (self->session);
  while (!self->caught_up)
    {
      g_main_context_iteration (NULL, TRUE);
      if (chat_session_get_error (self->session) != NULL)
        bench_fail ("a session ended: %s", chat_session_get_error (self->session)->message);
    }
  g_source_remove (limit);
}

/**
 * bench_session_say:
 * @self: a session in the room
 * @n: how many messages; each is stored before the next is sent
 */
void
bench_session_say (BenchSession *self, guint n)
{
  char text[BENCH_TEXT_LENGTH + 1] = { 0 };
  guint end = self->n_acknowledged + n;
  guint limit = g_timeout_add_seconds (MOST_SECONDS, too_long_cb, (gpointer) "all was stored");

  memset (text, 'x', BENCH_TEXT_LENGTH);
  while (self->n_acknowledged < end)
    {
      guint before = self->n_acknowledged;
      g_autoptr (GError) error = NULL;

      if (chat_session_send (self->session, text, NULL, &error) == NULL)
        bench_fail ("%s", error->message);
      while (self->n_acknowledged == before)
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (limit);
}

/**
 * bench_session_leave:
 * @self: a session in the room
 *
 * Returns when it has left.
 */
void
bench_session_leave (BenchSession *self)
{
  guint limit = g_timeout_add_seconds (MOST_SECONDS, too_long_cb, (gpointer) "it had left");

  chat_session_leave (self->session);
  while (!chat_session_is_over (self->session))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static gboolean
beat_cb (gpointer user_data)
{
  BenchSession *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->longest_turn = MAX (self->longest_turn, now - self->last_beat);
  self->last_beat = now;

  return G_SOURCE_CONTINUE;
}

/**
 * bench_session_watch_turns:
 * @self: a session
 *
 * From now on, notes for how long the main loop is busy: a window could not draw meanwhile.
 */
void
bench_session_watch_turns (BenchSession *self)
{
  self->longest_turn = 0;
  self->last_beat = g_get_monotonic_time ();
  if (self->beat == 0)
    self->beat = g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MILLISECONDS, beat_cb, self, NULL);
}

/**
 * bench_session_get_longest_turn:
 * @self: a session whose turns are watched
 *
 * Returns: how long the main loop was busy at most, in milliseconds
 */
double
bench_session_get_longest_turn (BenchSession *self)
{
  beat_cb (self);
  return (double) self->longest_turn / 1000;
}
