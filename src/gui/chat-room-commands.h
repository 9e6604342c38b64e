/* Does what was typed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-feed.h"
#include "chat-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is not about the session is asked of the window, by the actions that its widget has. FALSE:
 * it was not done, and the feed says why. */
gboolean chat_room_commands_run (GtkWidget *widget, ChatSession *session, ChatFeed *feed,
                                 const char *typed);

G_END_DECLS
