/* What a TLS session of ours is, and what went wrong with one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/* A session for TLS 1.3 on a non-blocking socket, with a certificate demanded from the peer. */
gnutls_session_t chat_handshake_new_session (int fd, gboolean is_server,
                                             gnutls_certificate_credentials_t credentials);

/* The CHAT_LINK_ERROR for what gnutls_handshake () returned. */
void chat_handshake_set_error (gnutls_session_t session, int code, GError **error);

G_END_DECLS
