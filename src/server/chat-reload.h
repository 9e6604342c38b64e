/* config.json and the key pair, read again while the server runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-server-folder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

void chat_reload_read_async (ChatServerFolder *folder, const ChatSecret *passphrase,
                             ChatPublicKey *running_key, GAsyncReadyCallback callback,
                             gpointer user_data);
/* Logs what is wrong with the key pair. */
ChatServerConfig *chat_reload_read_finish (GAsyncResult *result, GError **error);
/* Logs what a restart is needed for. */
void chat_reload_apply (ChatServerConfig *present, ChatServerConfig *fresh);

G_END_DECLS
