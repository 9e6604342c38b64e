/* Unwrapping a content key off the main loop. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

void chat_unwrap_async (ChatPrivateKey *key, const char *encrypted_key,
                        GAsyncReadyCallback callback, gpointer user_data);
ChatSecret *chat_unwrap_finish (GAsyncResult *result, GError **error);

G_END_DECLS
