/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-handshake.h"

#include "chat-error.h"

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static gnutls_priority_t
get_priority (void)
{
  static gsize initialized = 0;
  static gnutls_priority_t priority;

  if (g_once_init_enter (&initialized))
    {
      int code = gnutls_priority_init (&priority, PRIORITY, NULL);

      /* Only a GnuTLS without TLS 1.3, or a system-wide policy against it, can refuse this. */
      if (code != GNUTLS_E_SUCCESS)
        g_error ("GnuTLS does not take \"" PRIORITY "\": %s", gnutls_strerror (code));
      g_once_init_leave (&initialized, 1);
    }

  return priority;
}

/**
 * chat_handshake_new_session: (skip)
 * @fd: a connected, non-blocking socket; borrowed
 * @is_server: which side this is
 * @credentials: borrowed, must outlive the session
 *
 * No session tickets: a resumed session would not prove the key again, and they cost two records
 * for each join.
 *
 * Returns: a session, to be freed with gnutls_deinit()
 */
gnutls_session_t
chat_handshake_new_session (int fd, gboolean is_server,
                            gnutls_certificate_credentials_t credentials)
{
  gnutls_session_t session;
  unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL
                   | (is_server ? GNUTLS_SERVER : GNUTLS_CLIENT);

  /* None of these can fail but for want of memory, where GLib ends the process as well. */
  if (gnutls_init (&session, flags) != GNUTLS_E_SUCCESS
      || gnutls_priority_set (session, get_priority ()) != GNUTLS_E_SUCCESS
      || gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials) != GNUTLS_E_SUCCESS)
    g_error ("GnuTLS cannot make a session");

  if (is_server)
    gnutls_certificate_server_set_request (session, GNUTLS_CERT_REQUIRE);
  gnutls_handshake_set_timeout (session,
                                GNUTLS_INDEFINITE_TIMEOUT); /* the link has its own deadline */
  gnutls_transport_set_int (session, fd);

  return session;
}

static void
set_alert_error (gnutls_alert_description_t alert, GError **error)
{
  ChatLinkError code = CHAT_LINK_ERROR_HANDSHAKE;

  if (alert == GNUTLS_A_ACCESS_DENIED || alert == GNUTLS_A_BAD_CERTIFICATE
      || alert == GNUTLS_A_CERTIFICATE_UNKNOWN || alert == GNUTLS_A_UNKNOWN_CA)
    code = CHAT_LINK_ERROR_DENIED;
  /* The second is what older servers say when no version of theirs is offered. */
  else if (alert == GNUTLS_A_PROTOCOL_VERSION || alert == GNUTLS_A_HANDSHAKE_FAILURE)
    code = CHAT_LINK_ERROR_NOT_TLS13;

  g_set_error (error, CHAT_LINK_ERROR, code, "the peer sent the TLS alert \"%s\"",
               gnutls_alert_get_name (alert));
}

/**
 * chat_handshake_set_error: (skip)
 * @session: the session
 * @code: a fatal code of gnutls_handshake(), gnutls_record_recv() or gnutls_record_send()
 * @error: (out): a #ChatLinkError
 *
 * Tells from what GnuTLS reports, and from the alert that the peer sent, why a session ended. The
 * message is for a log.
 */
void
chat_handshake_set_error (gnutls_session_t session, int code, GError **error)
{
  ChatLinkError link_code;

  switch (code)
    {
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
      set_alert_error (gnutls_alert_get (session), error);
      return;

    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
    case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
    case GNUTLS_E_UNEXPECTED_PACKET:
    case GNUTLS_E_RECORD_OVERFLOW:
    case GNUTLS_E_TOO_MANY_EMPTY_PACKETS:
      link_code = CHAT_LINK_ERROR_NOT_TLS13;
      break;

    case GNUTLS_E_PREMATURE_TERMINATION:
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
      link_code = CHAT_LINK_ERROR_LOST;
      break;

    default:
      link_code = CHAT_LINK_ERROR_HANDSHAKE;
      break;
    }

  g_set_error_literal (error, CHAT_LINK_ERROR, link_code, gnutls_strerror (code));
}
