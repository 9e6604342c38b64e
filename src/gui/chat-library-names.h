/* Names for what the libraries leave without: buttons inside their own widgets. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void chat_library_names_from_tooltips (GtkWidget *widget);
void chat_library_names_watch_toasts (AdwToastOverlay *toasts);

G_END_DECLS
