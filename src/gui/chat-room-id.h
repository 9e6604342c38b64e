/* A name for a room that stays the same from one session to the next. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

/* (transfer full) */
char *chat_room_id_for_session (ChatSession *session);

G_END_DECLS
