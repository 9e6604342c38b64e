/* The list of members: its order, its words, and how it follows what happens. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-members-pane.h"

#include "chat-member-popover.h"
#include "chat-member-row.h"
#include "chat-members-flap.h"
#include "chat-settings.h"
#include "gui-test.h"

/* Keys for all tests: making them takes long. */
static ChatPrivateKey *own_key, *other_key;

/* Some of the other key's modulus is changed: nobody has the private part, but it is a key. The
 * last bytes are the exponent, and the modulus has to stay odd. */
static ChatPublicKey *
make_key (guint n)
{
  GBytes *der = chat_public_key_get_der (chat_private_key_get_public (other_key));
  gsize size;
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (der, &size), g_bytes_get_size (der));
  g_autoptr (GError) error = NULL;
  ChatPublicKey *key;

  copy[size - 64] = (guint8)(n >> 8);
  copy[size - 63] = (guint8)n;
  key = chat_public_key_new_from_der (copy, size, &error);
  g_assert_no_error (error);

  return key;
}

typedef struct
{
  ChatSession *session;
  ChatMembersPane *pane;
  GtkWindow *window;
} Fixture;

static void
add (Fixture *fixture, const char *name, guint n, gboolean online)
{
  g_autoptr (ChatPublicKey) key = n > 0 ? make_key (n)
                                        : g_object_ref (chat_private_key_get_public (own_key));
  g_autoptr (ChatMember) member = chat_member_new (name, key, online, FALSE);

  chat_member_list_add (chat_session_get_members (fixture->session), member);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->session = chat_session_new ("chat.example", 5000, "alice", own_key,
                                       chat_private_key_get_public (other_key));
  fixture->pane = g_object_ref_sink (g_object_new (CHAT_TYPE_MEMBERS_PANE, NULL));
  chat_members_pane_set_session (fixture->pane, fixture->session);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->pane), 300, 400);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  g_assert_finalize_object (fixture->pane);
  g_assert_finalize_object (fixture->session);
}

static void
find_names (GtkWidget *widget, GString *names)
{
  if (CHAT_IS_MEMBER_ROW (widget))
    {
      const char *name = gtk_label_get_text (gui_test_child (widget, "name"));

      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    find_names (child, names);
}

/* What is on the screen, from top to bottom. */
static void
assert_names (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  gui_test_settle (GTK_WIDGET (fixture->window));
  find_names (gui_test_child (fixture->pane, "list"), names);
  g_assert_cmpstr (names->str, ==, expected);
}

static const char *
get_title (Fixture *fixture)
{
  return gtk_label_get_text (gui_test_child (fixture->pane, "title"));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  ChatMemberList *members = chat_session_get_members (fixture->session);

  add (fixture, "zoe", 1, TRUE);
  add (fixture, "bob", 2, FALSE);
  add (fixture, "alice", 0, TRUE);
  assert_names (fixture, "alice (you), zoe, bob");
  g_assert_cmpstr (get_title (fixture), ==, "2 of 3 members online");

  chat_member_list_set_online (members, "bob", TRUE);
  assert_names (fixture, "alice (you), bob, zoe");
  g_assert_cmpstr (get_title (fixture), ==, "3 of 3 members online");
  chat_member_list_set_online (members, "alice", FALSE);
  assert_names (fixture, "bob, zoe, alice (you)");

  chat_member_list_remove (members, "zoe");
  assert_names (fixture, "bob, alice (you)");
  g_assert_cmpstr (get_title (fixture), ==, "1 of 2 members online");
}

/* Rows are made for what is seen, and popovers for what is asked. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("member%04d", i);

      add (fixture, name, (guint)i + 1, i % 2 == 0);
    }
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpstr (get_title (fixture), ==, "500 of 1000 members online");
  find_names (gui_test_child (fixture->pane, "list"), names);
  g_assert_true (g_str_has_prefix (names->str, "member0000, member0002, member0004"));
  /* Not one row for each. */
  g_assert_cmpuint (names->len, <, 500 * strlen ("member0000, "));
}

static void
test_popover (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMember) member =
      chat_member_new ("bob", chat_private_key_get_public (other_key), TRUE, FALSE);
  ChatMemberPopover *popover =
      g_object_ref_sink (chat_member_popover_new (member, FALSE));
  ChatMemberPopover *own = g_object_ref_sink (chat_member_popover_new (member, TRUE));

  g_assert_cmpstr (
      gtk_label_get_text (gui_test_child (popover, "fingerprint")), ==,
      chat_public_key_get_fingerprint (chat_private_key_get_public (other_key)));
  g_assert_true (gtk_widget_get_visible (gui_test_child (popover, "message")));
  /* Nobody writes to themselves. */
  g_assert_false (gtk_widget_get_visible (gui_test_child (own, "message")));
  g_assert_finalize_object (popover);
  g_assert_finalize_object (own);
}

/* A narrow window shows the members only when asked, and that is no preference. */
static void
test_flap (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = chat_settings_new ("", &error);
  AdwFlap *flap = g_object_ref_sink (ADW_FLAP (adw_flap_new ()));

  g_assert_no_error (error);
  g_settings_set_boolean (settings, CHAT_SETTING_SHOW_MEMBERS, TRUE);
  adw_flap_set_locked (flap, TRUE);
  adw_flap_set_fold_policy (flap, ADW_FLAP_FOLD_POLICY_NEVER);
  chat_members_flap_follow (flap, settings);
  g_assert_true (adw_flap_get_reveal_flap (flap));

  adw_flap_set_fold_policy (flap, ADW_FLAP_FOLD_POLICY_ALWAYS);
  g_assert_true (adw_flap_get_folded (flap));
  g_assert_false (adw_flap_get_reveal_flap (flap));
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_SHOW_MEMBERS));
  adw_flap_set_reveal_flap (flap, TRUE);
  adw_flap_set_reveal_flap (flap, FALSE);
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_SHOW_MEMBERS));

  adw_flap_set_fold_policy (flap, ADW_FLAP_FOLD_POLICY_NEVER);
  g_assert_true (adw_flap_get_reveal_flap (flap));
  adw_flap_set_reveal_flap (flap, FALSE);
  g_assert_false (g_settings_get_boolean (settings, CHAT_SETTING_SHOW_MEMBERS));
  g_object_unref (flap);
}

/* What was known when the connection was lost is not told as if it were so now. */
static void
test_stale (Fixture *fixture, gconstpointer data)
{
  GtkWidget *list = gui_test_child (fixture->pane, "list");
  GtkLabel *title = gui_test_child (fixture->pane, "title");

  add (fixture, "bob", 1, TRUE);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_false (gtk_widget_has_css_class (list, "stale"));

  chat_session_close (fixture->session);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpstr (gtk_label_get_text (title), ==, "Not connected");
  g_assert_true (gtk_widget_has_css_class (list, "stale"));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  gui_test_init (&argc, &argv);
  own_key = chat_private_key_generate (2048, &error);
  g_assert_no_error (error);
  other_key = chat_private_key_generate (2048, &error);
  g_assert_no_error (error);

  ADD ("/members-pane/order", test_order);
  ADD ("/members-pane/many", test_many);
  ADD ("/members-pane/popover", test_popover);
  ADD ("/members-pane/stale", test_stale);
  g_test_add_func ("/members-pane/flap", test_flap);
  status = g_test_run ();

  g_object_unref (own_key);
  g_object_unref (other_key);

  return status;
}
