/* What only chat-private-key.c sees of a public key. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

#include <gnutls/abstract.h>
#include <nettle/rsa.h>

G_BEGIN_DECLS

/* key: (transfer full), whether or not it succeeds. */
ChatPublicKey *chat_public_key_new_from_gnutls (gnutls_pubkey_t key, GError **error);
const struct rsa_public_key *chat_public_key_get_rsa (ChatPublicKey *self);

G_END_DECLS
