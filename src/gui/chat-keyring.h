/* Passphrases of private keys in the keyring of the computer (libsecret), where the user wants
 * that. They are found by what the key file is, not by where it lies. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* path: of the protected key file. Errors: of G_IO_ERROR, CHAT_KEY_ERROR or libsecret; a computer
 * without a keyring is one of them. */

/* NULL without an error: it is not remembered. */
void chat_keyring_lookup_async (const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
ChatSecret *chat_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* key: the public half, known now that the file has been opened. */
void chat_keyring_store_async (const char *path, ChatPublicKey *key, ChatSecret *passphrase,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
void chat_keyring_forget_async (const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* Of both. */
gboolean chat_keyring_change_finish (GAsyncResult *result, GError **error);

G_END_DECLS
