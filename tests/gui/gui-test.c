/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui-test.h"

#include "chat-key-file.h"
#include "chat-limits.h"

#include <glib/gstdio.h>
#include <string.h>

#define PATIENCE_SECONDS 60

void
gui_test_init (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  /* See meson.build: of libadwaita's own dialog, later versions of GTK warn. */
  if (gtk_check_version (4, 10, 0) == NULL)
    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  adw_init ();
}

static gboolean
patience_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

void
gui_test_wait (const char *what, GuiTestPredicate predicate, gpointer user_data)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (PATIENCE_SECONDS, patience_cb, &late);

  while (!predicate (user_data) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  if (late)
    g_error ("waited in vain: %s", what);
}

void
gui_test_settle (GtkWidget *widget)
{
  /* A first frame may ask for a second one, and that for a third. */
  for (int i = 0; i < 3; i++)
    {
      gtk_widget_queue_draw (widget);
      gtk_test_widget_wait_for_draw (widget);
    }
}

void
gui_test_close_popover (GtkPopover *popover)
{
  gtk_popover_popdown (popover);
  /* The X server has answered, so its events are here; frames are drawn when these are done. */
  gdk_display_sync (gtk_widget_get_display (GTK_WIDGET (popover)));
  gui_test_settle (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (popover))));
}

static gpointer
find_child (GtkWidget *widget, const char *id)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);

  for (GtkWidget *inner = gtk_widget_get_first_child (widget); child == NULL && inner != NULL;
       inner = gtk_widget_get_next_sibling (inner))
    child = find_child (inner, id);

  return child;
}

gpointer
gui_test_child (gpointer widget, const char *id)
{
  GObject *child = find_child (widget, id);

  g_assert_nonnull (child);

  return child;
}

gpointer
gui_test_find (gpointer widget, const char *css_class)
{
  GtkWidget *found = gtk_widget_has_css_class (widget, css_class) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = gui_test_find (child, css_class);

  return found;
}

GtkWindow *
gui_test_show (GtkWidget *child, int width, int height)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, width, height);
  gtk_window_set_child (window, child);
  gtk_window_present (window);
  gui_test_settle (GTK_WIDGET (window));

  return window;
}

char *
gui_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("conclave-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
gui_test_remove_folder (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

ChatPrivateKey *
gui_test_make_keys (const char *folder, const char *name, const char *passphrase)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) secret =
      passphrase != NULL ? chat_secret_new (passphrase, strlen (passphrase)) : NULL;
  ChatPrivateKey *key = chat_private_key_generate (CHAT_MIN_RSA_BITS, &error);
  g_autofree char *private = g_strdup_printf ("%s/%s.pem", folder, name);
  g_autofree char *public = g_strdup_printf ("%s/%s_public.pem", folder, name);

  g_assert_no_error (error);
  chat_key_file_save_private (key, private, secret, FALSE, &error);
  g_assert_no_error (error);
  chat_key_file_save_public (chat_private_key_get_public (key), public, FALSE, &error);
  g_assert_no_error (error);

  return key;
}
