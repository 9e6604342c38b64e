/* What the files of ChatWindow share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-notifier.h"
#include "chat-window.h"

G_BEGIN_DECLS

struct _ChatWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwToast *toast; /* the last one, as long as it is there */
  GtkStack *stack;
  ChatConnectView *connect_view;
  GtkDropTarget *drop;

  ChatRoomView *room_view; /* borrowed from the stack; made when one enters a room */

  GSettings *settings;
  ChatSession *session;  /* while one is in a room */
  GSignalGroup *signals; /* of the session */
  ChatNotifier *notifier;
  gboolean closing;      /* hidden, and gone when the session is over */
  guint patience;        /* a timer: then it is gone in any case */
};

/* Enters or, with NULL, leaves a room. */
void chat_window_set_session (ChatWindow *self, ChatSession *session);
gboolean chat_window_handle_close_request (GtkWindow *window);

G_END_DECLS
