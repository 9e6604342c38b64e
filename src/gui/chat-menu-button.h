/* Names for menu buttons. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What assistive technology calls it. */
void chat_menu_button_name (GtkMenuButton *button, const char *name);
/* For each one under this widget: its tooltip. */
void chat_menu_button_name_all (GtkWidget *widget);

G_END_DECLS
