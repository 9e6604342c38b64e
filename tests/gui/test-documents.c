/* Key files that are seen through the document portal, as in a sandbox: what the portal shows as a
 * file system is a folder of the same name here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-document.h"

#include "chat-connect-view.h"
#include "chat-key-row.h"
#include "gui-test.h"

#include <glib/gstdio.h>

typedef struct
{
  char *documents;
  char *elsewhere;
  char *told; /* in a toast */
  ChatConnectView *view;
  GtkWindow *window;
} Fixture;

static void
toast_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_free (fixture->told);
  fixture->told = g_variant_dup_string (parameter, NULL);
}

static char *
make_document_folder (const char *id)
{
  char *folder = g_build_filename (g_get_user_runtime_dir (), "doc", id, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);

  return folder;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const GActionEntry entries[] = { { .name = "toast", toast_cb, "s", NULL, NULL } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  fixture->documents = make_document_folder ("1a2b3c4d");
  fixture->elsewhere = gui_test_make_folder ();
  fixture->view = g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->view), 600, 900);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries),
                                   fixture);
  gtk_widget_insert_action_group (GTK_WIDGET (fixture->window), "win", G_ACTION_GROUP (actions));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  gui_test_remove_folder (fixture->documents);
  gui_test_remove_folder (fixture->elsewhere);
  g_free (fixture->told);
}

static gboolean
is_checked (gpointer row)
{
  return chat_key_row_get_state (row) != CHAT_KEY_ROW_LOADING;
}

static ChatKeyRow *
choose (Fixture *fixture, const char *id, const char *folder, const char *name)
{
  ChatKeyRow *row = gui_test_child (fixture->view, id);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  chat_key_row_set_path (row, path);
  gui_test_wait ("the key is checked", is_checked, row);

  return row;
}

static gboolean
is_offered (gpointer user_data)
{
  Fixture *fixture = user_data;

  return gtk_widget_get_visible (gui_test_child (fixture->view, "keep"));
}

static GtkWidget *
keep_button (Fixture *fixture)
{
  return gui_test_child (gui_test_child (fixture->view, "keep"), "keep");
}

static gboolean
is_not_offered (gpointer user_data)
{
  return !is_offered (user_data);
}

static void
test_name (void)
{
  g_autofree char *document =
      g_build_filename (g_get_user_runtime_dir (), "doc", "1a", "own.pem", NULL);
  g_autofree char *other =
      g_build_filename (g_get_user_runtime_dir (), "documents", "own.pem", NULL);

  g_assert_true (chat_document_is (document));
  g_assert_false (chat_document_is (other));
  g_assert_false (chat_document_is ("own.pem"));
  g_assert_false (chat_document_is (NULL));
}

static int
get_mode (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);

  return info.st_mode & 0777;
}

static void
assert_copied (ChatKeyRow *row, const char *folder, const char *name)
{
  const char *path = chat_key_row_get_path (row);
  g_autofree char *original = g_build_filename (folder, name, NULL);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *inner = g_path_get_dirname (path);
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_str_has_prefix (path, g_get_user_data_dir ()));
  g_assert_cmpstr (base, ==, name);
  g_assert_true (g_file_get_contents (original, &expected, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (get_mode (path), ==, 0600);
  g_assert_cmpint (get_mode (inner), ==, 0700);
}

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->documents, "own", "open sesame");
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) server =
      gui_test_make_keys (fixture->documents, "server", NULL);
  ChatKeyRow *own_row;
  ChatKeyRow *server_row;

  g_assert_false (is_offered (fixture));
  own_row = choose (fixture, "private_key", fixture->documents, "own.pem");
  g_assert_true (is_offered (fixture));
  server_row = choose (fixture, "server_key", fixture->documents, "server_public.pem");
  g_assert_true (is_offered (fixture));

  g_signal_emit_by_name (keep_button (fixture), "clicked");
  g_assert_false (gtk_widget_is_sensitive (keep_button (fixture)));
  gui_test_wait ("both are copied", is_not_offered, fixture);
  gui_test_wait ("the copy is checked", is_checked, own_row);
  gui_test_wait ("the copy is checked", is_checked, server_row);
  g_assert_cmpint (chat_key_row_get_state (own_row), ==, CHAT_KEY_ROW_PROTECTED);
  g_assert_cmpint (chat_key_row_get_state (server_row), ==, CHAT_KEY_ROW_GOOD);
  g_assert_true (is_not_offered (fixture));
  assert_copied (own_row, fixture->documents, "own.pem");
  assert_copied (server_row, fixture->documents, "server_public.pem");
}

static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->elsewhere, "own", NULL);

  choose (fixture, "private_key", fixture->elsewhere, "own.pem");
  g_assert_false (is_offered (fixture));
}

/* What is no key is not offered to be kept, and what is not there is told with what to do. */
static void
test_missing (Fixture *fixture, gconstpointer data)
{
  ChatKeyRow *row = choose (fixture, "private_key", fixture->documents, "client.pem");
  const char *subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (row));

  g_assert_cmpint (chat_key_row_get_state (row), ==, CHAT_KEY_ROW_BAD);
  g_assert_false (is_offered (fixture));
  g_assert_nonnull (strstr (subtitle, "client.pem"));
  g_assert_nonnull (strstr (subtitle, "sandbox"));
  g_assert_null (strstr (subtitle, fixture->documents));

  choose (fixture, "private_key", fixture->elsewhere, "client.pem");
  subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
  g_assert_null (strstr (subtitle, "sandbox"));
}

static gboolean
is_told (gpointer user_data)
{
  return ((Fixture *)user_data)->told != NULL;
}

static void
test_cannot (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->documents, "own", NULL);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "conclave", NULL);
  g_autofree char *aside = g_strconcat (folder, ".aside", NULL);
  ChatKeyRow *row = choose (fixture, "private_key", fixture->documents, "own.pem");

  /* The folder is a file. */
  g_mkdir_with_parents (folder, 0700);
  g_assert_cmpint (g_rename (folder, aside), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  g_signal_emit_by_name (keep_button (fixture), "clicked");
  gui_test_wait ("it is told", is_told, fixture);
  g_assert_nonnull (strstr (fixture->told, "conclave"));
  g_assert_true (chat_document_is (chat_key_row_get_path (row)));
  g_assert_true (is_offered (fixture));
  g_assert_true (gtk_widget_is_sensitive (keep_button (fixture)));
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_cmpint (g_rename (aside, folder), ==, 0);
}

/* Of the files beside a profile that was dropped, only those are seen that were dropped with it. */

static void
drop (Fixture *fixture, const char *first, const char *second)
{
  GFile *files[] = { g_file_new_for_path (first), g_file_new_for_path (second) };
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (files, G_N_ELEMENTS (files)));
  g_signal_emit_by_name (gui_test_child (fixture->view, "drop"), "drop", &value, 1.0, 1.0, &taken);
  g_assert_true (taken);
  g_object_unref (files[0]);
  g_object_unref (files[1]);
}

static gboolean
is_filled (gpointer user_data)
{
  Fixture *fixture = user_data;
  ChatKeyRow *row = gui_test_child (fixture->view, "private_key");

  return *gtk_editable_get_text (gui_test_child (fixture->view, "username")) != '\0'
         && chat_key_row_get_path (row) != NULL && is_checked (row);
}

static void
test_same_drop (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ChatPrivateKey) own =
      gui_test_make_keys (fixture->documents, "client_private_key", NULL);
  g_autofree char *other = make_document_folder ("5e6f");
  g_autofree char *profile = g_build_filename (other, "user_config.json", NULL);
  g_autofree char *key = g_build_filename (fixture->documents, "client_private_key.pem", NULL);
  g_autofree char *beside = g_build_filename (other, "client_private_key.pem", NULL);
  ChatKeyRow *row = gui_test_child (fixture->view, "private_key");
  const char *json = "{\"username\": \"alice\", \"server_ip\": \"192.0.2.7\", "
                     "\"server_port\": 5123}";

  g_assert_true (g_file_set_contents (profile, json, -1, NULL));
  drop (fixture, key, profile);
  gui_test_wait ("all is filled in", is_filled, fixture);
  g_assert_cmpstr (chat_key_row_get_path (row), ==, key);

  /* The next time it is about other files. */
  gtk_editable_set_text (gui_test_child (fixture->view, "username"), "");
  chat_connect_view_load (fixture->view, profile);
  gui_test_wait ("all is filled in", is_filled, fixture);
  g_assert_cmpstr (chat_key_row_get_path (row), ==, beside);
  gui_test_remove_folder (g_steal_pointer (&other));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  char *folder = gui_test_make_folder ();
  int status;

  /* Where a real portal, if the session has one, shows nothing. */
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  gui_test_init (&argc, &argv);

  g_test_add_func ("/documents/name", test_name);
  ADD ("/documents/keep", test_keep);
  ADD ("/documents/elsewhere", test_elsewhere);
  ADD ("/documents/missing", test_missing);
  ADD ("/documents/cannot", test_cannot);
  ADD ("/documents/same-drop", test_same_drop);

  status = g_test_run ();
  gui_test_remove_folder (folder);

  return status;
}
