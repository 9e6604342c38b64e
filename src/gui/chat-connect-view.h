/* Where one says which room to enter, as whom, with which keys. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_CONNECT_VIEW (chat_connect_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatConnectView, chat_connect_view, CHAT, CONNECT_VIEW, AdwBin)

/* Signal "joined" (ChatSession *): it is open. */

/* Fills in what is in the file, a user_config.json. quiet: says nothing if it is not there. */
void chat_connect_view_load (ChatConnectView *self, const char *path, gboolean quiet);
/* A session that ended, for its reason. */
void chat_connect_view_show_error (ChatConnectView *self, const GError *error);
/* Gives up an attempt that runs. */
void chat_connect_view_cancel (ChatConnectView *self);

G_END_DECLS
