/* The whole window, with a real server and a terminal client on the other side. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-window.h"

#include "chat-application.h"
#include "chat-feed.h"
#include "chat-help-dialog.h"
#include "chat-room-title.h"
#include "chat-settings.h"
#include "gui-test-notifications.h"
#include "gui-test.h"

#include <signal.h>

/* One for all tests, as one process has. */
static ChatApplication *app;
static GuiTestNotifications *notifications;

typedef struct
{
  char *folder;
  ChatWindow *window;
  GSubprocess *server;
  GSubprocess *bob;
  GString *heard; /* what bob prints */
  gboolean listening;
  guint64 port;
} Fixture;

static char *
in_folder (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = in_folder (fixture, name);
  g_autofree char *parent = g_path_get_dirname (path);

  g_mkdir_with_parents (parent, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
copy_file (Fixture *fixture, const char *from, const char *to)
{
  g_autofree char *path = in_folder (fixture, from);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  write_file (fixture, to, text);
}

/* The server */

/* Its log says where it listens: the system chose the port. */
static void
read_port (Fixture *fixture)
{
  g_autoptr (GDataInputStream) log =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));

  while (fixture->port == 0)
    {
      g_autofree char *line = g_data_input_stream_read_line (log, NULL, NULL, NULL);
      const char *port;

      g_assert_nonnull (line);
      port = strstr (line, "port=");
      if (port != NULL)
        fixture->port = g_ascii_strtoull (port + strlen ("port="), NULL, 10);
    }
  /* Nobody reads on; what it says later fits the pipe. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (log), FALSE);
}

static void
start_server (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *room = in_folder (fixture, "room");
  g_autofree char *config = g_strdup_printf (
      "{\"server_ip\": \"127.0.0.1\", \"server_port\": %" G_GUINT64_FORMAT
      ", \"admins\": [\"alice\"]}",
      fixture->port);

  write_file (fixture, "room/config.json", config);
  fixture->port = 0;
  fixture->server = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
      g_getenv ("CHAT_SERVER"), "--directory", room, NULL);
  g_assert_no_error (error);
  read_port (fixture);
}

static void
stop (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
make_guest (Fixture *fixture, const char *name)
{
  g_autofree char *folder = in_folder (fixture, name);
  g_autofree char *public = g_strdup_printf ("%s/client_private_key_public.pem", name);
  g_autofree char *registered = g_strdup_printf ("room/keys/key_%s.pem", name);
  g_autoptr (ChatPrivateKey) key = NULL;

  g_mkdir_with_parents (folder, 0700);
  key = gui_test_make_keys (folder, "client_private_key", NULL);
  copy_file (fixture, public, registered);
}

static void
write_profile (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/user_config.json", name);
  g_autofree char *server_key = g_strdup_printf ("%s/server_public_key.pem", name);
  g_autofree char *json = g_strdup_printf (
      "{\"username\": \"%s\", \"server_ip\": \"127.0.0.1\", \"server_port\": %" G_GUINT64_FORMAT
      "}",
      name, fixture->port);

  write_file (fixture, path, json);
  copy_file (fixture, "room/server_public_key.pem", server_key);
}

/* Bob, who uses the terminal client */

static void
heard_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  fixture->listening = bytes != NULL && g_bytes_get_size (bytes) > 0;
  if (!fixture->listening)
    return;
  g_string_append_len (fixture->heard, g_bytes_get_data (bytes, NULL),
                       (gssize)g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), 4096, G_PRIORITY_DEFAULT, NULL,
                                   heard_cb, fixture);
}

static void
start_bob (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = in_folder (fixture, "bob");

  fixture->bob = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                       | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                                   &error, g_getenv ("CHAT_CLIENT"), "--directory", folder, NULL);
  g_assert_no_error (error);
  fixture->listening = TRUE;
  g_input_stream_read_bytes_async (g_subprocess_get_stdout_pipe (fixture->bob), 4096,
                                   G_PRIORITY_DEFAULT, NULL, heard_cb, fixture);
}

static void
bob_types (Fixture *fixture, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (fixture->bob), text,
                                            strlen (text), NULL, NULL, NULL));
}

typedef struct
{
  Fixture *fixture;
  const char *text;
} Search;

static gboolean
has_heard (gpointer user_data)
{
  Search *search = user_data;

  return strstr (search->fixture->heard->str, search->text) != NULL;
}

static void
bob_reads (Fixture *fixture, const char *text)
{
  Search search = { fixture, text };

  gui_test_wait (text, has_heard, &search);
}

/* Alice, who uses the window */

static gboolean
is_said (const Search *search, ChatFeedItem *item)
{
  ChatMessage *message = chat_feed_item_get_message (item);
  const char *text =
      message != NULL ? chat_message_get_text (message) : chat_feed_item_get_notice (item);

  return text != NULL && strstr (text, search->text) != NULL
         && (message == NULL || chat_message_get_state (message) != CHAT_MESSAGE_SENDING);
}

static gboolean
has_read (gpointer user_data)
{
  Search *search = user_data;
  GListModel *feed =
      G_LIST_MODEL (chat_room_view_get_feed (chat_window_get_room_view (search->fixture->window)));
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (feed) && !found; i++)
    {
      g_autoptr (ChatFeedItem) item = g_list_model_get_item (feed, i);

      found = is_said (search, item);
    }

  return found;
}

static void
alice_reads (Fixture *fixture, const char *text)
{
  Search search = { fixture, text };

  gui_test_wait (text, has_read, &search);
}

static void
alice_types (Fixture *fixture, const char *text)
{
  ChatComposer *composer =
      chat_room_view_get_composer (chat_window_get_room_view (fixture->window));

  chat_composer_set_text (composer, text);
  chat_composer_submit (composer);
}

static gboolean
can_connect (gpointer window)
{
  return gtk_widget_is_sensitive (
      gui_test_child (chat_window_get_connect_view (window), "connect"));
}

static gboolean
is_in_room (gpointer window)
{
  return chat_window_get_session (window) != NULL;
}

static gboolean
is_outside (gpointer window)
{
  return chat_window_get_session (window) == NULL;
}

static gboolean
is_waiting (gpointer window)
{
  return chat_session_get_state (chat_window_get_session (window)) == CHAT_SESSION_WAITING;
}

static gboolean
is_open (gpointer window)
{
  return chat_session_get_state (chat_window_get_session (window)) == CHAT_SESSION_OPEN;
}

static gboolean
is_stopped (gpointer window)
{
  return chat_session_get_state (chat_window_get_session (window)) == CHAT_SESSION_STOPPED;
}

static gboolean
is_remembered (gpointer window)
{
  return g_str_equal (chat_connect_view_get_page (chat_window_get_connect_view (window)), "rooms");
}

static void
alice_connects (Fixture *fixture)
{
  g_autofree char *path = in_folder (fixture, "alice/user_config.json");
  g_autoptr (GFile) file = g_file_new_for_path (path);

  chat_window_import (fixture->window, file);
  gui_test_wait ("Connect can be pressed", can_connect, fixture->window);
  g_signal_emit_by_name (
      gui_test_child (chat_window_get_connect_view (fixture->window), "connect"), "clicked");
  gui_test_wait ("alice is in the room", is_in_room, fixture->window);
  gui_test_wait ("the room is remembered", is_remembered, fixture->window);
  gui_test_settle (GTK_WIDGET (fixture->window));
  /* One can write at once. */
  g_assert_true (gtk_widget_is_ancestor (
      gtk_window_get_focus (GTK_WINDOW (fixture->window)),
      GTK_WIDGET (chat_room_view_get_composer (chat_window_get_room_view (fixture->window)))));
}

/* Where the next key goes. */
static void
assert_alice_can_type (Fixture *fixture)
{
  GtkWidget *composer =
      GTK_WIDGET (chat_room_view_get_composer (chat_window_get_room_view (fixture->window)));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, composer));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->heard = g_string_new (NULL);
  make_guest (fixture, "alice");
  make_guest (fixture, "bob");
  start_server (fixture);
  write_profile (fixture, "alice");
  write_profile (fixture, "bob");

  fixture->window = chat_window_new (GTK_APPLICATION (app), chat_application_get_settings (app));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *)&fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gui_test_settle (GTK_WIDGET (fixture->window));
}

static gboolean
is_gone (gpointer window)
{
  return *(ChatWindow **)window == NULL;
}

static gboolean
is_not_notified (gpointer user_data)
{
  return gui_test_notifications_count (notifications) == 0;
}

static gboolean
is_silent (gpointer fixture)
{
  return !((Fixture *)fixture)->listening;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gui_test_notifications_settle (notifications);
  if (fixture->window != NULL)
    gtk_window_close (GTK_WINDOW (fixture->window));
  gui_test_wait ("the window is gone", is_gone, &fixture->window);
  gui_test_wait ("nothing is told any more", is_not_notified, NULL);
  stop (&fixture->bob);
  gui_test_wait ("bob's last words", is_silent, fixture);
  g_string_free (g_steal_pointer (&fixture->heard), TRUE);
  stop (&fixture->server);
  gui_test_remove_folder (fixture->folder);
}

static GtkWindow *
find_toplevel (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return g_steal_pointer (&window);
    }

  return NULL;
}

static void
test_conversation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkWindow) help = NULL;

  alice_connects (fixture);
  start_bob (fixture);
  alice_reads (fixture, "bob is online");
  assert_alice_can_type (fixture);

  alice_types (fixture, "Hello, <b>bob</b>!");
  bob_reads (fixture, "Hello, <b>bob</b>!");
  alice_reads (fixture, "Hello, <b>bob</b>!");
  bob_types (fixture, "Hello, alice.");
  alice_reads (fixture, "Hello, alice.");

  alice_types (fixture, "/msg bob psst");
  bob_reads (fixture, "psst");
  alice_types (fixture, "/msg nobody psst");
  alice_reads (fixture, "There is no member named");
  alice_types (fixture, "/help");
  help = find_toplevel (CHAT_TYPE_HELP_DIALOG);
  g_assert_nonnull (help);
  gtk_window_close (help);

  alice_types (fixture, "/exit");
  gui_test_wait ("alice has left", is_outside, fixture->window);
  bob_reads (fixture, "alice is offline");
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  start_bob (fixture);
  bob_types (fixture, "Said before alice came");
  /* He sees his own words only there. */
  bob_types (fixture, "/history");
  bob_reads (fixture, "Said before alice came");
  alice_connects (fixture);
  alice_types (fixture, "/history");
  alice_reads (fixture, "Said before alice came");
  alice_reads (fixture, "History: 1 message.");
}

/* Those that go away are there as well, for a moment. */
static void
count_toasts (GtkWidget *widget, guint *n, GtkWidget **last)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget"))
    {
      (*n)++;
      *last = widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    count_toasts (child, n, last);
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;

  return FALSE;
}

static gboolean
has_one_toast (gpointer window)
{
  guint n = 0;
  GtkWidget *last = NULL;

  count_toasts (window, &n, &last);

  return n == 1;
}

/* What is told now is seen now, and not after all that was told before. */
static void
test_toasts (Fixture *fixture, gconstpointer data)
{
  guint n = 0;
  GtkWidget *last = NULL;

  for (int i = 0; i < 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("Toast %d", i);

      chat_window_show_toast (fixture->window, text);
    }
  gui_test_wait ("the others have gone", has_one_toast, fixture->window);
  count_toasts (GTK_WIDGET (fixture->window), &n, &last);
  g_assert_true (says (last, "Toast 9"));
}

static void
assert_hint (Fixture *fixture, const char *hint)
{
  g_assert_cmpstr (gtk_label_get_text (gui_test_child (fixture->window, "hint")), ==, hint);
}

static const char *
title_state (Fixture *fixture)
{
  return chat_room_title_get_state (
      gui_test_child (chat_window_get_room_view (fixture->window), "title"));
}

static void
test_reconnect (Fixture *fixture, gconstpointer data)
{
  alice_connects (fixture);
  stop (&fixture->server);
  gui_test_wait ("the connection is lost", is_waiting, fixture->window);
  assert_hint (fixture, "Message to all, sent when connected again");
  /* With a name behind it, the end is cut off where there is little room. */
  g_assert_true (g_str_has_suffix (title_state (fixture), " s"));
  g_assert_true (gtk_revealer_get_reveal_child (gui_test_child (
      gui_test_child (chat_window_get_room_view (fixture->window), "banner"), "revealer")));

  alice_types (fixture, "Said meanwhile");
  start_server (fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.try-now", NULL);
  gui_test_wait ("the connection is back", is_open, fixture->window);
  assert_hint (fixture, "Message to all in the room");
  alice_reads (fixture, "Said meanwhile");
}

static void
test_shutdown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkWindow) dialog = NULL;

  alice_connects (fixture);
  alice_types (fixture, "/shutdown");
  dialog = find_toplevel (ADW_TYPE_MESSAGE_DIALOG);
  /* Nothing happens before it is confirmed. */
  g_assert_nonnull (dialog);
  g_assert_true (is_open (fixture->window));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "stop");
  gui_test_wait ("the server has stopped", is_stopped, fixture->window);
}

static int
minimum_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();

  alice_connects (fixture);
  alice_types (fixture, "A message that is long enough to need several lines of a narrow window.");
  alice_reads (fixture, "A message that is long");
  for (int scale = 1; scale <= 2; scale++)
    {
      g_object_set (settings, "gtk-xft-dpi", scale * 96 * 1024, NULL);
      gui_test_settle (GTK_WIDGET (fixture->window));
      g_assert_cmpint (
          minimum_width (GTK_WIDGET (chat_window_get_connect_view (fixture->window))), <=, 360);
      g_assert_cmpint (minimum_width (GTK_WIDGET (chat_window_get_room_view (fixture->window))),
                       <=, 360);
    }
  gtk_settings_reset_property (settings, "gtk-xft-dpi");
}

static gboolean
is_notified (gpointer user_data)
{
  return gui_test_notifications_count (notifications) > 0;
}

static gboolean
is_visible (gpointer window)
{
  return gtk_widget_get_visible (window);
}

/* The window is closed, and one stays in the room: until a click on what is new shows it again. */
static void
test_background (Fixture *fixture, gconstpointer data)
{
  GSettings *settings = chat_application_get_settings (app);

  g_settings_set_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND, TRUE);
  alice_connects (fixture);
  start_bob (fixture);
  alice_reads (fixture, "bob is online");
  gtk_window_close (GTK_WINDOW (fixture->window));
  g_assert_false (is_visible (fixture->window));
  g_assert_true (is_open (fixture->window));

  bob_types (fixture, "Are you there?");
  gui_test_wait ("alice is told", is_notified, NULL);
  g_assert_cmpstr (gui_test_notifications_get (notifications, 0)->body, ==, "Are you there?");
  g_assert_true (g_str_has_prefix (gtk_window_get_title (GTK_WINDOW (fixture->window)), "(1) "));
  gui_test_notifications_click (notifications, 0);
  gui_test_wait ("the window is back", is_visible, fixture->window);

  gtk_window_close (GTK_WINDOW (fixture->window));
  g_assert_false (is_visible (fixture->window));
  g_application_activate (G_APPLICATION (app));
  g_assert_true (is_visible (fixture->window));
  g_settings_reset (settings, CHAT_SETTING_STAY_IN_BACKGROUND);
  /* What was told of is gone with the room. */
  chat_window_leave (fixture->window);
  gui_test_wait ("nothing is told any more", is_not_notified, NULL);
}

/* Ctrl+Q leaves also where closing the window would not. */
static void
test_quit (Fixture *fixture, gconstpointer data)
{
  GSettings *settings = chat_application_get_settings (app);

  g_settings_set_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND, TRUE);
  alice_connects (fixture);
  start_bob (fixture);
  alice_reads (fixture, "bob is online");
  alice_types (fixture, "My last words");
  gtk_window_close (GTK_WINDOW (fixture->window));
  g_action_group_activate_action (G_ACTION_GROUP (app), "quit", NULL);
  g_settings_reset (settings, CHAT_SETTING_STAY_IN_BACKGROUND);
  gui_test_wait ("the window is gone", is_gone, &fixture->window);
  bob_reads (fixture, "My last words");
  bob_reads (fixture, "alice is offline");
}

/* It is made when it is asked for, and again shows what the keys are. */
static void
test_shortcuts (Fixture *fixture, gconstpointer data)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (fixture->window);
  GtkShortcutsWindow *overlay;

  g_assert_null (gtk_application_window_get_help_overlay (window));
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.show-help-overlay",
                                                 NULL));
      overlay = gtk_application_window_get_help_overlay (window);
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (overlay)));
      gtk_window_close (GTK_WINDOW (overlay));
      g_assert_false (gtk_widget_get_visible (GTK_WIDGET (overlay)));
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  gui_test_init (&argc, &argv);
  notifications = gui_test_notifications_new ();
  settings = chat_settings_new ("", &error);
  g_assert_no_error (error);
  app = chat_application_new (G_APPLICATION_NON_UNIQUE, settings);
  g_application_register (G_APPLICATION (app), NULL, &error);
  g_assert_no_error (error);

  ADD ("/window/conversation", test_conversation);
  ADD ("/window/history", test_history);
  ADD ("/window/toasts", test_toasts);
  ADD ("/window/reconnect", test_reconnect);
  ADD ("/window/shutdown", test_shutdown);
  ADD ("/window/narrow", test_narrow);
  ADD ("/window/background", test_background);
  ADD ("/window/quit", test_quit);
  ADD ("/window/shortcuts", test_shortcuts);

  return g_test_run ();
}
