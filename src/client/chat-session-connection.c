/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-connector.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>

/* One connection after another: TCP, TLS, hello, and what follows when it ends. */

/**
 * session_get_context:
 * @self: a session
 *
 * Returns: what the sentences about its connection name; borrowed from the session, valid until it
 *   changes
 */
ChatConnectContext
session_get_context (ChatSession *self)
{
  return (ChatConnectContext){
    .address = self->address,
    .port = self->port,
    .username = self->username,
    .own_key = chat_private_key_get_public (self->key),
    .server_key = self->server_key,
    .server_key_file = self->server_key_file,
    .shown_key = self->link != NULL ? chat_link_get_peer_key (self->link) : NULL,
  };
}

/**
 * session_command:
 * @self: a session with a connection
 * @command: what to tell the server, at once
 */
void
session_command (ChatSession *self, JsonObject *command)
{
  chat_outbox_push_command (self->outbox, command);
}

static void
session_set_error (ChatSession *self, const GError *error)
{
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

/* The end of a connection */

static void
drop_connection (ChatSession *self)
{
  g_autoptr (ChatLink) link = g_steal_pointer (&self->link);

  self->generation++;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (link != NULL)
    {
      g_signal_handlers_disconnect_by_data (link, self);
      chat_link_close (link, NULL);
    }
  self->welcomed = FALSE;
  self->n_announced = 0;
  self->n_broken = self->n_refused = self->n_histories = 0;
  g_ptr_array_set_size (self->joining, 0);
  g_hash_table_remove_all (self->announced);
  session_archive_forget_readers (self);
  session_take_back_posts (self);
}

static gboolean
retry_tick_cb (gpointer user_data)
{
  ChatSession *self = user_data;
  gint64 left = self->retry_at - g_get_monotonic_time ();

  if (left <= 0)
    session_connect (self);
  else
    /* Once a second, for those who show how long it still takes. */
    session_set_timer (self, (guint)MIN (left / 1000 + 1, 1000), retry_tick_cb);

  return G_SOURCE_REMOVE;
}

static void
wait_and_retry (ChatSession *self, const GError *error)
{
  gint64 now = g_get_monotonic_time ();
  guint pause;

  if (self->opened_at != 0 && now - self->opened_at >= CHAT_RETRY_STEADY_SECONDS * G_USEC_PER_SEC)
    chat_retry_reset (&self->retry);
  self->opened_at = 0;
  pause = chat_retry_next (&self->retry);

  session_set_error (self, error);
  self->retry_at = now + (gint64)pause * 1000;
  session_set_state (self, CHAT_SESSION_WAITING);
  /* An observer may have closed the session, or tried at once. */
  if (self->state == CHAT_SESSION_WAITING && self->timer == NULL)
    session_set_timer (self, MIN (pause, 1000), retry_tick_cb);
}

/**
 * session_end_with:
 * @self: a session
 * @state: a final state
 * @error: (nullable): why, for %CHAT_SESSION_FAILED
 *
 * The only way into a final state.
 */
void
session_end_with (ChatSession *self, ChatSessionState state, const GError *error)
{
  g_autoptr (GError) own = error != NULL ? g_error_copy (error) : NULL;

  g_object_ref (self);
  drop_connection (self);
  session_set_error (self, own);
  session_clear_commands (self);
  session_fail_all_posts (self, own != NULL ? own->message
                                            : _("the connection ended before it was delivered"));
  session_set_state (self, state);
  g_object_unref (self);
}

/**
 * session_end_connection:
 * @self: a session with a connection, or with an attempt at one
 * @cause: why it ended, as a sentence for the user
 *
 * Decides what follows: the end of the session, or another attempt.
 */
void
session_end_connection (ChatSession *self, const GError *cause)
{
  g_object_ref (self);
  if (self->stopped_by != NULL)
    session_end_with (self, CHAT_SESSION_STOPPED, NULL);
  else if (self->state == CHAT_SESSION_LEAVING)
    session_end_with (self, CHAT_SESSION_CLOSED, NULL);
  else if (!self->been_open || chat_connect_error_is_final (cause))
    session_end_with (self, CHAT_SESSION_FAILED, cause);
  else
    {
      drop_connection (self);
      wait_and_retry (self, cause);
      session_leave_if_done (self);
    }
  g_object_unref (self);
}

static void
end_because_of (ChatSession *self, const GError *cause)
{
  ChatConnectContext context = session_get_context (self);
  g_autoptr (GError) error = chat_connect_error_new (&context, cause);

  session_end_connection (self, error);
}

/* Leaving */

static gboolean
close_timed_out_cb (gpointer user_data)
{
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_LINK_ERROR, CHAT_LINK_ERROR_CLOSED,
                           _("The server did not close the connection in time."));

  session_end_connection (user_data, error);

  return G_SOURCE_REMOVE;
}

/**
 * session_arm_close_timer:
 * @self: a session whose server is to close the connection now
 *
 * The connection ends anyway if it does not.
 */
void
session_arm_close_timer (ChatSession *self)
{
  session_set_timer (self, CHAT_CLOSE_SECONDS * 1000, close_timed_out_cb);
}

/**
 * session_leave_if_done:
 * @self: a session
 *
 * Leaves when that is the wish and nothing is pending: by `bye`, or just so without a connection.
 */
void
session_leave_if_done (ChatSession *self)
{
  g_autoptr (JsonObject) bye = NULL;

  if (!self->leaving || chat_session_get_pending (self) > 0 || chat_session_is_over (self)
      || self->state == CHAT_SESSION_LEAVING)
    return;

  if (self->state != CHAT_SESSION_OPEN)
    {
      session_end_with (self, CHAT_SESSION_CLOSED, NULL);
      return;
    }

  bye = json_object_new ();
  json_object_set_string_member (bye, "op", "bye");
  session_command (self, bye);
  session_set_state (self, CHAT_SESSION_LEAVING);
  if (self->state == CHAT_SESSION_LEAVING)
    session_arm_close_timer (self);
}

/* What comes in */

static gboolean
join_timed_out_cb (gpointer user_data)
{
  ChatSession *self = user_data;
  g_autoptr (GError) error = NULL;

  /* Nobody listened to the server. */
  if (session_flow_is_held (self))
    {
      session_set_timer (self, CHAT_JOIN_SECONDS * 1000, join_timed_out_cb);
      return G_SOURCE_REMOVE;
    }

  error = g_error_new_literal (
      CHAT_LINK_ERROR, CHAT_LINK_ERROR_TIMEOUT,
      _("The server let this program in and then did not say anything. Try later."));
  session_end_connection (self, error);

  return G_SOURCE_REMOVE;
}

/* Each sign of life gives the server as much time again, for history can be long. */
static void
renew_timer (ChatSession *self)
{
  if (self->state == CHAT_SESSION_JOINING)
    session_set_timer (self, CHAT_JOIN_SECONDS * 1000, join_timed_out_cb);
  else if (self->state == CHAT_SESSION_LEAVING)
    session_arm_close_timer (self);
}

/**
 * session_report_broken:
 * @self: a session with a connection
 * @what: what the server sent that cannot be understood, in English
 *
 * Tells the person; after %CHAT_MAX_REPORTED_FRAMES on one connection no more, for there is nothing
 * new in it. The session goes on: one bad frame must not end it.
 */
void
session_report_broken (ChatSession *self, const char *what)
{
  g_autoptr (GError) error = NULL;

  g_debug ("left out, because it cannot be understood: %s", what);
  if (self->n_broken >= CHAT_MAX_REPORTED_FRAMES)
    return;

  error = g_error_new (CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED,
                       _("The server sent something that this program does not understand, and it "
                          "was left out: %s. One of the two programs may need an update."),
                       what);
  if (++self->n_broken == CHAT_MAX_REPORTED_FRAMES)
    g_prefix_error (&error, "%s\n", _("This has happened often now, and is not told any more:"));
  session_emit_problem (self, error);
}

static void
handle_inbound (const ChatInbound *inbound, gpointer user_data)
{
  g_autoptr (ChatSession) self = g_object_ref (CHAT_SESSION (user_data));

  if (inbound->archived)
    {
      session_archive_handle_opened (self, inbound);
      return;
    }
  if (inbound->generation != self->generation)
    return;

  if (inbound->end != NULL)
    {
      end_because_of (self, inbound->end);
      return;
    }
  if (inbound->broken != NULL && !self->welcomed)
    {
      /* It may have held a part of the guest list, and to a part of the room nobody wants to
       * talk. */
      end_because_of (self, inbound->broken);
      return;
    }

  renew_timer (self);
  if (inbound->broken != NULL)
    session_report_broken (self, inbound->broken->message);
  else if (inbound->notice != NULL)
    session_handle_notice (self, inbound->notice);
  else
    session_handle_delivery (self, inbound->delivery, inbound->post);

  session_flow_update (self);
}

static void
frame_cb (ChatLink *link, GBytes *frame, ChatSession *self)
{
  chat_inbox_push_frame (self->inbox, self->generation, frame);
  session_flow_update (self);
}

static void
closed_cb (ChatLink *link, const GError *error, ChatSession *self)
{
  /* Behind the frames that still wait: the last one often says why. */
  chat_inbox_push_end (self->inbox, self->generation, error);
}

/* The beginning of a connection */

static void
say_hello (ChatSession *self)
{
  g_autoptr (JsonObject) hello = json_object_new ();

  json_object_set_string_member (hello, "op", "hello");
  json_object_set_int_member (hello, "version", CHAT_PROTOCOL_VERSION);
  json_object_set_string_member (hello, "username", self->username);
  if (self->history != NULL)
    {
      json_object_set_int_member (hello, "since", self->since);
      json_object_set_string_member (hello, "history", self->history);
    }
  session_command (self, hello);
}

static void
opened_cb (ChatLink *link, ChatSession *self)
{
  /* The answer to hello is the first frame, and may be a long one. */
  chat_link_set_max_frame (link, CHAT_MAX_FRAME);
  chat_outbox_begin (self->outbox, self->generation);
  say_hello (self);
  session_set_state (self, CHAT_SESSION_JOINING);
  renew_timer (self);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = chat_connector_connect_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      end_because_of (self, error);
      return;
    }

  self->link = chat_link_new_client (self->poller, connection, self->credentials, self->server_key);
  g_signal_connect_object (self->link, "opened", G_CALLBACK (opened_cb), self, 0);
  g_signal_connect_object (self->link, "frame", G_CALLBACK (frame_cb), self, 0);
  g_signal_connect_object (self->link, "closed", G_CALLBACK (closed_cb), self, 0);
  session_set_state (self, CHAT_SESSION_HANDSHAKING);
  if (self->link != NULL)
    chat_link_start (self->link);
}

static void
open_socket (ChatSession *self)
{
  chat_connector_connect_async (self->address, self->port, self->cancellable, connected_cb,
                                g_object_ref (self));
}

/* Making credentials signs with the RSA key, so it is done in a thread; once. */

static void
make_credentials_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  ChatCredentials *credentials = chat_credentials_new (data, &error);

  if (credentials != NULL)
    g_task_return_pointer (task, credentials, (GDestroyNotify)chat_credentials_unref);
  else
    g_task_return_error (task, error);
}

static void
credentials_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatSession *self = CHAT_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatCredentials) credentials = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (credentials == NULL)
    {
      session_end_with (self, CHAT_SESSION_FAILED, error);
      return;
    }

  self->credentials = g_steal_pointer (&credentials);
  open_socket (self);
}

static void
make_credentials (ChatSession *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, credentials_made_cb, NULL);

  g_task_set_source_tag (task, make_credentials);
  g_task_set_task_data (task, g_object_ref (self->key), g_object_unref);
  g_task_run_in_thread (task, make_credentials_in_thread);
}

static gboolean
make_tools (ChatSession *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GError) error = NULL;

  if (self->inbox != NULL)
    return TRUE;

  self->poller = chat_poller_new (context, &error);
  if (self->poller == NULL)
    {
      session_end_with (self, CHAT_SESSION_FAILED, error);
      return FALSE;
    }
  self->inbox = chat_inbox_new (self->key, handle_inbound, self);
  self->outbox = chat_outbox_new (self->key, self->server_key, session_handle_outbound, self);
  chat_inbox_set_keeping (self->inbox, self->archive_folder != NULL);
  chat_outbox_set_keeping (self->outbox, self->archive_folder != NULL);

  return TRUE;
}

/**
 * session_go_on_connecting:
 * @self: a session that is %CHAT_SESSION_CONNECTING
 *
 * What was to be done before the first connection is done.
 */
void
session_go_on_connecting (ChatSession *self)
{
  if (session_pins_must_load (self))
    return;
  if (self->credentials != NULL)
    open_socket (self);
  else
    make_credentials (self);
}

/**
 * session_connect:
 * @self: a session without a connection
 *
 * Begins an attempt.
 */
void
session_connect (ChatSession *self)
{
  guint generation;

  if (!make_tools (self))
    return;

  g_object_ref (self);
  session_set_error (self, NULL);
  generation = ++self->generation;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  session_set_state (self, CHAT_SESSION_CONNECTING);

  /* Unless an observer has closed the session. */
  if (generation == self->generation && !session_archive_must_open (self))
    session_go_on_connecting (self);
  g_object_unref (self);
}
