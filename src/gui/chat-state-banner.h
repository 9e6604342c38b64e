/* Tells that the connection is lost, and when it comes back. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_STATE_BANNER (chat_state_banner_get_type ())
G_DECLARE_FINAL_TYPE (ChatStateBanner, chat_state_banner, CHAT, STATE_BANNER, AdwBin)

void chat_state_banner_set_session (ChatStateBanner *self, ChatSession *session); /* nullable */
void chat_state_banner_set_narrow (ChatStateBanner *self, gboolean narrow);

G_END_DECLS
