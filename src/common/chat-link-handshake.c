/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-handshake.h"
#include "chat-link-private.h"
#include "chat-worker-pool.h"

static gboolean link_step_done_cb (gpointer user_data);

/* Called by GnuTLS within a step, when the peer has shown its certificate. A nonzero value ends the
 * handshake. */
static int
link_verify_in_thread (gnutls_session_t session)
{
  ChatLink *self = gnutls_session_get_ptr (session);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->peer_key);
  self->peer_key = chat_credentials_get_peer_key (session, &error);
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

static void
link_step_in_thread (gpointer data)
{
  HandshakeStep *step = data;
  gnutls_session_t session = step->link->session;

  step->code = gnutls_handshake (session);
  if (step->code < 0 && gnutls_error_is_fatal (step->code))
    gnutls_alert_send_appropriate (session, step->code);

  g_main_context_invoke_full (chat_poller_get_context (step->link->poller), G_PRIORITY_DEFAULT,
                              link_step_done_cb, step, handshake_step_free);
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

  if (self->session == NULL)
    {
      self->session = chat_handshake_new_session (self->client.fd, self->is_server,
                                                  chat_credentials_get (self->credentials));
      gnutls_session_set_ptr (self->session, self);
      gnutls_session_set_verify_function (self->session, link_verify_in_thread);
    }

  step->link = g_object_ref (self);
  self->stepping = TRUE;
  chat_poller_unwatch (self->poller, &self->client);
  chat_worker_pool_run (link_step_in_thread, step);
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
