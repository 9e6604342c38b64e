/* Making a key, from the passphrase to the public half. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-create-key-dialog.h"

#include "chat-error.h"
#include "chat-key-file.h"
#include "chat-problem-row.h"
#include "gui-test.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
  ChatCreateKeyDialog *dialog;
  char *created;
} Fixture;

static void
created_cb (Fixture *fixture, const char *path)
{
  g_free (fixture->created);
  fixture->created = g_strdup (path);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "own.pem", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
  fixture->dialog = chat_create_key_dialog_new (NULL, "alice");
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *)&fixture->dialog);
  g_signal_connect_swapped (fixture->dialog, "created", G_CALLBACK (created_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->dialog));
  gui_test_settle (GTK_WIDGET (fixture->dialog));
}

static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *)pointer == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  gui_test_wait ("the dialog is gone", is_gone, &fixture->dialog);
  g_object_unref (fixture->file);
  g_free (fixture->path);
  g_free (fixture->created);
  gui_test_remove_folder (fixture->folder);
}

static void
type (Fixture *fixture, const char *id, const char *text)
{
  gtk_editable_set_text (gui_test_child (fixture->dialog, id), text);
}

static gboolean
can_create (Fixture *fixture)
{
  return gtk_widget_is_sensitive (gui_test_child (fixture->dialog, "create"));
}

static gboolean
is_created (gpointer user_data)
{
  return ((Fixture *)user_data)->created != NULL;
}

static const char *
page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (gui_test_child (fixture->dialog, "stack"));
}

static gboolean
is_busy (gpointer user_data)
{
  return g_str_equal (page (user_data), "busy");
}

static void
test_passphrases (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_one = g_strnfill (2000, 'x');
  ChatProblemRow *problem = gui_test_child (fixture->dialog, "problem");

  g_assert_true (can_create (fixture));
  type (fixture, "passphrase", "open sesame");
  g_assert_false (can_create (fixture));
  /* So far, so good. */
  type (fixture, "again", "open s");
  g_assert_null (chat_problem_row_get_text (problem));
  type (fixture, "again", "open x");
  g_assert_nonnull (chat_problem_row_get_text (problem));
  g_assert_false (can_create (fixture));
  type (fixture, "again", "open sesame");
  g_assert_true (can_create (fixture));
  type (fixture, "passphrase", long_one);
  type (fixture, "again", long_one);
  g_assert_false (can_create (fixture));
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) secret = chat_secret_new ("open sesame", 11);
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autofree char *pem = NULL;
  GdkContentProvider *content;
  g_auto (GValue) copied = G_VALUE_INIT;
  GStatBuf info;

  type (fixture, "passphrase", "open sesame");
  type (fixture, "again", "open sesame");
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gui_test_wait ("the key is there", is_created, fixture);
  g_assert_cmpstr (fixture->created, ==, fixture->path);
  g_assert_cmpstr (page (fixture), ==, "done");
  g_assert_cmpstr (gtk_editable_get_text (gui_test_child (fixture->dialog, "passphrase")), ==, "");
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  g_assert_null (chat_key_file_load_private (fixture->path, NULL, &error));
  g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NEEDS_PASSPHRASE);
  g_clear_error (&error);
  key = chat_key_file_load_private (fixture->path, secret, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gtk_label_get_text (gui_test_child (fixture->dialog, "fingerprint")), ==,
                   chat_public_key_get_fingerprint (chat_private_key_get_public (key)));

  g_signal_emit_by_name (gui_test_child (fixture->dialog, "copy"), "clicked");
  pem = chat_public_key_dup_pem (chat_private_key_get_public (key));
  content = gdk_clipboard_get_content (gtk_widget_get_clipboard (GTK_WIDGET (fixture->dialog)));
  g_value_init (&copied, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &copied, NULL));
  g_assert_cmpstr (g_value_get_string (&copied), ==, pem);
}

/* The question that is asked where a file is there already */

static GtkWindow *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }

  return NULL;
}

static gboolean
is_questioned (gpointer user_data)
{
  return find_question () != NULL;
}

static void
answer (Fixture *fixture, const char *response)
{
  g_assert_true (g_file_set_contents (fixture->path, "precious", -1, NULL));
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gui_test_wait ("one is asked", is_questioned, fixture);
  g_assert_cmpstr (page (fixture), ==, "form");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_question ()), response);
}

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  answer (fixture, "cancel");
  g_assert_cmpstr (page (fixture), ==, "form");
  g_assert_true (can_create (fixture));
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "precious");
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;

  answer (fixture, "replace");
  gui_test_wait ("the key is there", is_created, fixture);
  key = chat_key_file_load_private (fixture->path, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_problem (gpointer row)
{
  return chat_problem_row_get_text (row) != NULL;
}

static void
test_bad_place (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "no", "such", "own.pem", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  chat_create_key_dialog_create (fixture->dialog, file);
  gui_test_wait ("that is told", has_problem, gui_test_child (fixture->dialog, "problem"));
  g_assert_cmpstr (page (fixture), ==, "form");
  g_assert_null (fixture->created);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gui_test_wait ("the key is made", is_busy, fixture);
  g_signal_emit_by_name (gui_test_child (fixture->dialog, "cancel"), "clicked");
  g_assert_cmpstr (page (fixture), ==, "form");
  /* Then again, which waits for whatever the first one would have done. */
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gui_test_wait ("the key is there", is_created, fixture);
  g_assert_cmpstr (page (fixture), ==, "done");
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gui_test_wait ("the key is made", is_busy, fixture);
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  gui_test_wait ("the dialog is gone", is_gone, &fixture->dialog);
  g_assert_false (g_file_query_exists (fixture->file, NULL));
  g_assert_null (fixture->created);
}

/* Before it was known whether the file is there. */
static void
test_close_at_once (Fixture *fixture, gconstpointer data)
{
  chat_create_key_dialog_create (fixture->dialog, fixture->file);
  gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  gui_test_wait ("the dialog is gone", is_gone, &fixture->dialog);
  g_assert_false (g_file_query_exists (fixture->file, NULL));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  ADD ("/create-key/passphrases", test_passphrases);
  ADD ("/create-key/create", test_create);
  ADD ("/create-key/keep", test_keep);
  ADD ("/create-key/replace", test_replace);
  ADD ("/create-key/bad-place", test_bad_place);
  ADD ("/create-key/cancel", test_cancel);
  ADD ("/create-key/close", test_close);
  ADD ("/create-key/close-at-once", test_close_at_once);

  return g_test_run ();
}
