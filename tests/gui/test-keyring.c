/* Passphrases in the keyring: a file of libsecret's takes its place here. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-keyring.h"

#include "chat-connect-view.h"
#include "chat-key-row.h"
#include "gui-test.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path; /* of the protected key */
  ChatPrivateKey *key;
  ChatConnectView *view;
  GtkWindow *window;
  GSocketListener *listener; /* takes connections, and says nothing */
} Fixture;

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer pointer)
{
  return *(gpointer *)pointer != NULL;
}

static char *
look_up (const char *path)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) secret = NULL;

  chat_keyring_lookup_async (path, NULL, keep_result_cb, &result);
  gui_test_wait ("the keyring answers", is_set, &result);
  secret = chat_keyring_lookup_finish (result, &error);
  g_assert_no_error (error);

  return secret != NULL ? g_strdup (chat_secret_get_string (secret)) : NULL;
}

static void
assert_remembered (const char *path, const char *passphrase)
{
  g_autofree char *found = look_up (path);

  g_assert_cmpstr (found, ==, passphrase);
}

static void
store (const char *path, ChatPrivateKey *key, const char *passphrase)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) secret = chat_secret_new (passphrase, strlen (passphrase));

  chat_keyring_store_async (path, chat_private_key_get_public (key), secret, NULL, keep_result_cb,
                            &result);
  gui_test_wait ("the keyring answers", is_set, &result);
  chat_keyring_change_finish (result, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatPrivateKey) server = NULL;

  fixture->folder = gui_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "own.pem", NULL);
  fixture->key = gui_test_make_keys (fixture->folder, "own", "open sesame");
  server = gui_test_make_keys (fixture->folder, "server", NULL);
  fixture->listener = g_socket_listener_new ();
  fixture->view = g_object_new (CHAT_TYPE_CONNECT_VIEW, NULL);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->view), 600, 700);
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *)pointer == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *)&fixture->view);
  gtk_window_destroy (fixture->window);
  gui_test_wait ("the view is gone", is_gone, &fixture->view);
  g_object_unref (fixture->listener);
  g_object_unref (fixture->key);
  g_free (fixture->path);
  gui_test_remove_folder (fixture->folder);
}

/* Of the keyring alone */

static void
test_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = g_build_filename (fixture->folder, "moved.pem", NULL);

  assert_remembered (fixture->path, NULL);
  store (fixture->path, fixture->key, "open sesame");
  assert_remembered (fixture->path, "open sesame");
  /* It is the file that counts, not the place. */
  g_assert_cmpint (g_rename (fixture->path, moved), ==, 0);
  assert_remembered (moved, "open sesame");

  chat_keyring_forget_async (moved, NULL, keep_result_cb, &result);
  gui_test_wait ("the keyring answers", is_set, &result);
  g_assert_true (chat_keyring_change_finish (result, &error));
  assert_remembered (moved, NULL);
}

/* The same key in a file with a new passphrase: the old one is of no use to anybody. */
static void
test_new_passphrase (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->folder, "server.pem", NULL);

  store (fixture->path, fixture->key, "old");
  store (other, fixture->key, "new");
  assert_remembered (fixture->path, NULL);
  assert_remembered (other, "new");
}

/* Of the view */

static gboolean
can_connect (gpointer view)
{
  return chat_connect_form_is_usable (chat_connect_view_get_form (view));
}

static gboolean
is_asked (gpointer view)
{
  return chat_connect_view_get_passphrase_dialog (view) != NULL;
}

static gboolean
is_proving (gpointer view)
{
  return g_str_equal (gtk_label_get_text (gui_test_child (view, "progress")),
                      "Proving both keys…");
}

static gboolean
is_idle (gpointer view)
{
  return gtk_widget_is_sensitive (gui_test_child (view, "pages"));
}

static void
connect_to_server (Fixture *fixture)
{
  g_autofree char *server = g_build_filename (fixture->folder, "server_public.pem", NULL);
  ChatProfile profile = { .username = (char *)"alice",
                          .address = (char *)"127.0.0.1",
                          .private_key = fixture->path,
                          .server_key = server };

  profile.port = g_socket_listener_add_any_inet_port (fixture->listener, NULL, NULL);
  chat_connect_form_show_profile (chat_connect_view_get_form (fixture->view), &profile);
  gui_test_wait ("Connect can be pressed", can_connect, fixture->view);
  g_signal_emit_by_name (gui_test_child (fixture->view, "connect"), "clicked");
}

static void
give_up (Fixture *fixture)
{
  chat_connect_view_cancel (fixture->view);
  gui_test_wait ("it is given up", is_idle, fixture->view);
}

static void
answer (Fixture *fixture, const char *passphrase, gboolean remember)
{
  GtkWindow *dialog = chat_connect_view_get_passphrase_dialog (fixture->view);
  GtkCheckButton *check = gui_test_child (dialog, "remember");

  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (check)));
  if (remember)
    gtk_check_button_set_active (check, TRUE);
  gtk_editable_set_text (gui_test_child (dialog, "entry"), passphrase);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "open");
}

static void
test_not_asked_for (Fixture *fixture, gconstpointer data)
{
  connect_to_server (fixture);
  gui_test_wait ("the passphrase is asked for", is_asked, fixture->view);
  answer (fixture, "open sesame", FALSE);
  gui_test_wait ("the key is open", is_proving, fixture->view);
  give_up (fixture);
  assert_remembered (fixture->path, NULL);
}

static char *remembered;

static gboolean
is_remembered (gpointer path)
{
  g_clear_pointer (&remembered, g_free);
  remembered = look_up (path);

  return remembered != NULL;
}

static void
test_remembered (Fixture *fixture, gconstpointer data)
{
  connect_to_server (fixture);
  gui_test_wait ("the passphrase is asked for", is_asked, fixture->view);
  /* A wrong one is not remembered, and what was ticked stays ticked. */
  answer (fixture, "sesame", TRUE);
  gui_test_wait ("it is asked for again", is_asked, fixture->view);
  assert_remembered (fixture->path, NULL);
  g_assert_true (gtk_check_button_get_active (
      gui_test_child (chat_connect_view_get_passphrase_dialog (fixture->view), "remember")));
  answer (fixture, "open sesame", TRUE);
  gui_test_wait ("the key is open", is_proving, fixture->view);
  gui_test_wait ("it is remembered", is_remembered, fixture->path);
  g_assert_cmpstr (remembered, ==, "open sesame");
  g_clear_pointer (&remembered, g_free);
  give_up (fixture);

  /* The second time nobody is asked. */
  connect_to_server (fixture);
  while (!is_proving (fixture->view))
    {
      g_assert_false (is_asked (fixture->view));
      g_main_context_iteration (NULL, TRUE);
    }
  give_up (fixture);
}

static gboolean
is_forgotten (gpointer path)
{
  return !is_remembered (path);
}

static void
test_wrong (Fixture *fixture, gconstpointer data)
{
  store (fixture->path, fixture->key, "wrong");
  connect_to_server (fixture);
  gui_test_wait ("the passphrase is asked for", is_asked, fixture->view);
  gui_test_wait ("the wrong one is forgotten", is_forgotten, fixture->path);
  /* Cancelling the question is giving up. */
  adw_message_dialog_response (
      ADW_MESSAGE_DIALOG (chat_connect_view_get_passphrase_dialog (fixture->view)), "cancel");
  gui_test_wait ("it is given up", is_idle, fixture->view);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *folder = gui_test_make_folder ();
  g_autofree char *keyring = g_build_filename (folder, "keyring", NULL);
  int status;

  /* Before anything asks libsecret. */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "of the keyring", TRUE);
  gui_test_init (&argc, &argv);

  ADD ("/keyring/store", test_store);
  ADD ("/keyring/new-passphrase", test_new_passphrase);
  ADD ("/keyring/not-asked-for", test_not_asked_for);
  ADD ("/keyring/remembered", test_remembered);
  ADD ("/keyring/wrong", test_wrong);

  status = g_test_run ();
  gui_test_remove_folder (g_steal_pointer (&folder));

  return status;
}
