/* An RSA private key. Immutable; may be used from several threads at once. Slow: never call
 * decrypt or sign on a main loop. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"
#include "chat-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatPrivateKey:
 *
 * An RSA private key. It never changes, and so any thread may use it. Its numbers are wiped with it
 * in a program that has called [func@wipe_gmp_memory].
 */
#define CHAT_TYPE_PRIVATE_KEY (chat_private_key_get_type ())
G_DECLARE_FINAL_TYPE (ChatPrivateKey, chat_private_key, CHAT, PRIVATE_KEY, GObject)

/* PKCS#8, encrypted PKCS#8 (passphrase needed), PKCS#1 (also OpenSSL's "Proc-Type:
 * 4,ENCRYPTED"). Checks the key: primes, exponents and coefficient fit together (else
 * CHAT_KEY_ERROR_BROKEN), same bounds as public keys. */
ChatPrivateKey *chat_private_key_new_from_pem (const char *pem, gsize size,
                                               const ChatSecret *passphrase, GError **error);

/* A new key; takes from a tenth of a second to a minute, so: in a thread of its own. Cancelling
 * gives up the result at once (the thread ends by itself). bits: CHAT_MIN_RSA_BITS to
 * CHAT_MAX_RSA_BITS. */
ChatPrivateKey *chat_private_key_generate (guint bits, GError **error);
void chat_private_key_generate_async (guint bits, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
ChatPrivateKey *chat_private_key_generate_finish (GAsyncResult *result, GError **error);

ChatPublicKey *chat_private_key_get_public (ChatPrivateKey *self); /* transfer none */
/* PKCS#8 PEM; with a passphrase encrypted by PBES2 with AES-256-CBC. */
ChatSecret *chat_private_key_to_pem (ChatPrivateKey *self, const ChatSecret *passphrase,
                                     GError **error);

/* One error, CHAT_JOSE_ERROR_INVALID with one text, for whatever is wrong (RFC 8017, 7.1.2). */
ChatSecret *chat_private_key_decrypt (ChatPrivateKey *self, gconstpointer ciphertext, gsize size,
                                      GError **error);
GBytes *chat_private_key_sign (ChatPrivateKey *self, gconstpointer data, gsize size,
                               GError **error);

G_END_DECLS
