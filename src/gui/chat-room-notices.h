/* What happens in a room, as quiet lines of its feed, or as toasts. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed.h"
#include "chat-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From now on, as long as both are there. */
void chat_room_notices_connect (ChatFeed *feed, ChatSession *session);
/* Whatever session the group is set to. */
void chat_room_notices_connect_toasts (GtkWidget *widget, GSignalGroup *signals);

G_END_DECLS
