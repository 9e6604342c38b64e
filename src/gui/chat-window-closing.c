/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-limits.h"
#include "chat-settings.h"
#include "chat-window-private.h"

static gboolean
patience_cb (gpointer user_data)
{
  ChatWindow *self = user_data;

  self->patience = 0;
  chat_session_close (self->session);

  return G_SOURCE_REMOVE;
}

static gboolean
is_staying (ChatWindow *self)
{
  return self->session != NULL && !chat_session_is_over (self->session);
}

/* What was said is delivered before the window is really gone; the user need not watch. */
static void
close_when_delivered (ChatWindow *self)
{
  if (self->closing)
    return;

  self->closing = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->patience = g_timeout_add_seconds (CHAT_LEAVE_SECONDS, patience_cb, self);
  chat_session_leave (self->session);
}

/**
 * chat_window_handle_close_request:
 * @window: a #ChatWindow
 *
 * Returns: whether it is not to be destroyed now
 */
gboolean
chat_window_handle_close_request (GtkWindow *window)
{
  ChatWindow *self = CHAT_WINDOW (window);

  chat_connect_view_cancel (self->connect_view);
  if (!is_staying (self))
    return GDK_EVENT_PROPAGATE;

  /* A window that is hidden still holds the application. */
  if (g_settings_get_boolean (self->settings, CHAT_SETTING_STAY_IN_BACKGROUND))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  else
    close_when_delivered (self);

  return GDK_EVENT_STOP;
}

/**
 * chat_window_leave:
 * @self: a window
 *
 * Leaves the room when all has been delivered; the second time, at once.
 */
void
chat_window_leave (ChatWindow *self)
{
  g_return_if_fail (CHAT_IS_WINDOW (self));

  if (self->session == NULL)
    return;

  if (chat_session_is_over (self->session))
    chat_window_set_session (self, NULL);
  else if (chat_session_get_state (self->session) == CHAT_SESSION_LEAVING)
    chat_session_close (self->session);
  else
    chat_session_leave (self->session);
}

/**
 * chat_window_quit:
 * @self: a window
 *
 * Closes it for good, when all has been delivered.
 */
void
chat_window_quit (ChatWindow *self)
{
  g_return_if_fail (CHAT_IS_WINDOW (self));

  chat_connect_view_cancel (self->connect_view);
  if (is_staying (self))
    close_when_delivered (self);
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

/**
 * chat_window_is_closing:
 * @self: a window
 *
 * Returns: whether it is gone for the user, and waits for the last messages to be delivered
 */
gboolean
chat_window_is_closing (ChatWindow *self)
{
  g_return_val_if_fail (CHAT_IS_WINDOW (self), FALSE);

  return self->closing;
}
