/* What the two files of the connect view share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-connect-view.h"
#include "chat-joiner.h"
#include "chat-unlocker.h"

G_BEGIN_DECLS

struct _ChatConnectView
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  GtkWidget *back;
  GtkStack *pages;
  ChatRoomsPage *rooms; /* (nullable): before it is shown */
  ChatConnectForm *form;
  GtkRevealer *busy;
  GtkSpinner *spinner;
  GtkLabel *progress;
  GtkWidget *cancel;
  GtkDropTarget *drop;

  ChatRoomBook *book;
  ChatKnownRoom *edited;     /* the room that the form changes, if any */
  ChatJoiner *joiner;        /* while one connects */
  ChatUnlocker *unlocker;    /* likewise */
  GCancellable *cancellable; /* of reading files; cancelled when the view goes */
  char *book_problem;        /* (nullable): why the list of rooms cannot be read or written */
  char *file_problem;        /* (nullable): what is wrong with a file from outside */
  char *private_key;         /* (nullable): that came from outside together with others */
  char *server_key;          /* likewise */
  guint focus_idle;          /* after it came into view */
  gboolean away;             /* one is in a room, or on the way there */
  gboolean wants_rooms;      /* a list of them, as soon as it is known whether there are any */
  gboolean loaded;           /* the book, at least once */
  gboolean filled;           /* the form, by a profile, whose keys are still looked at */
  gboolean at_once;          /* then not even Enter is needed */
};

void chat_connect_view_set_page (ChatConnectView *self, const char *name);
void chat_connect_view_add_room (ChatConnectView *self);
void chat_connect_view_start (ChatConnectView *self, const ChatProfile *profile);

/* chat-connect-view-rooms.c */
void chat_connect_view_class_bind_rooms (GtkWidgetClass *widget_class);
void chat_connect_view_make_rooms_page (ChatConnectView *self);
void chat_connect_view_forget_files (ChatConnectView *self);
void chat_connect_view_refresh (ChatConnectView *self);
void chat_connect_view_watch_drops (ChatConnectView *self);
void chat_connect_view_remember (ChatConnectView *self, const ChatProfile *profile);

G_END_DECLS
