/* The menu of a message, its details, and what becomes of a reply. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-menu.h"

#include "chat-message-details.h"
#include "chat-room-view.h"
#include "gui-test.h"

#include <string.h>

typedef struct
{
  char *folder;
  ChatPrivateKey *key;
  ChatPrivateKey *bobs;
  ChatSession *session;
  ChatRoomView *view;
  GtkWindow *window;
  gint64 seq;
} Fixture;

static const char *
get_kid (ChatPrivateKey *key)
{
  return chat_public_key_get_id (chat_private_key_get_public (key));
}

static void
add_member (Fixture *fixture, const char *name, ChatPrivateKey *key)
{
  g_autoptr (ChatMember) member =
      chat_member_new (name, chat_private_key_get_public (key), TRUE, FALSE);

  chat_member_list_add (chat_session_get_members (fixture->session), member);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->key = gui_test_make_keys (fixture->folder, "alice", NULL);
  fixture->bobs = gui_test_make_keys (fixture->folder, "bob", NULL);
  fixture->session = chat_session_new ("127.0.0.1", 1, "alice", fixture->key,
                                       chat_private_key_get_public (fixture->bobs));
  add_member (fixture, "alice", fixture->key);
  add_member (fixture, "bob", fixture->bobs);
  fixture->view = g_object_new (CHAT_TYPE_ROOM_VIEW, NULL);
  chat_room_view_set_session (fixture->view, fixture->session);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->view), 500, 500);
}

static GtkPopover *
find_menu (Fixture *fixture)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->view)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER_MENU (child))
      return GTK_POPOVER (child);

  return NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (find_menu (fixture) != NULL)
    gui_test_close_popover (find_menu (fixture));
  gtk_window_destroy (fixture->window);
  g_object_unref (fixture->session);
  g_object_unref (fixture->bobs);
  g_object_unref (fixture->key);
  gui_test_remove_folder (fixture->folder);
}

static ChatMessage *
make_message (Fixture *fixture, ChatAudienceKind kind, const char *text, const char *problem)
{
  const char *names[] = { "bob", "alice", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (kind, "to", names, NULL);
  g_autofree char *mid =
      g_strdup_printf ("mid-%" G_GINT64_FORMAT, ++fixture->seq);
  const ChatMessageFacts facts = { .from = "bob",
                                   .seq = fixture->seq,
                                   .at = 1700000000000 + fixture->seq,
                                   .mid = problem == NULL ? mid : NULL,
                                   .author_kid = problem == NULL ? get_kid (fixture->bobs) : NULL,
                                   .sent = problem == NULL ? 1600000000000 : 0,
                                   .text = text,
                                   .audience = problem == NULL ? audience : NULL,
                                   .problem = problem };

  return chat_message_new_received (&facts);
}

static void
show (Fixture *fixture, ChatMessage *message)
{
  chat_timeline_add (chat_session_get_timeline (fixture->session), message, NULL);
  gui_test_settle (GTK_WIDGET (fixture->window));
}

/* The first label that shows a text, below a widget. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child, text);

  return found;
}

/* With the menu key, on the text that has the focus. */
static void
open_menu (Fixture *fixture, const char *text)
{
  GtkWidget *list = GTK_WIDGET (chat_room_view_get_list (fixture->view));
  GtkWidget *label = find_label (list, text);

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_grab_focus (label));
  g_assert_true (
      chat_message_menu_open_at_focus (chat_room_view_get_message_menu (fixture->view)));
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (find_menu (fixture))));
}

static gboolean
is_enabled (Fixture *fixture, const char *action)
{
  GtkWidget *widget = GTK_WIDGET (chat_room_view_get_list (fixture->view));

  /* An action that is disabled is not done. */
  return gtk_widget_activate_action (widget, action, NULL);
}

static void
assert_composed (Fixture *fixture, const char *expected)
{
  g_autofree char *text =
      chat_composer_dup_text (chat_room_view_get_composer (fixture->view));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_quote (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message =
      make_message (fixture, CHAT_AUDIENCE_ROOM, "One\nTwo", NULL);

  g_assert_null (find_menu (fixture));
  show (fixture, message);
  /* Nothing is made before it is asked for. */
  g_assert_null (find_menu (fixture));
  open_menu (fixture, "One\nTwo");
  g_assert_true (is_enabled (fixture, "message.quote"));
  assert_composed (fixture, "> bob wrote:\n> One\n> Two\n");
}

static void
test_quote_direct (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message =
      make_message (fixture, CHAT_AUDIENCE_DIRECT, "A secret", NULL);

  show (fixture, message);
  open_menu (fixture, "A secret");
  g_assert_true (is_enabled (fixture, "message.quote"));
  assert_composed (fixture, "/msg bob > bob wrote:\n> A secret\n");
}

static void
text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(char **)user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_set (gpointer user_data)
{
  return *(char **)user_data != NULL;
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = make_message (fixture, CHAT_AUDIENCE_ROOM, "To copy", NULL);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->view));
  GtkWidget *label;
  g_autofree char *all = NULL;
  g_autofree char *part = NULL;

  show (fixture, message);
  open_menu (fixture, "To copy");
  g_assert_true (is_enabled (fixture, "message.copy"));
  gdk_clipboard_read_text_async (clipboard, NULL, text_cb, &all);
  gui_test_wait ("the text is on the clipboard", is_set, &all);
  g_assert_cmpstr (all, ==, "To copy");

  /* What is selected, if anything is. The focus is where it was. */
  label = find_label (GTK_WIDGET (fixture->view), "To copy");
  gtk_popover_popdown (find_menu (fixture));
  g_assert_true (gtk_window_get_focus (fixture->window) == label);
  gtk_label_select_region (GTK_LABEL (label), 3, 7);
  g_assert_true (
      chat_message_menu_open_at_focus (chat_room_view_get_message_menu (fixture->view)));
  g_assert_true (is_enabled (fixture, "message.copy"));
  gdk_clipboard_read_text_async (clipboard, NULL, text_cb, &part);
  gui_test_wait ("the selection is on the clipboard", is_set, &part);
  g_assert_cmpstr (part, ==, "copy");
}

static void
test_nothing_there (Fixture *fixture, gconstpointer data)
{
  ChatMessageMenu *menu = chat_room_view_get_message_menu (fixture->view);

  chat_feed_add_notice (chat_room_view_get_feed (fixture->view), "A notice");
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_false (chat_message_menu_open_at (menu, 5, 5));
  g_assert_false (chat_message_menu_open_at_focus (menu));
}

/* Details */

static ChatMessageDetails *
open_details (Fixture *fixture, ChatMessage *message)
{
  ChatMessageDetails *details =
      chat_message_details_new (fixture->window, message,
                                chat_session_get_members (fixture->session), "alice");

  gtk_window_present (GTK_WINDOW (details));
  gui_test_settle (GTK_WIDGET (details));

  return details;
}

static const char *
get_subtitle (ChatMessageDetails *details, const char *id)
{
  return adw_action_row_get_subtitle (gui_test_child (details, id));
}

static void
test_details_received (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message = make_message (fixture, CHAT_AUDIENCE_DIRECT, "Hello", NULL);
  ChatMessageDetails *details = open_details (fixture, message);

  g_assert_cmpstr (
      get_subtitle (details, "fingerprint"), ==,
      chat_public_key_get_fingerprint (chat_private_key_get_public (fixture->bobs)));
  g_assert_cmpstr (get_subtitle (details, "id"), ==, "mid-1");
  g_assert_true (g_str_has_prefix (get_subtitle (details, "state"), "Verified"));
  g_assert_nonnull (strstr (get_subtitle (details, "sent"), "2020"));
  g_assert_nonnull (strstr (get_subtitle (details, "stored"), "2023"));
  g_assert_nonnull (find_label (GTK_WIDGET (details), "alice (you)"));
  gtk_window_destroy (GTK_WINDOW (details));
}

static void
test_details_unverified (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatMessage) message =
      make_message (fixture, CHAT_AUDIENCE_ROOM, NULL, "its signature is wrong");
  ChatMessageDetails *details = open_details (fixture, message);

  g_assert_nonnull (strstr (get_subtitle (details, "state"), "its signature is wrong"));
  g_assert_cmpstr (get_subtitle (details, "author"), ==, "Only the server says so");
  g_assert_false (gtk_widget_get_visible (gui_test_child (details, "fingerprint")));
  g_assert_false (gtk_widget_get_visible (gui_test_child (details, "sent")));
  g_assert_false (gtk_widget_get_visible (gui_test_child (details, "id")));
  g_assert_null (find_label (GTK_WIDGET (details), "alice (you)"));
  gtk_window_destroy (GTK_WINDOW (details));
}

static void
test_details_own (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ChatAudience) audience =
      chat_member_list_get_room (chat_session_get_members (fixture->session));
  g_autoptr (ChatMessage) message =
      chat_message_new_own ("alice", get_kid (fixture->key), "Mine", audience);
  ChatMessageDetails *details = open_details (fixture, message);

  g_assert_false (gtk_widget_get_visible (gui_test_child (details, "stored")));
  g_assert_nonnull (find_label (GTK_WIDGET (details), "bob"));

  /* What happens meanwhile is seen. */
  chat_message_set_place (message, 7, 1700000000000);
  chat_message_set_state (message, CHAT_MESSAGE_SENT, NULL);
  g_assert_true (gtk_widget_get_visible (gui_test_child (details, "stored")));
  chat_message_set_state (message, CHAT_MESSAGE_FAILED, "you are no longer a member");
  g_assert_cmpstr (get_subtitle (details, "state"), ==, "Not sent: you are no longer a member");
  gtk_window_destroy (GTK_WINDOW (details));
}

static void
test_details_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  g_autoptr (ChatAudience) audience = NULL;
  g_autoptr (ChatMessage) message = NULL;
  ChatMessageDetails *details;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("member-%u", i);

      g_strv_builder_add (builder, name);
    }
  names = g_strv_builder_end (builder);
  audience = chat_audience_new (CHAT_AUDIENCE_ROOM, "to", (const char *const *)names, NULL);
  message = chat_message_new_own ("alice", get_kid (fixture->key), "To all", audience);
  details = open_details (fixture, message);
  g_assert_nonnull (find_label (GTK_WIDGET (details), "member-19"));
  g_assert_null (find_label (GTK_WIDGET (details), "member-20"));
  g_assert_nonnull (find_label (GTK_WIDGET (details), "And 980 more"));
  gtk_window_destroy (GTK_WINDOW (details));
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  add_test ("/message-menu/quote", test_quote);
  add_test ("/message-menu/quote-direct", test_quote_direct);
  add_test ("/message-menu/copy", test_copy);
  add_test ("/message-menu/nothing-there", test_nothing_there);
  add_test ("/message-details/received", test_details_received);
  add_test ("/message-details/unverified", test_details_unverified);
  add_test ("/message-details/own", test_details_own);
  add_test ("/message-details/many", test_details_many);

  return g_test_run ();
}
