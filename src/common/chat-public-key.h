/* An RSA public key: the identity of a member or a server. Immutable, so usable from any thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secret.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ChatPublicKey:
 *
 * An RSA public key: the identity of a member or a server. It never changes, and so any thread may
 * use it.
 */
#define CHAT_TYPE_PUBLIC_KEY (chat_public_key_get_type ())
G_DECLARE_FINAL_TYPE (ChatPublicKey, chat_public_key, CHAT, PUBLIC_KEY, GObject)

/* Both check: RSA, 2048 to 8192 bits, odd modulus, odd exponent from 3 to 2^32 - 1. Errors:
 * CHAT_KEY_ERROR, in short form without a file name (chat-key-file.h makes the sentences for
 * files). PEM: SPKI or PKCS#1. */
ChatPublicKey *chat_public_key_new_from_pem (const char *pem, gsize size, GError **error);
ChatPublicKey *chat_public_key_new_from_der (gconstpointer spki, gsize size, GError **error);

const char *chat_public_key_get_id (ChatPublicKey *self);          /* the kid: 43 characters */
const char *chat_public_key_get_fingerprint (ChatPublicKey *self); /* for people: 8 groups of 4 */
guint chat_public_key_get_bits (ChatPublicKey *self);
gsize chat_public_key_get_size (ChatPublicKey *self);              /* bytes of a ciphertext */
GBytes *chat_public_key_get_der (ChatPublicKey *self);             /* SPKI, transfer none */
char *chat_public_key_dup_pem (ChatPublicKey *self);
gboolean chat_public_key_equal (ChatPublicKey *a, ChatPublicKey *b);

/* RSA-OAEP, SHA-256, MGF1-SHA-256, empty label (RFC 8017, 7.1.1). */
GBytes *chat_public_key_encrypt (ChatPublicKey *self, const ChatSecret *plaintext, GError **error);
/* PS256: RSASSA-PSS, SHA-256, MGF1-SHA-256, 32 bytes of salt (RFC 8017, 8.1.2; RFC 7518, 3.5). */
gboolean chat_public_key_verify (ChatPublicKey *self, gconstpointer data, gsize size,
                                 gconstpointer signature, gsize signature_size, GError **error);

G_END_DECLS
