/* Key files, read and checked in a thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

/* Errors: CHAT_KEY_ERROR, the key doctor's sentences. */
void chat_key_loader_load_public_async (const char *path, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
ChatPublicKey *chat_key_loader_load_public_finish (GAsyncResult *result, GError **error);

void chat_key_loader_load_private_async (const char *path, ChatSecret *passphrase,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
ChatPrivateKey *chat_key_loader_load_private_finish (GAsyncResult *result, GError **error);

/* overwrite: only when the user was asked, and said yes */
void chat_key_loader_save_private_async (ChatPrivateKey *key, const char *path,
                                         ChatSecret *passphrase, gboolean overwrite,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
void chat_key_loader_save_public_async (ChatPublicKey *key, const char *path, gboolean overwrite,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean chat_key_loader_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
