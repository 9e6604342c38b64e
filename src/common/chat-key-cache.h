/* Unwrapped content keys by the wrapped text, so that a reader pays RSA once for each seal. One
 * thread at a time. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"
#include "chat-secret.h"

G_BEGIN_DECLS

/**
 * ChatKeyCache:
 *
 * Unwrapped content keys by the wrapped text, so that a reader pays RSA once for each seal. For one
 * thread at a time.
 */
typedef struct _ChatKeyCache ChatKeyCache;

/* max_keys: the least recently used is dropped. */
ChatKeyCache *chat_key_cache_new (ChatPrivateKey *key, guint max_keys);
void chat_key_cache_free (ChatKeyCache *self);
/* encrypted_key: base64url. NULL on a miss. (transfer full) */
ChatSecret *chat_key_cache_lookup (ChatKeyCache *self, const char *encrypted_key);
/* Looks up, else unwraps (private operation: not on a main loop) and remembers. Checks that it has
 * CHAT_CONTENT_KEY_SIZE bytes. */
ChatSecret *chat_key_cache_unwrap (ChatKeyCache *self, const char *encrypted_key, GError **error);
/* How many private operations it has done: for benchmarks and tests. */
guint64 chat_key_cache_get_operations (ChatKeyCache *self);

/* Without a cache: one private operation each time. */
ChatSecret *chat_content_key_unwrap (ChatPrivateKey *key, GBytes *wrapped, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatKeyCache, chat_key_cache_free)

G_END_DECLS
