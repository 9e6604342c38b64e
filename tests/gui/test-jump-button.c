/* The button to the latest message: how many it says are unread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jump-button.h"
#include "gui-test.h"

static gboolean
set_cb (gpointer flag)
{
  *(gboolean *)flag = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *)flag;
}

/* All that was to be done soon has been done. */
static void
wait_for_idle (void)
{
  gboolean idle = FALSE;

  g_idle_add_full (G_PRIORITY_LOW, set_cb, &idle, NULL);
  gui_test_wait ("it has been counted", is_true, &idle);
}

static void
come (ChatJumpButton *button, guint n)
{
  for (guint i = 0; i < n; i++)
    chat_jump_button_count (button);
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_unread (void)
{
  ChatJumpButton *button = g_object_new (CHAT_TYPE_JUMP_BUTTON, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (button), 360, 200);
  GtkLabel *label = gui_test_child (button, "label");
  GtkAccessible *inner = gui_test_child (button, "button");
  guint n_changes = 0;

  g_signal_connect_swapped (button, "notify::unread", G_CALLBACK (count_cb), &n_changes);
  gtk_test_accessible_assert_property (inner, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Go to the latest message");
  chat_jump_button_set_shown (button, TRUE);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (label)));
  come (button, 3);
  wait_for_idle ();
  /* Many are one change. */
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 3);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (label)));
  g_assert_cmpstr (gtk_label_get_text (label), ==, "3");
  gtk_test_accessible_assert_property (inner, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Go to the latest message, 3 are unread");
  come (button, 1);
  wait_for_idle ();
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 4);

  chat_jump_button_set_shown (button, FALSE);
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (label)));
  gtk_window_destroy (window);
}

/* What comes at the end of the list is seen at once, and what came in another room stays there. */
static void
test_read (void)
{
  ChatJumpButton *button = g_object_new (CHAT_TYPE_JUMP_BUTTON, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (button), 360, 200);

  come (button, 2);
  wait_for_idle ();
  chat_jump_button_set_shown (button, TRUE);
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 0);
  come (button, 2);
  chat_jump_button_reset (button);
  wait_for_idle ();
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 0);
  come (button, 1);
  wait_for_idle ();
  g_assert_cmpuint (chat_jump_button_get_unread (button), ==, 1);
  /* It is not counted after the button has gone. */
  come (button, 1);
  gtk_window_destroy (window);
  wait_for_idle ();
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/jump-button/unread", test_unread);
  g_test_add_func ("/jump-button/read", test_read);

  return g_test_run ();
}
