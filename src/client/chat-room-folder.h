/* Where this computer keeps what belongs to one room and one member: the archive and the draft. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

G_BEGIN_DECLS

/* base: (nullable): for the user's own data folder. No file is touched. */
char *chat_room_folder_get_path (const char *base, ChatPublicKey *server_key,
                                 ChatPublicKey *own_key);
/* Makes it, open to nobody else. Synchronous: for threads. Errors: G_FILE_ERROR, sentences. */
gboolean chat_room_folder_make (const char *path, GError **error);

G_END_DECLS
