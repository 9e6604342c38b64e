/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-room.h"

#include "bench-fail.h"
#include "chat-limits.h"

struct _DesktopRoom
{
  ChatPrivateKey *key;
  ChatSession *session;
  ChatAudience *audience;
  ChatRoomView *view;
  GtkWindow *window;
  gint64 seq;
};

/**
 * desktop_room_new:
 *
 * Returns: (transfer full): a room in a window that is shown
 */
DesktopRoom *
desktop_room_new (void)
{
  static const char *const names[] = { "alice", "bob", "carol", "dave", NULL };
  DesktopRoom *self = g_new0 (DesktopRoom, 1);
  g_autoptr (GError) error = NULL;

  self->key = chat_private_key_generate (CHAT_MIN_RSA_BITS, &error);
  if (self->key == NULL)
    bench_fail ("%s", error->message);
  self->session = chat_session_new ("127.0.0.1", 1, "alice", self->key,
                                    chat_private_key_get_public (self->key));
  self->audience = chat_audience_new (CHAT_AUDIENCE_ROOM, "to", names, NULL);
  self->view = g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
  self->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (self->window, 900, 700);
  gtk_window_set_child (self->window, GTK_WIDGET (self->view));
  gtk_window_present (self->window);
  desktop_room_draw (self);

  return self;
}

/**
 * desktop_room_free:
 * @self: (transfer full): a room
 */
void
desktop_room_free (DesktopRoom *self)
{
  gtk_window_destroy (self->window);
  chat_audience_unref (self->audience);
  g_object_unref (self->session);
  g_object_unref (self->key);
  g_free (self);
}

static char *
make_text (gint64 seq)
{
  g_autoptr (GString) text = g_string_new ("Some words");

  for (gint64 i = 0; i < seq % 7; i++)
    g_string_append (text, ", and more words that need a line or two");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_one (DesktopRoom *self, gint64 seq)
{
  static const char *const authors[] = { "alice", "bob", "carol", "dave" };
  const char *author = authors[(seq / 3) % (gint64)G_N_ELEMENTS (authors)];
  g_autofree char *mid = g_strdup_printf ("mid-%" G_GINT64_FORMAT, seq);
  g_autofree char *text = make_text (seq);
  const ChatMessageFacts facts = { .from = author,
                                   .seq = seq,
                                   .at = 1700000000000 + seq * 10000,
                                   .mid = mid,
                                   .author_kid = author,
                                   .sent = 1700000000000 + seq * 10000,
                                   .text = text,
                                   .audience = self->audience,
                                   .own = g_str_equal (author, "alice") };
  g_autoptr (ChatMessage) message = chat_message_new_received (&facts);

  chat_timeline_add (chat_session_get_timeline (self->session), message, NULL);
  g_signal_emit_by_name (self->session, "delivered", message, CHAT_ORIGIN_LIVE);
}

/**
 * desktop_room_add:
 * @self: a room
 * @n: how many messages arrive
 */
void
desktop_room_add (DesktopRoom *self, guint n)
{
  for (guint i = 0; i < n; i++)
    add_one (self, ++self->seq);
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
 * desktop_room_open:
 * @self: a room
 *
 * Returns: how long it took until what is in the room was drawn, in seconds
 */
double
desktop_room_open (DesktopRoom *self)
{
  gint64 begin = g_get_monotonic_time ();

  chat_room_view_set_session (self->view, self->session);
  desktop_room_draw (self);

  return (double)(g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
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
