/* What the application can do whatever window is in front. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void chat_application_install_actions (GtkApplication *app);

G_END_DECLS
