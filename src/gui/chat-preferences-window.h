/* The preferences. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_PREFERENCES_WINDOW (chat_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (ChatPreferencesWindow, chat_preferences_window, CHAT, PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

ChatPreferencesWindow *chat_preferences_window_new (GtkWindow *parent, GSettings *settings);

G_END_DECLS
