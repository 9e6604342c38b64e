/* The room that one was in last: a profile in the user's configuration. Never a secret. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-profile.h"

G_BEGIN_DECLS

/* Load it with chat_profile_load_async (). */
char *chat_last_room_dup_path (void);
void chat_last_room_remember (const ChatProfile *profile);

G_END_DECLS
