/* What one can do in a window, and when. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-window.h"

G_BEGIN_DECLS

void chat_window_class_install_actions (GtkWidgetClass *widget_class);
/* Follows the state of the session. */
void chat_window_update_actions (ChatWindow *self);

G_END_DECLS
