/* The numbers of RSA keys: from GnuTLS, which reads files, to nettle, which computes; and
 * whether they are sane. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/abstract.h>
#include <nettle/rsa.h>

G_BEGIN_DECLS

/* Both take an initialised struct and a key that GnuTLS has read. Errors: CHAT_KEY_ERROR, in
 * short form. */
gboolean chat_rsa_public_import (struct rsa_public_key *rsa, gnutls_pubkey_t key, GError **error);
/* public: that of the same key, already checked. */
gboolean chat_rsa_private_import (struct rsa_private_key *rsa, const struct rsa_public_key *public,
                                  gnutls_privkey_t key, GError **error);

G_END_DECLS
