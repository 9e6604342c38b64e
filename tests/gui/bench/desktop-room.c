/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-room.h"

#include "bench-fail.h"
#include "desktop-messages.h"
#include "fake-server.h"

#include <glib/gstdio.h>

struct _DesktopRoom
{
  char *folder;
  guint n_archived;
  GQueue coming; /* (element-type utf8): frames */
  FakeServer *server;
  ChatSession *session;
  ChatRoomView *view;
  GtkWindow *window;
  DesktopFrames *frames; /* since the session is open */
};

static void
show_window (DesktopRoom *self)
{
  self->view = g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
  self->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (self->window, 900, 700);
  gtk_window_set_child (self->window, GTK_WIDGET (self->view));
  gtk_window_present (self->window);
  desktop_room_draw (self);
}

static void
problem_cb (ChatSession *session, const GError *error)
{
  bench_fail ("%s", error->message);
}

static void
make_session (DesktopRoom *self)
{
  self->server = fake_server_new ();
  self->session = chat_session_new ("127.0.0.1", fake_server_get_port (self->server), "alice",
                                    fake_server_get_key (0), fake_server_get_public_key (2));
  chat_session_set_archive_folder (self->session, self->folder);
  g_signal_connect (self->session, "problem", G_CALLBACK (problem_cb), NULL);
}

/**
 * desktop_room_new:
 * @n_archived: how many messages are in its archive
 * @n_coming: how many can be sent afterwards
 *
 * Returns: (transfer full): a room in a window that is shown
 */
DesktopRoom *
desktop_room_new (guint n_archived, guint n_coming)
{
  DesktopRoom *self = g_new0 (DesktopRoom, 1);
  DesktopMessages *messages = desktop_messages_new ();
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("desktop-bench-XXXXXX", &error);
  if (self->folder == NULL)
    bench_fail ("%s", error->message);
  self->n_archived = n_archived;
  desktop_messages_archive (messages, self->folder, n_archived);
  g_queue_init (&self->coming);
  for (guint i = 1; i <= n_coming; i++)
    {
      gsize size;

      g_queue_push_tail (&self->coming, desktop_messages_make (messages, n_archived + i, &size));
    }
  desktop_messages_free (messages);
  make_session (self);
  show_window (self);

  return self;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/**
 * desktop_room_free:
 * @self: (transfer full): a room
 */
void
desktop_room_free (DesktopRoom *self)
{
  gtk_window_destroy (self->window);
  chat_session_close (self->session);
  while (G_OBJECT (self->session)->ref_count > 1)
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (self->session);
  fake_server_free (self->server);
  g_queue_clear_full (&self->coming, g_free);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}

/* As in the app's own window. */
static void
state_cb (DesktopRoom *self)
{
  if (chat_session_get_state (self->session) != CHAT_SESSION_OPEN)
    return;

  desktop_frames_begin (self->frames, GTK_WIDGET (self->window));
  chat_room_view_set_session (self->view, self->session);
}

static void
join (DesktopRoom *self)
{
  gulong handler = g_signal_connect_swapped (self->session, "notify::state",
                                             G_CALLBACK (state_cb), self);

  chat_session_start (self->session);
  json_object_unref (fake_server_expect (self->server, "hello"));
  fake_server_let_in (self->server, DESKTOP_HISTORY, self->n_archived);
  while (chat_session_get_state (self->session) != CHAT_SESSION_OPEN)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (self->session, handler);
}

static gint64
wait_for_messages (DesktopRoom *self, guint n, DesktopFrames *frames)
{
  while (desktop_room_get_n_messages (self) < n)
    g_main_context_iteration (NULL, TRUE);
  desktop_frames_wait (frames);

  return frames->last - frames->begin;
}

/**
 * desktop_room_open:
 * @self: a room
 * @opening: (out caller-allocates): how long it took
 */
void
desktop_room_open (DesktopRoom *self, DesktopOpening *opening)
{
  self->frames = &opening->frames;
  join (self);
  opening->first = wait_for_messages (self, 1, &opening->frames);
  opening->all = wait_for_messages (self, self->n_archived, &opening->frames);
  desktop_frames_end (&opening->frames);
}

/**
 * desktop_room_send:
 * @self: a room that is open
 * @n: how many messages
 */
void
desktop_room_send (DesktopRoom *self, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *frame = g_queue_pop_head (&self->coming);

      fake_server_send_raw (self->server, frame);
    }
}

/**
 * desktop_room_get_n_messages:
 * @self: a room
 *
 * Returns: how many messages have come
 */
guint
desktop_room_get_n_messages (DesktopRoom *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_session_get_timeline (self->session)));
}

/**
 * desktop_room_draw:
 * @self: a room
 *
 * Waits until a frame is drawn.
 */
void
desktop_room_draw (DesktopRoom *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
}

/**
 * desktop_room_get_list:
 * @self: a room
 *
 * Returns: (transfer none): its messages
 */
ChatMessageList *
desktop_room_get_list (DesktopRoom *self)
{
  return chat_room_view_get_list (self->view);
}

/**
 * desktop_room_get_window:
 * @self: a room
 *
 * Returns: (transfer none): what it is in
 */
GtkWidget *
desktop_room_get_window (DesktopRoom *self)
{
  return GTK_WIDGET (self->window);
}
