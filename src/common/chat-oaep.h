/* RSAES-OAEP with SHA-256 and MGF1-SHA-256 (RFC 8017, 7.1) over nettle: what GnuTLS 3.7 and
 * nettle 3.8 do not have. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secret.h"

#include <nettle/rsa.h>

G_BEGIN_DECLS

/* ciphertext: public->size bytes. FALSE when the plaintext is longer than size - 66. */
gboolean chat_oaep_encrypt (const struct rsa_public_key *public, gconstpointer label,
                            gsize label_size, gconstpointer plaintext, gsize size,
                            guint8 *ciphertext);
/* NULL for everything that is wrong. No branch and no memory access depends on the decrypted
 * bytes before the verdict. */
ChatSecret *chat_oaep_decrypt (const struct rsa_public_key *public,
                               const struct rsa_private_key *private, gconstpointer label,
                               gsize label_size, gconstpointer ciphertext, gsize size);

G_END_DECLS
