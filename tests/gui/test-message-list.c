/* The list of messages: it follows the end, and keeps its place when it is not there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-list.h"

#include "chat-feed.h"
#include "gui-test.h"

typedef struct
{
  ChatTimeline *timeline;
  ChatFeed *feed;
  ChatMessageList *list;
  GtkWindow *window;
} Fixture;

static char *
make_text (gint64 seq)
{
  g_autoptr (GString) text = g_string_new ("Some words");

  /* Some take several lines. */
  for (gint64 i = 0; i < seq % 7; i++)
    g_string_append (text, ", and more words that need a line or two");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add (Fixture *fixture, gint64 seq)
{
  const char *names[] = { "bob", "alice", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (CHAT_AUDIENCE_ROOM, "to", names, NULL);
  g_autofree char *mid = g_strdup_printf ("mid-%" G_GINT64_FORMAT, seq);
  g_autofree char *text = make_text (seq);
  const ChatMessageFacts facts = { .from = "bob",
                                   .seq = seq,
                                   .at = 1700000000000 + seq,
                                   .mid = mid,
                                   .author_kid = "kid",
                                   .sent = 1700000000000 + seq,
                                   .text = text,
                                   .audience = audience };
  g_autoptr (ChatMessage) message = chat_message_new_received (&facts);

  chat_timeline_add (fixture->timeline, message, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->timeline = chat_timeline_new ();
  for (gint64 seq = 1000; seq < 1300; seq++)
    add (fixture, seq);
  fixture->feed = chat_feed_new (fixture->timeline);
  fixture->list = g_object_new (CHAT_TYPE_MESSAGE_LIST, NULL);
  chat_message_list_set_model (fixture->list, G_LIST_MODEL (fixture->feed));
  fixture->window = gui_test_show (GTK_WIDGET (fixture->list), 400, 500);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  g_object_unref (fixture->feed);
  g_object_unref (fixture->timeline);
}

static double
distance_from_end (Fixture *fixture)
{
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (fixture->list);

  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)
         - gtk_adjustment_get_value (adjustment);
}

static void
settle (Fixture *fixture)
{
  gui_test_settle (GTK_WIDGET (fixture->window));
}

static void
test_follows (Fixture *fixture, gconstpointer data)
{
  g_assert_true (chat_message_list_get_following (fixture->list));
  g_assert_cmpfloat (distance_from_end (fixture), <, 1);

  for (gint64 seq = 1300; seq < 1310; seq++)
    {
      add (fixture, seq);
      settle (fixture);
      g_assert_cmpfloat (distance_from_end (fixture), <, 1);
    }
  chat_feed_add_notice (fixture->feed, "carol is online");
  settle (fixture);
  g_assert_cmpfloat (distance_from_end (fixture), <, 1);

  /* What comes above is no reason to leave the end. */
  for (gint64 seq = 1; seq < 50; seq++)
    add (fixture, seq);
  settle (fixture);
  g_assert_cmpfloat (distance_from_end (fixture), <, 1);
}

static void
test_stays (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (fixture->list);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 900);
  settle (fixture);
  g_assert_false (chat_message_list_get_following (fixture->list));

  for (gint64 seq = 1300; seq < 1320; seq++)
    add (fixture, seq);
  settle (fixture);
  g_assert_false (chat_message_list_get_following (fixture->list));
  g_assert_cmpfloat (distance_from_end (fixture), >, 500);

  chat_message_list_jump_to_end (fixture->list);
  settle (fixture);
  g_assert_true (chat_message_list_get_following (fixture->list));
  g_assert_cmpfloat (distance_from_end (fixture), <, 1);
}

static void
test_role (Fixture *fixture, gconstpointer data)
{
  GtkWidget *list = gui_test_child (fixture->list, "list");

  gtk_test_accessible_assert_role (list, GTK_ACCESSIBLE_ROLE_LOG);
  gtk_test_accessible_assert_property (list, GTK_ACCESSIBLE_PROPERTY_LABEL, "Messages");
}

static ChatFeedItem *
item (Fixture *fixture, guint i)
{
  g_autoptr (ChatFeedItem) found = g_list_model_get_item (G_LIST_MODEL (fixture->feed), i);

  g_assert_nonnull (found);

  return found; /* which the feed keeps */
}

static void
test_feed (void)
{
  Fixture fixture = { .timeline = chat_timeline_new () };

  add (&fixture, 10);
  add (&fixture, 12);
  fixture.feed = chat_feed_new (fixture.timeline);
  chat_feed_add_notice (fixture.feed, "carol is online");
  add (&fixture, 13);
  add (&fixture, 11);
  add (&fixture, 1);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.feed)), ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      static const gint64 seqs[] = { 1, 10, 11, 12, 0, 13 };
      ChatMessage *message = chat_feed_item_get_message (item (&fixture, i));

      g_assert_cmpint (message != NULL ? chat_message_get_seq (message) : 0, ==, seqs[i]);
    }
  g_assert_true (chat_feed_item_get_begins_day (item (&fixture, 0)));
  g_assert_false (chat_feed_item_get_begins_day (item (&fixture, 1)));
  g_assert_false (chat_feed_item_get_begins_run (item (&fixture, 1)));
  g_assert_true (chat_feed_item_get_begins_run (item (&fixture, 5)));

  g_object_unref (fixture.feed);
  g_object_unref (fixture.timeline);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/feed", test_feed);
  ADD ("/message-list/follows", test_follows);
  ADD ("/message-list/stays", test_stays);
  ADD ("/message-list/role", test_role);

  return g_test_run ();
}
