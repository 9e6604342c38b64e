/* The connect view: Connect can be pressed when it can work, and what is wrong is told where. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-view.h"

#include "chat-error.h"
#include "chat-key-row.h"
#include "chat-problem-row.h"
#include "gui-test.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  ChatConnectView *view;
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->view = g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->view), 600, 700);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  gui_test_remove_folder (fixture->folder);
}

static gboolean
is_checked (gpointer row)
{
  return chat_key_row_get_state (row) != CHAT_KEY_ROW_LOADING;
}

static ChatKeyRowState
choose (Fixture *fixture, const char *id, const char *name)
{
  ChatKeyRow *row = gui_test_child (fixture->view, id);
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  chat_key_row_set_path (row, path);
  gui_test_wait ("the key is checked", is_checked, row);

  return chat_key_row_get_state (row);
}

static void
fill_in (Fixture *fixture, const char *id, const char *text)
{
  gtk_editable_set_text (gui_test_child (fixture->view, id), text);
}

static gboolean
can_connect (Fixture *fixture)
{
  return gtk_widget_is_sensitive (gui_test_child (fixture->view, "connect"));
}

static const char *
problem (Fixture *fixture, const char *id)
{
  return chat_problem_row_get_text (gui_test_child (fixture->view, id));
}

static void
press_connect (Fixture *fixture)
{
  g_signal_emit_by_name (gui_test_child (fixture->view, "connect"), "clicked");
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *)pointer == NULL;
}

static void
test_sensitivity (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);

  g_assert_false (can_connect (fixture));
  fill_in (fixture, "address", "chat.example.org");
  fill_in (fixture, "port", "5000");
  fill_in (fixture, "username", "alice");
  g_assert_cmpint (choose (fixture, "private_key", "own.pem"), ==, CHAT_KEY_ROW_GOOD);
  g_assert_false (can_connect (fixture));
  g_assert_cmpint (choose (fixture, "server_key", "server_public.pem"), ==, CHAT_KEY_ROW_GOOD);
  g_assert_true (can_connect (fixture));

  fill_in (fixture, "port", "65536");
  g_assert_false (can_connect (fixture));
  g_assert_nonnull (strstr (problem (fixture, "port_problem"), "65535"));
  gtk_test_accessible_assert_state (gui_test_child (fixture->view, "port"),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (gui_test_child (fixture->view, "port"))),
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, problem (fixture, "port_problem"));
  fill_in (fixture, "port", "5000");
  g_assert_null (problem (fixture, "port_problem"));
  g_assert_true (can_connect (fixture));

  fill_in (fixture, "username", "a b/c");
  g_assert_false (can_connect (fixture));
  g_assert_nonnull (problem (fixture, "username_problem"));
}

static void
test_doctor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  AdwActionRow *row = gui_test_child (fixture->view, "server_key");

  /* The private half where the server's public key belongs. */
  g_assert_cmpint (choose (fixture, "server_key", "own.pem"), ==, CHAT_KEY_ROW_BAD);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "private key"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "own.pem"));

  g_assert_cmpint (choose (fixture, "server_key", "own_public.pem"), ==, CHAT_KEY_ROW_GOOD);
  g_assert_nonnull (
      strstr (adw_action_row_get_subtitle (row),
              chat_public_key_get_fingerprint (chat_private_key_get_public (own))));
}

static void
test_protected (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->folder, "own", "open sesame");

  g_assert_cmpint (choose (fixture, "private_key", "own.pem"), ==, CHAT_KEY_ROW_PROTECTED);
}

static void
test_drop (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  ChatKeyRow *row = gui_test_child (fixture->view, "private_key");
  g_autofree char *path = g_build_filename (fixture->folder, "own.pem", NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, G_TYPE_FILE);
  g_value_take_object (&value, g_file_new_for_path (path));
  g_signal_emit_by_name (gui_test_child (row, "drop"), "drop", &value, 1.0, 1.0, &taken);
  g_assert_true (taken);
  gui_test_wait ("the key is checked", is_checked, row);
  g_assert_cmpint (chat_key_row_get_state (row), ==, CHAT_KEY_ROW_GOOD);
}

static gboolean
has_username (gpointer editable)
{
  return g_str_equal (gtk_editable_get_text (editable), "alice");
}

static void
test_import (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "user_config.json", NULL);
  const char *json = "{\"username\": \"alice\", \"server_ip\": \"192.0.2.7\", "
                     "\"server_port\": 5123}";

  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  chat_connect_view_load (fixture->view, path);
  gui_test_wait ("the profile is shown", has_username,
                 gui_test_child (fixture->view, "username"));
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->view, "address")), ==,
                   "192.0.2.7");
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->view, "port")), ==, "5123");
  /* Of the key files beside it, none is there. */
  gui_test_wait ("the key is checked", is_checked, gui_test_child (fixture->view, "server_key"));
  g_assert_false (can_connect (fixture));
}

static gboolean
has_problem (gpointer row)
{
  return chat_problem_row_get_text (row) != NULL;
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *text = g_strdup_printf ("%u", port);

  /* Now it is known that nobody listens there. */
  g_socket_listener_close (listener);
  fill_in (fixture, "address", "127.0.0.1");
  fill_in (fixture, "port", text);
  fill_in (fixture, "username", "alice");
  choose (fixture, "private_key", "own.pem");
  choose (fixture, "server_key", "server_public.pem");
  press_connect (fixture);
  gui_test_wait ("the failure is told", has_problem,
                 gui_test_child (fixture->view, "address_problem"));
  g_assert_nonnull (strstr (problem (fixture, "address_problem"), "Nobody is listening"));
  gtk_test_accessible_assert_state (gui_test_child (fixture->view, "address"),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (can_connect (fixture));

  /* Looking at a key file again takes nothing back; changing the address does. */
  choose (fixture, "server_key", "server_public.pem");
  g_assert_nonnull (problem (fixture, "address_problem"));
  fill_in (fixture, "address", "127.0.0.2");
  g_assert_null (problem (fixture, "address_problem"));
}

/* Between choosing and connecting. */
static void
test_removed_key (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "own.pem", NULL);

  fill_in (fixture, "address", "127.0.0.1");
  fill_in (fixture, "username", "alice");
  choose (fixture, "private_key", "own.pem");
  choose (fixture, "server_key", "server_public.pem");
  g_assert_cmpint (g_unlink (path), ==, 0);
  press_connect (fixture);
  gui_test_wait ("the failure is told", has_problem,
                 gui_test_child (fixture->view, "private_key_problem"));
  g_assert_nonnull (strstr (problem (fixture, "private_key_problem"), "own.pem"));
}

/* What the icon beside the server's key says. */
static void
assert_verdict (Fixture *fixture, const char *icon_name, const char *meaning)
{
  GtkImage *icon = gui_test_child (gui_test_child (fixture->view, "server_key"), "icon");

  g_assert_cmpstr (gtk_image_get_icon_name (icon), ==, icon_name);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       meaning);
}

static void
test_own_key_as_the_servers (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);

  fill_in (fixture, "address", "127.0.0.1");
  fill_in (fixture, "username", "alice");
  choose (fixture, "private_key", "own.pem");
  choose (fixture, "server_key", "own_public.pem");
  g_assert_nonnull (strstr (problem (fixture, "server_key_problem"), "your own key"));
  g_assert_false (can_connect (fixture));
  assert_verdict (fixture, "dialog-error-symbolic", "This key was not accepted");

  choose (fixture, "server_key", "server_public.pem");
  assert_verdict (fixture, "object-select-symbolic", "This key can be used");
}

/* Files dropped anywhere go where they belong, whatever they are called. */

static gboolean
drop_files (Fixture *fixture, ...)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GSList *files = NULL;
  gboolean taken = FALSE;
  const char *name;
  va_list names;

  va_start (names, fixture);
  while ((name = va_arg (names, const char *)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      files = g_slist_append (files, g_file_new_for_path (path));
    }
  va_end (names);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, files);
  g_signal_emit_by_name (gui_test_child (fixture->view, "drop"), "drop", &value, 1.0, 1.0, &taken);

  return taken;
}

static gboolean
is_good (gpointer row)
{
  return chat_key_row_get_state (row) == CHAT_KEY_ROW_GOOD;
}

static void
test_drop_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "a", NULL);
  g_autoptr (ChatPrivateKey) server = gui_test_make_keys (fixture->folder, "b", NULL);
  ChatKeyRow *private_row = gui_test_child (fixture->view, "private_key");
  ChatKeyRow *server_row = gui_test_child (fixture->view, "server_key");

  g_assert_true (drop_files (fixture, "b_public.pem", "a.pem", NULL));
  gui_test_wait ("the private key is there", is_good, private_row);
  gui_test_wait ("the server's key is there", is_good, server_row);
  g_assert_true (chat_public_key_equal (chat_key_row_get_key (private_row),
                                        chat_private_key_get_public (own)));
  g_assert_true (chat_public_key_equal (chat_key_row_get_key (server_row),
                                        chat_private_key_get_public (server)));
}

static void
test_drop_something_else (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "notes.txt", NULL);

  g_assert_true (g_file_set_contents (path, "Milk, bread", -1, NULL));
  g_assert_true (drop_files (fixture, "notes.txt", NULL));
  gui_test_wait ("that is told", has_problem, gui_test_child (fixture->view, "notice"));
  g_assert_nonnull (strstr (problem (fixture, "notice"), "notes.txt is neither"));
}

static void
load_bad_profile (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "user_config.json", NULL);

  g_assert_true (g_file_set_contents (path, "{\"username\": 7}", -1, NULL));
  chat_connect_view_load (fixture->view, path);
  gui_test_wait ("that is told", has_problem, gui_test_child (fixture->view, "notice"));
}

static void
test_damaged_profile (Fixture *fixture, gconstpointer data)
{
  load_bad_profile (fixture);
  g_assert_nonnull (strstr (problem (fixture, "notice"), "\"username\""));
  g_assert_null (problem (fixture, "problem"));

  /* Until there is another file. */
  fill_in (fixture, "address", "chat.example.org");
  g_assert_nonnull (problem (fixture, "notice"));
  chat_connect_view_load (fixture->view, fixture->folder);
  g_assert_null (problem (fixture, "notice"));
}

/* The form is longer than a small window is high. */
static void
test_damaged_profile_below (Fixture *fixture, gconstpointer data)
{
  GtkScrolledWindow *scrolled = gui_test_child (fixture->view, "scrolled");
  GtkAdjustment *position = gtk_scrolled_window_get_vadjustment (scrolled);
  graphene_rect_t bounds;

  gtk_window_set_default_size (fixture->window, 360, 400);
  gui_test_settle (GTK_WIDGET (fixture->window));
  gtk_adjustment_set_value (position, gtk_adjustment_get_upper (position));
  g_assert_cmpfloat (gtk_adjustment_get_value (position), >, 0);

  load_bad_profile (fixture);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (gtk_widget_compute_bounds (gui_test_child (fixture->view, "notice"),
                                            GTK_WIDGET (scrolled), &bounds));
  g_assert_cmpfloat (bounds.origin.y, >=, 0);
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=,
                     gtk_widget_get_height (GTK_WIDGET (scrolled)));
}

static gboolean
is_idle (gpointer view)
{
  return gtk_widget_is_sensitive (gui_test_child (view, "pages"));
}

/* Somebody listens and says nothing: one can give up. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autofree char *text =
      g_strdup_printf ("%u", g_socket_listener_add_any_inet_port (listener, NULL, NULL));

  fill_in (fixture, "address", "127.0.0.1");
  fill_in (fixture, "port", text);
  fill_in (fixture, "username", "alice");
  choose (fixture, "private_key", "own.pem");
  choose (fixture, "server_key", "server_public.pem");
  press_connect (fixture);
  g_assert_false (is_idle (fixture->view));
  g_assert_true (gtk_revealer_get_reveal_child (gui_test_child (fixture->view, "busy")));
  g_signal_emit_by_name (gui_test_child (fixture->view, "cancel"), "clicked");
  gui_test_wait ("it is given up", is_idle, fixture->view);
  g_assert_null (problem (fixture, "address_problem"));
  g_assert_true (can_connect (fixture));
}

static gboolean
is_asked (gpointer view)
{
  return chat_connect_view_get_passphrase_dialog (view) != NULL;
}

static gboolean
is_over (gpointer view)
{
  return is_idle (view)
         && has_problem (gui_test_child (view, "address_problem"));
}

/* Where there is no keyring one is told so, and the passphrase opens the key all the same. */
static void
test_no_keyring (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->folder, "own", "open sesame");
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->folder, "server", NULL);
  GtkWindow *dialog;

  fill_in (fixture, "address", "127.0.0.1");
  fill_in (fixture, "port", "1");
  fill_in (fixture, "username", "alice");
  choose (fixture, "private_key", "own.pem");
  choose (fixture, "server_key", "server_public.pem");
  press_connect (fixture);
  gui_test_wait ("the passphrase is asked for", is_asked, fixture->view);
  dialog = chat_connect_view_get_passphrase_dialog (fixture->view);
  g_assert_false (gtk_widget_get_visible (gui_test_child (dialog, "remember")));
  g_assert_true (gtk_widget_get_visible (gui_test_child (dialog, "no_keyring")));
  g_assert_false (
      adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "open"));
  gtk_editable_set_text (gui_test_child (dialog, "entry"), "open sesame");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "open"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "open");
  /* It was opened: now the server is the problem. */
  gui_test_wait ("the server is called", is_over, fixture->view);
}

/* Each failure at the field that one would change. */
static void
test_failures (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    GQuark domain;
    int code;
    const char *id;
  } cases[] = {
    { CHAT_LINK_ERROR, CHAT_LINK_ERROR_WRONG_PEER, "server_key_problem" },
    { CHAT_LINK_ERROR, CHAT_LINK_ERROR_DENIED, "private_key_problem" },
    { CHAT_LINK_ERROR, CHAT_LINK_ERROR_NOT_TLS13, "address_problem" },
    { CHAT_LINK_ERROR, CHAT_LINK_ERROR_TIMEOUT, "address_problem" },
    { CHAT_LINK_ERROR, CHAT_LINK_ERROR_LOST, "problem" },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "address_problem" },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "address_problem" },
    { CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_WRONG_NAME, "username_problem" },
    { CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_MANY, "username_problem" },
    { CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_REMOVED, "private_key_problem" },
    { CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_FULL, "problem" },
  };
  const char *const ids[] = { "address_problem",     "port_problem",       "username_problem",
                              "private_key_problem", "server_key_problem", "problem" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error =
          g_error_new_literal (cases[i].domain, cases[i].code, "a:    sentence");

      chat_connect_view_show_error (fixture->view, error);
      for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
        g_assert_cmpstr (problem (fixture, ids[j]), ==,
                         g_str_equal (ids[j], cases[i].id) ? "a: sentence" : NULL);
    }
}

static void
test_goes_away (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own = gui_test_make_keys (fixture->folder, "own", NULL);
  GtkWindow *window = gui_test_show (g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL), 600, 700);
  ChatConnectView *view = CHAT_CONNECT_VIEW (gtk_window_get_child (window));
  g_autofree char *path = g_build_filename (fixture->folder, "own.pem", NULL);

  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *)&view);
  /* In the middle of everything. */
  chat_connect_view_show_rooms (view);
  chat_connect_view_load (view, path);
  gtk_window_destroy (window);
  gui_test_wait ("the view is gone", is_gone, &view);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  /* A keyring that cannot be used, wherever the test runs. */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", "/", TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "none", TRUE);
  gui_test_init (&argc, &argv);

  ADD ("/connect-view/sensitivity", test_sensitivity);
  ADD ("/connect-view/doctor", test_doctor);
  ADD ("/connect-view/protected", test_protected);
  ADD ("/connect-view/drop", test_drop);
  ADD ("/connect-view/import", test_import);
  ADD ("/connect-view/refused", test_refused);
  ADD ("/connect-view/removed-key", test_removed_key);
  ADD ("/connect-view/own-key-as-the-servers", test_own_key_as_the_servers);
  ADD ("/connect-view/drop-anywhere", test_drop_anywhere);
  ADD ("/connect-view/drop-something-else", test_drop_something_else);
  ADD ("/connect-view/damaged-profile", test_damaged_profile);
  ADD ("/connect-view/damaged-profile/below", test_damaged_profile_below);
  ADD ("/connect-view/cancel", test_cancel);
  ADD ("/connect-view/no-keyring", test_no_keyring);
  ADD ("/connect-view/failures", test_failures);
  ADD ("/connect-view/goes-away", test_goes_away);

  return g_test_run ();
}
