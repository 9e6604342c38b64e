/* TLS credentials for an RSA key: a self-signed certificate made in memory, in which only the key
 * means anything. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/**
 * ChatCredentials:
 *
 * What proves an RSA key in TLS: a self-signed certificate made in memory, in which only the key
 * means anything. Reference-counted, and shared by all sessions.
 */
#define CHAT_TYPE_CREDENTIALS (chat_credentials_get_type ())
typedef struct _ChatCredentials ChatCredentials;

GType chat_credentials_get_type (void);
/* Signs a certificate (one private operation, at start) and checks it. Reference-counted: sessions
 * in threads use it. */
ChatCredentials *chat_credentials_new (ChatPrivateKey *key, GError **error);
ChatCredentials *chat_credentials_ref (ChatCredentials *self);
void chat_credentials_unref (ChatCredentials *self);
gnutls_certificate_credentials_t chat_credentials_get (ChatCredentials *self);

/* The key in a Certificate message of TLS 1.3; proven once the handshake is complete. */
ChatPublicKey *chat_credentials_read_peer_key (const guint8 *message, gsize size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCredentials, chat_credentials_unref)

G_END_DECLS
