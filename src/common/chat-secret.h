/* Bytes that are wiped when the last owner lets go: keys, content keys, passphrases. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ChatSecret:
 *
 * Bytes that are wiped when the last owner lets go: keys, content keys, passphrases. A NUL that is
 * not counted follows them.
 */
#define CHAT_TYPE_SECRET (chat_secret_get_type ())
typedef struct _ChatSecret ChatSecret;

GType chat_secret_get_type (void);
ChatSecret *chat_secret_new (gconstpointer data, gsize size);
ChatSecret *chat_secret_new_random (gsize size);
ChatSecret *chat_secret_ref (ChatSecret *self);
void chat_secret_unref (ChatSecret *self);
const guint8 *chat_secret_get_data (const ChatSecret *self, gsize *size);
/* The data is always followed by a NUL that is not counted, so a passphrase can be read as a
 * string. */
const char *chat_secret_get_string (const ChatSecret *self);
gboolean chat_secret_equal (const ChatSecret *a, const ChatSecret *b);

/* Wipes a buffer in a way that the compiler keeps. */
void chat_wipe (gpointer data, gsize size);
/* Frees a NUL-terminated string after wiping it; for g_autoptr-like use. */
void chat_wipe_string (char *string);
/* Makes GMP, which does nettle's RSA, wipe what it frees. Call first thing in main (). */
void chat_wipe_gmp_memory (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSecret, chat_secret_unref)

G_END_DECLS
