/* AES-256-GCM (NIST SP 800-38D) by GnuTLS: one content key, any number of messages. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-limits.h"
#include "chat-secret.h"

G_BEGIN_DECLS

/* ciphertext has size bytes, tag CHAT_TAG_SIZE. iv is filled with fresh random bytes. The key has
 * CHAT_CONTENT_KEY_SIZE bytes. */
void chat_aead_seal (const ChatSecret *key, gconstpointer aad, gsize aad_size,
                     gconstpointer plaintext, gsize size, guint8 iv[CHAT_IV_SIZE],
                     guint8 *ciphertext, guint8 tag[CHAT_TAG_SIZE]);
/* plaintext has size bytes and is wiped when FALSE is returned (CHAT_JOSE_ERROR_INVALID). */
gboolean chat_aead_open (const ChatSecret *key, gconstpointer aad, gsize aad_size,
                         const guint8 iv[CHAT_IV_SIZE], gconstpointer ciphertext, gsize size,
                         const guint8 tag[CHAT_TAG_SIZE], guint8 *plaintext, GError **error);

G_END_DECLS
