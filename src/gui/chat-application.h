/* The application: its windows, and what is not about one window. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_APPLICATION (chat_application_get_type ())
G_DECLARE_FINAL_TYPE (ChatApplication, chat_application, CHAT, APPLICATION, AdwApplication)

ChatApplication *chat_application_new (GApplicationFlags flags, GSettings *settings);
GSettings *chat_application_get_settings (ChatApplication *self);

G_END_DECLS
