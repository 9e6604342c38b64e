/* What the user prefers, as kept by GSettings. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_SETTING_ENTER_SENDS "enter-sends"
#define CHAT_SETTING_NOTIFY_ALL "notify-all"
#define CHAT_SETTING_STAY_IN_BACKGROUND "stay-in-background"
#define CHAT_SETTING_SHOW_MEMBERS "show-members"
#define CHAT_SETTING_WINDOW_WIDTH "window-width"
#define CHAT_SETTING_WINDOW_HEIGHT "window-height"
#define CHAT_SETTING_WINDOW_MAXIMIZED "window-maximized"

/* (transfer full): the settings; NULL where their description is not installed. folder: where to
 * look if the session does not know of it */
GSettings *chat_settings_new (const char *folder, GError **error);

G_END_DECLS
