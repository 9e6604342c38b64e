/* Tells the user of messages that arrive while the window is not looked at. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_TYPE_NOTIFIER (chat_notifier_get_type ())
G_DECLARE_FINAL_TYPE (ChatNotifier, chat_notifier, CHAT, NOTIFIER, GObject)

/* Properties with notify: "watched", "unseen". A click activates app.show-message with the room's
 * id and the message's. */

ChatNotifier *chat_notifier_new (GApplication *app, GSettings *settings);
void chat_notifier_set_session (ChatNotifier *self, ChatSession *session); /* nullable */
void chat_notifier_set_watched (ChatNotifier *self, gboolean watched);
guint chat_notifier_get_unseen (ChatNotifier *self);

G_END_DECLS
