/* A key that has changed: the banner, the dialog, the list of members, the notices. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-banner.h"

#include "chat-feed.h"
#include "chat-fingerprint.h"
#include "chat-key-dialog.h"
#include "chat-member-popover.h"
#include "chat-member-row.h"
#include "chat-room-notices.h"
#include "gui-test.h"

#include <string.h>

/* Keys for all tests: making them takes long. */
static ChatPrivateKey *keys[3];

typedef struct
{
  ChatSession *session;
  ChatKeyBanner *banner;
  GtkWindow *window;
} Fixture;

static ChatPublicKey *
public_key (guint n)
{
  return chat_private_key_get_public (keys[n]);
}

/* known: the key that one knows them by; their own where nothing has changed. */
static ChatMember *
add (Fixture *self, const char *name, guint key, guint known)
{
  g_autoptr (ChatMember) member = chat_member_new (name, public_key (key), TRUE, FALSE);

  if (known != key)
    chat_member_set_known_kid (member, chat_public_key_get_id (public_key (known)));
  chat_member_list_add (chat_session_get_members (self->session), member);

  return member;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = chat_session_new ("chat.example", 5000, "alice", keys[0], public_key (2));
  self->banner = g_object_ref_sink (g_object_new (CHAT_TYPE_KEY_BANNER, NULL));
  chat_key_banner_set_session (self->banner, self->session);
  self->window = gui_test_show (GTK_WIDGET (self->banner), 600, 200);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  g_assert_finalize_object (self->banner);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (self->session);
}

static gboolean
is_shown (gpointer banner)
{
  return gtk_widget_get_visible (banner)
         && gtk_revealer_get_child_revealed (gui_test_child (banner, "revealer"));
}

static gboolean
is_gone (gpointer banner)
{
  return !gtk_widget_get_visible (banner);
}

static const char *
banner_text (Fixture *self)
{
  gui_test_wait ("the banner is there", is_shown, self->banner);

  return gtk_label_get_text (gui_test_child (self->banner, "label"));
}

static void
test_banner (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) target = NULL;
  ChatMember *bob;

  add (self, "alice", 0, 0);
  g_assert_true (is_gone (self->banner));
  bob = add (self, "bob", 1, 2);
  g_assert_cmpstr (banner_text (self), ==,
                   "The key of bob has changed. Until you accept the new one, bob cannot read what "
                   "you write.");
  g_object_get (gui_test_child (self->banner, "review"), "action-target", &target, NULL);
  g_assert_cmpstr (g_variant_get_string (target, NULL), ==, "bob");

  chat_session_accept_key (self->session, bob);
  gui_test_wait ("the banner is gone", is_gone, self->banner);
}

static void
test_several (Fixture *self, gconstpointer data)
{
  ChatMember *bob = add (self, "bob", 1, 2);

  add (self, "carol", 2, 1);
  g_assert_cmpstr (banner_text (self), ==,
                   "The keys of bob and 1 other have changed. Until you accept the new ones, they "
                   "cannot read what you write.");
  chat_session_accept_key (self->session, bob);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (g_str_has_prefix (banner_text (self), "The key of carol has changed."));
  /* Whoever goes away is no question any more. */
  chat_member_list_remove (chat_session_get_members (self->session), "carol");
  gui_test_wait ("the banner is gone", is_gone, self->banner);
}

static void
test_dialog (Fixture *self, gconstpointer data)
{
  ChatMember *bob = add (self, "bob", 1, 2);
  ChatKeyDialog *dialog = chat_key_dialog_new (self->window, self->session, bob);

  g_assert_cmpstr (gtk_label_get_text (gui_test_child (dialog, "known")), ==,
                   chat_public_key_get_fingerprint (public_key (2)));
  g_assert_cmpstr (gtk_label_get_text (gui_test_child (dialog, "shown")), ==,
                   chat_public_key_get_fingerprint (public_key (1)));
  /* Enter and Escape do not accept. */
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "later");
  g_assert_cmpstr (adw_message_dialog_get_close_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "later");
  g_signal_emit_by_name (dialog, "response::later", "later");
  g_assert_true (chat_member_get_changed (bob));
  g_signal_emit_by_name (dialog, "response::accept", "accept");
  g_assert_false (chat_member_get_changed (bob));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_member (Fixture *self, gconstpointer data)
{
  ChatMember *bob = add (self, "bob", 1, 2);
  ChatMemberRow *row = chat_member_row_new ();
  GtkWindow *window = gui_test_show (GTK_WIDGET (row), 300, 100);
  GtkLabel *presence = gui_test_child (row, "presence");
  GtkWidget *popover;

  chat_member_row_set_member (row, bob, FALSE);
  g_assert_cmpstr (gtk_label_get_text (presence), ==, "Key has changed");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (presence), "key-changed"));
  popover = g_object_ref_sink (GTK_WIDGET (chat_member_popover_new (bob, FALSE)));
  g_assert_true (gtk_widget_get_visible (gui_test_child (popover, "review")));
  g_assert_false (gtk_widget_get_visible (gui_test_child (popover, "message")));
  g_object_unref (popover);

  chat_session_accept_key (self->session, bob);
  g_assert_cmpstr (gtk_label_get_text (presence), ==, "Online");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (presence), "key-changed"));
  gtk_window_destroy (window);
}

/* The last line of a feed. */
static const char *
last_notice (ChatFeed *feed)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (feed));
  g_autoptr (ChatFeedItem) item = g_list_model_get_item (G_LIST_MODEL (feed), n - 1);

  return chat_feed_item_get_notice (item);
}

static void
test_notices (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatFeed) feed = chat_feed_new (chat_session_get_timeline (self->session));
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  ChatMember *bob = add (self, "bob", 1, 2);

  chat_room_notices_connect (feed, self->session);
  g_ptr_array_add (members, bob);
  g_signal_emit_by_name (self->session, "newcomers", members, FALSE);
  g_assert_nonnull (strstr (last_notice (feed), "bob is new here"));
  g_assert_nonnull (strstr (last_notice (feed), chat_public_key_get_fingerprint (public_key (1))));
  while (members->len < 100)
    g_ptr_array_add (members, bob);
  g_signal_emit_by_name (self->session, "newcomers", members, FALSE);
  g_assert_true (g_str_has_prefix (last_notice (feed), "100 members are new here."));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (feed)), ==, 2);

  g_signal_emit_by_name (self->session, "key-changed", bob);
  g_assert_cmpstr (last_notice (feed), ==, "The key of bob has changed");
  chat_session_accept_key (self->session, bob);
  g_assert_cmpstr (last_notice (feed), ==, "You have accepted the new key of bob");
}

int
main (int argc, char **argv)
{
  int status;

  gui_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    keys[i] = chat_private_key_generate (2048, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/key-banner/one", test_banner);
  ADD ("/key-banner/several", test_several);
  ADD ("/key-banner/dialog", test_dialog);
  ADD ("/key-banner/member", test_member);
  ADD ("/key-banner/notices", test_notices);
  status = g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_clear_object (&keys[i]);

  return status;
}
