/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-handshake.h"
#include "chat-link-private.h"
#include "chat-worker-pool.h"

static gboolean link_step_done_cb (gpointer user_data);

/* Called by GnuTLS within a step, when the peer's certificate has come and before its signature is
 * checked: a stranger's key of 40,000 bits would take minutes for that, in a step that nothing can
 * interrupt. A negative value ends the handshake. */
static int
link_certificate_in_thread (gnutls_session_t session, unsigned int type, unsigned int when,
                            unsigned int incoming, const gnutls_datum_t *message)
{
  ChatLink *self = gnutls_session_get_ptr (session);

  if (!incoming)
    return 0;

  g_clear_object (&self->peer_key);
  self->peer_key = chat_credentials_read_peer_key (message->data, message->size, NULL);
  if (self->peer_key == NULL)
    return GNUTLS_E_CERTIFICATE_ERROR;
  if (self->expected != NULL && !chat_public_key_equal (self->peer_key, self->expected))
    return GNUTLS_E_CERTIFICATE_ERROR;

  return 0;
}

typedef struct
{
  ChatLink *link;
  int code;
} HandshakeStep;

static void
handshake_step_free (gpointer data)
{
  HandshakeStep *step = data;

  g_object_unref (step->link);
  g_free (step);
}

/* Not g_main_context_invoke (): where the main loop does not run at the moment, it would call the
 * function in this thread. */
static void
call_in_main_context (ChatPoller *poller, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, chat_poller_get_context (poller));
}

static void
link_step_in_thread (gpointer data)
{
  HandshakeStep *step = data;
  gnutls_session_t session = step->link->session;

  /* Who connects and hangs up in a loop must not have a signature made for each time, nor keep a
   * descriptor until it is. */
  if (g_atomic_int_get (&step->link->abandoned))
    step->code = GNUTLS_E_INTERRUPTED;
  else
    step->code = gnutls_handshake (session);
  if (step->code < 0 && gnutls_error_is_fatal (step->code))
    gnutls_alert_send_appropriate (session, step->code);

  call_in_main_context (step->link->poller, link_step_done_cb, step, handshake_step_free);
}

/**
 * chat_link_start_handshake_step:
 * @self: a link in its handshake whose socket is ready
 *
 * Runs one step in a thread, which owns the session until it is done. A step holds the RSA
 * operation and never waits for the peer, so any number of silent peers keep no thread.
 */
void
chat_link_start_handshake_step (ChatLink *self)
{
  HandshakeStep *step = g_new0 (HandshakeStep, 1);
  gboolean is_first = self->session == NULL;

  if (is_first)
    {
      self->session = chat_handshake_new_session (self->client.fd, self->is_server,
                                                  chat_credentials_get (self->credentials));
      gnutls_session_set_ptr (self->session, self);
      gnutls_handshake_set_hook_function (self->session, GNUTLS_HANDSHAKE_CERTIFICATE_PKT,
                                          GNUTLS_HOOK_POST, link_certificate_in_thread);
    }

  step->link = g_object_ref (self);
  self->stepping = TRUE;
  chat_poller_unwatch (self->poller, &self->client);
  /* Who has come further is served first, so that a storm of beginners keeps nobody out. */
  chat_worker_pool_run (link_step_in_thread, step, !is_first);
}

static void
link_handshake_failed (ChatLink *self, int code)
{
  g_autoptr (GError) error = NULL;

  if (code != GNUTLS_E_CERTIFICATE_ERROR && code != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
    chat_handshake_set_error (self->session, code, &error);
  else if (self->peer_key == NULL)
    g_set_error_literal (&error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE,
                         "the peer's certificate holds no RSA key that we take");
  else
    g_set_error_literal (&error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_WRONG_PEER,
                         "the peer holds another key than the expected one");

  chat_link_close (self, error);
}

static gboolean
link_step_done_cb (gpointer user_data)
{
  HandshakeStep *step = user_data;
  ChatLink *self = step->link;

  self->stepping = FALSE;

  if (self->state == CHAT_LINK_CLOSED)
    chat_link_free_session (self); /* chat_link_close () had to leave it to the thread */
  else if (step->code == GNUTLS_E_SUCCESS)
    {
      self->state = CHAT_LINK_OPEN;
      chat_link_set_deadline (self, 0);
      chat_link_update_watch (self);
      chat_link_emit (self, CHAT_LINK_SIGNAL_OPENED, NULL);
    }
  else if (gnutls_error_is_fatal (step->code))
    link_handshake_failed (self, step->code);
  else
    chat_poller_watch (self->poller, &self->client,
                       gnutls_record_get_direction (self->session) ? G_IO_OUT : G_IO_IN);

  return G_SOURCE_REMOVE;
}
