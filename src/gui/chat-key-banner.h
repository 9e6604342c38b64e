/* Tells that members' keys have changed, as long as they are not accepted. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_KEY_BANNER (chat_key_banner_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeyBanner, chat_key_banner, CHAT, KEY_BANNER, AdwBin)

void chat_key_banner_set_session (ChatKeyBanner *self, ChatSession *session); /* nullable */
void chat_key_banner_set_narrow (ChatKeyBanner *self, gboolean narrow);

G_END_DECLS
