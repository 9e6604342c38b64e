/* The wheel of a mouse over a list. In GTK 4.8 a list that is moved twice between two layouts loses
 * its place, because the rows that the first move made have no height yet. So the steps are
 * gathered, and one move is made for each frame. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CHAT_TYPE_WHEEL (chat_wheel_get_type ())
G_DECLARE_FINAL_TYPE (ChatWheel, chat_wheel, CHAT, WHEEL, GObject)

ChatWheel *chat_wheel_new (GtkEventController *controller, GtkAdjustment *adjustment);

G_END_DECLS
