/* The room as JSON, one object for each event: for scripts and bots. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-view.h"

G_BEGIN_DECLS

#define CHAT_TYPE_JSON_VIEW (chat_json_view_get_type ())
G_DECLARE_FINAL_TYPE (ChatJsonView, chat_json_view, CHAT, JSON_VIEW, GObject)

ChatView *chat_json_view_new (ChatLineFunc func, gpointer user_data);

G_END_DECLS
