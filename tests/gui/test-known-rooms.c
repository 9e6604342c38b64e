/* The connect view with rooms that are known. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-view.h"

#include "chat-problem-row.h"
#include "gui-test.h"

typedef struct
{
  char *folder;
  char *path; /* of the book */
  ChatRoomBook *book;
  ChatConnectView *view;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "rooms.json", NULL);
  fixture->book = chat_room_book_new (fixture->path);
  fixture->view = g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL);
  chat_connect_view_set_book (fixture->view, fixture->book);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->view), 600, 700);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  g_object_unref (fixture->book);
  g_free (fixture->path);
  gui_test_remove_folder (fixture->folder);
}

/* n: how many, called host1, host2 …; nobody listens at any of them */
static void
write_rooms (Fixture *fixture, int n)
{
  g_autoptr (GString) text = g_string_new ("{\"rooms\": [");

  for (int i = 1; i <= n; i++)
    g_string_append_printf (text,
                            "%s{\"name\": \"host%d\", \"address\": \"127.0.0.%d\", \"port\": 1, "
                            "\"username\": \"alice\", \"private_key\": \"%s/own.pem\", "
                            "\"server_key\": \"%s/server_public.pem\"}",
                            i > 1 ? ", " : "", i, i, fixture->folder, fixture->folder);
  g_string_append (text, "]}");
  g_assert_true (g_file_set_contents (fixture->path, text->str, -1, NULL));
}

static gboolean
shows_rooms (gpointer view)
{
  return g_str_equal (chat_connect_view_get_page (view), "rooms");
}

static gboolean
shows_form (gpointer view)
{
  return g_str_equal (chat_connect_view_get_page (view), "form");
}

static void
show (Fixture *fixture, int n)
{
  write_rooms (fixture, n);
  chat_connect_view_show_rooms (fixture->view);
  gui_test_wait ("the rooms are shown", shows_rooms, fixture->view);
}

static const char *
text_of (Fixture *fixture, const char *id)
{
  return gtk_label_get_text (
      gui_test_child (chat_connect_view_get_rooms_page (fixture->view), id));
}

static GtkListBoxRow *
other_row (Fixture *fixture, int index)
{
  return gtk_list_box_get_row_at_index (
      gui_test_child (chat_connect_view_get_rooms_page (fixture->view), "others"), index);
}

static void
activate (Fixture *fixture, const char *action, guint position)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (chat_connect_view_get_rooms_page (fixture->view)),
                                  action, "u", position));
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);

  return found;
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  chat_connect_view_show_rooms (fixture->view);
  gui_test_wait ("the form is shown", shows_form, fixture->view);
  /* There is nothing to go back to. */
  g_assert_false (gtk_widget_get_visible (gui_test_child (fixture->view, "back")));
}

static gboolean
has_focus (gpointer widget)
{
  return gtk_root_get_focus (gtk_widget_get_root (widget)) == widget;
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  GtkWidget *connect = chat_rooms_page_get_button (
      chat_connect_view_get_rooms_page (fixture->view));

  show (fixture, 1);
  g_assert_cmpstr (text_of (fixture, "title"), ==, "host1");
  g_assert_nonnull (strstr (text_of (fixture, "username"), "alice"));
  g_assert_null (other_row (fixture, 0));
  gtk_test_accessible_assert_property (connect, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Connect to host1 as alice");
  /* Enter is all it takes. */
  gui_test_wait ("Enter connects", has_focus, connect);
  g_assert_true (gtk_window_get_default_widget (fixture->window) == connect);
}

static gboolean
shows_address (gpointer fixture)
{
  return g_str_has_prefix (text_of (fixture, "title"), "chat.example.org");
}

static gboolean
avatar_has_initials (Fixture *fixture)
{
  return adw_avatar_get_show_initials (
      gui_test_child (chat_connect_view_get_rooms_page (fixture->view), "avatar"));
}

/* Those of an address are nobody's. */
static void
test_initials (Fixture *fixture, gconstpointer data)
{
  const char *unnamed = "{\"rooms\": [{\"address\": \"chat.example.org\", \"port\": 1, "
                        "\"username\": \"alice\", \"private_key\": \"/own.pem\", "
                        "\"server_key\": \"/server.pem\"}]}";

  show (fixture, 1);
  g_assert_true (avatar_has_initials (fixture));
  g_assert_true (g_file_set_contents (fixture->path, unnamed, -1, NULL));
  chat_connect_view_show_rooms (fixture->view);
  gui_test_wait ("the address is shown", shows_address, fixture);
  g_assert_false (avatar_has_initials (fixture));
}

/* While one is in a room, the list that is made behind it does not take the keys away. */
static void
test_behind (Fixture *fixture, gconstpointer data)
{
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *entry = gtk_entry_new ();
  ChatConnectView *view = g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL);
  GtkWindow *window;

  gtk_stack_add_named (GTK_STACK (stack), entry, "room");
  gtk_stack_add_named (GTK_STACK (stack), GTK_WIDGET (view), "connect");
  window = gui_test_show (stack, 600, 700);
  gtk_widget_grab_focus (entry);
  write_rooms (fixture, 2);
  chat_connect_view_set_book (view, fixture->book);
  chat_connect_view_show_rooms (view);
  gui_test_wait ("the rooms are there", shows_rooms, view);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), entry));
  g_assert_null (gtk_window_get_default_widget (window));

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "connect");
  gui_test_wait ("Enter connects", has_focus,
                 chat_rooms_page_get_button (chat_connect_view_get_rooms_page (view)));
  g_assert_true (gtk_window_get_focus (window) == gtk_window_get_default_widget (window));
  gtk_window_destroy (window);
}

static void
test_another (Fixture *fixture, gconstpointer data)
{
  show (fixture, 3);
  g_assert_nonnull (other_row (fixture, 1));
  g_assert_null (other_row (fixture, 2));
  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->view), "Another _Room…"),
                         "clicked");
  g_assert_true (shows_form (fixture->view));
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->view, "address")), ==, "");
  g_assert_true (gtk_widget_get_visible (gui_test_child (fixture->view, "back")));
  g_signal_emit_by_name (gui_test_child (fixture->view, "back"), "clicked");
  g_assert_true (shows_rooms (fixture->view));
}

static gboolean
has_problem (gpointer row)
{
  return chat_problem_row_get_text (row) != NULL;
}

/* From the list, a failure is told where it can be mended, and stays when the keys are read. */
static void
test_failure (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);
  ChatProblemRow *problem = gui_test_child (fixture->view, "address_problem");

  show (fixture, 2);
  g_signal_emit_by_name (other_row (fixture, 0), "activate");
  gui_test_wait ("the failure is told", has_problem, problem);
  g_assert_true (shows_form (fixture->view));
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->view, "address")), ==,
                   "127.0.0.2");
  while (!gtk_widget_is_sensitive (gui_test_child (fixture->view, "form"))
         || !chat_connect_form_is_usable (chat_connect_view_get_form (fixture->view)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (chat_problem_row_get_text (problem), "127.0.0.2:1"));
}

static gboolean
has_one_room (gpointer book)
{
  return g_list_model_get_n_items (book) == 1;
}

static gboolean
has_two_rooms (gpointer book)
{
  return g_list_model_get_n_items (book) == 2;
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  show (fixture, 2);
  activate (fixture, "rooms.forget", 0);
  gui_test_wait ("it is forgotten", has_one_room, fixture->book);
  g_assert_cmpstr (text_of (fixture, "title"), ==, "host2");
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "host1"));
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  GtkWidget *undo;

  show (fixture, 2);
  activate (fixture, "rooms.forget", 0);
  gui_test_wait ("it is forgotten", has_one_room, fixture->book);
  undo = find_button (GTK_WIDGET (fixture->view), "_Undo");
  g_assert_nonnull (undo);
  g_signal_emit_by_name (undo, "clicked");
  gui_test_wait ("it is there again", has_two_rooms, fixture->book);
  g_assert_cmpstr (text_of (fixture, "title"), ==, "host1");
}

/* The last one of all: then there is only the form. */
static void
test_forget_all (Fixture *fixture, gconstpointer data)
{
  show (fixture, 1);
  activate (fixture, "rooms.forget", 0);
  gui_test_wait ("the form is shown", shows_form, fixture->view);
}

static gboolean
is_renamed (gpointer book)
{
  return g_str_equal (chat_known_room_get_title (chat_room_book_get_last (book)), "<Bees> & co");
}

static void
test_rename (Fixture *fixture, gconstpointer data)
{
  show (fixture, 2);
  g_signal_emit_by_name (chat_connect_view_get_rooms_page (fixture->view), "renamed",
                         chat_room_book_get_last (fixture->book), "<Bees> & co");
  gui_test_wait ("it has its name", is_renamed, fixture->book);
  g_assert_cmpstr (text_of (fixture, "title"), ==, "<Bees> & co");
}

static void
test_rename_dialog (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) windows = NULL;
  g_autoptr (GtkWindow) dialog = NULL;

  show (fixture, 1);
  activate (fixture, "rooms.rename", 0);
  windows = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = 0; i < g_list_model_get_n_items (windows) && dialog == NULL; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        dialog = g_steal_pointer (&window);
    }
  g_assert_nonnull (dialog);
  gtk_editable_set_text (
      GTK_EDITABLE (adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog))),
      " <Bees> & co ");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  gui_test_wait ("it has its name", is_renamed, fixture->book);
}

static void
test_edit (Fixture *fixture, gconstpointer data)
{
  show (fixture, 2);
  activate (fixture, "rooms.edit", 1);
  g_assert_true (shows_form (fixture->view));
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->view, "address")), ==,
                   "127.0.0.2");
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  ChatProblemRow *notice = gui_test_child (fixture->view, "notice");

  g_assert_true (g_file_set_contents (fixture->path, "{\"rooms\": 1}", -1, NULL));
  chat_connect_view_show_rooms (fixture->view);
  gui_test_wait ("that is told", has_problem, notice);
  g_assert_true (shows_form (fixture->view));
  g_assert_nonnull (strstr (chat_problem_row_get_text (notice), fixture->path));
}

static void
test_most (Fixture *fixture, gconstpointer data)
{
  int minimum;

  show (fixture, 64);
  g_assert_nonnull (other_row (fixture, 62));
  gtk_widget_measure (GTK_WIDGET (fixture->view), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  ADD ("/known-rooms/none", test_none);
  ADD ("/known-rooms/one", test_one);
  ADD ("/known-rooms/initials", test_initials);
  ADD ("/known-rooms/behind", test_behind);
  ADD ("/known-rooms/another", test_another);
  ADD ("/known-rooms/failure", test_failure);
  ADD ("/known-rooms/forget", test_forget);
  ADD ("/known-rooms/undo", test_undo);
  ADD ("/known-rooms/forget-all", test_forget_all);
  ADD ("/known-rooms/rename", test_rename);
  ADD ("/known-rooms/rename-dialog", test_rename_dialog);
  ADD ("/known-rooms/edit", test_edit);
  ADD ("/known-rooms/damaged", test_damaged);
  ADD ("/known-rooms/most", test_most);

  return g_test_run ();
}
