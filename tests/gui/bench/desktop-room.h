/* A window with a room: its session is in earnest, with an archive, and with a server in this
 * program that says what it is told to. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-room-view.h"
#include "desktop-frames.h"

G_BEGIN_DECLS

/* The name of the server's store. */
#define DESKTOP_HISTORY "store"

typedef struct _DesktopRoom DesktopRoom;

/* When something was drawn after the session was open, in microseconds. */
typedef struct
{
  gint64 first; /* messages */
  gint64 all;   /* messages */
  DesktopFrames frames;
} DesktopOpening;

/* A window is shown, so many messages are in the archive, and so many more are ready to come. */
DesktopRoom *desktop_room_new (guint n_archived, guint n_coming);
void desktop_room_free (DesktopRoom *self);
/* Joins, and waits until the whole archive is in the list. */
void desktop_room_open (DesktopRoom *self, DesktopOpening *opening);
/* Sends some of the messages that are ready. */
void desktop_room_send (DesktopRoom *self, guint n);
/* Those that have come. */
guint desktop_room_get_n_messages (DesktopRoom *self);
/* Waits until a frame is drawn. */
void desktop_room_draw (DesktopRoom *self);
ChatMessageList *desktop_room_get_list (DesktopRoom *self);
GtkWidget *desktop_room_get_window (DesktopRoom *self);

G_END_DECLS
