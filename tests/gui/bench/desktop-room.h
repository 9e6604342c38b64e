/* A window with a room, that messages are put into as if they came from the server. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-view.h"

G_BEGIN_DECLS

typedef struct _DesktopRoom DesktopRoom;

DesktopRoom *desktop_room_new (void);
void desktop_room_free (DesktopRoom *self);
/* Messages of several people, of one to several lines. */
void desktop_room_add (DesktopRoom *self, guint n);
/* Shows what was added; returns how long it took until it was drawn, in s. */
double desktop_room_open (DesktopRoom *self);
/* Waits until a frame is drawn. */
void desktop_room_draw (DesktopRoom *self);
ChatMessageList *desktop_room_get_list (DesktopRoom *self);
GtkWidget *desktop_room_get_window (DesktopRoom *self);

G_END_DECLS
