/* The list of messages: it follows the end, and keeps its place when it is not there. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-list.h"

#include "chat-feed-row.h"
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
  if (fixture->feed != NULL) /* which is to take it now, and not before the next frame */
    g_assert_true (chat_feed_find (fixture->feed, message, NULL));
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

static double
row_y (Fixture *fixture, GtkWidget *row)
{
  double x, y;

  g_assert_true (
      gtk_widget_translate_coordinates (row, GTK_WIDGET (fixture->list), 0, 0, &x, &y));

  return y;
}

/* The row of an item, or without one the first below y. */
static GtkWidget *
find_row (Fixture *fixture, ChatFeedItem *wanted, double y)
{
  GtkWidget *list = gui_test_child (fixture->list, "list");

  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = gtk_widget_get_first_child (child);

      if (gtk_widget_get_mapped (row)
          && (wanted != NULL ? chat_feed_row_get_item (CHAT_FEED_ROW (row)) == wanted
                             : row_y (fixture, row) >= y))
        return row;
    }
  g_assert_not_reached ();
}

static ChatFeedRow *
focused_row (Fixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  g_assert_true (CHAT_IS_FEED_ROW (focus));

  return CHAT_FEED_ROW (focus);
}

static gint64
focused_seq (Fixture *fixture)
{
  ChatFeedItem *found = chat_feed_row_get_item (focused_row (fixture));

  return chat_message_get_seq (chat_feed_item_get_message (found));
}

/* The rows themselves take the focus, one after the other, and not the texts in them; from the
 * last one, which is in sight, and away from the end. */
static void
test_keyboard (Fixture *fixture, gconstpointer data)
{
  GtkWidget *list = gui_test_child (fixture->list, "list");

  gtk_window_set_focus (fixture->window, NULL); /* a window gives it to its first widget */
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (fixture->list), GTK_DIR_TAB_FORWARD));
  settle (fixture);
  g_assert_cmpint (focused_seq (fixture), ==, 1299);
  g_assert_true (chat_message_list_get_following (fixture->list));

  for (gint64 seq = 1298; seq > 1270; seq--)
    {
      g_assert_true (gtk_widget_child_focus (list, GTK_DIR_UP));
      settle (fixture);
      g_assert_cmpint (focused_seq (fixture), ==, seq);
      g_assert_cmpfloat (row_y (fixture, GTK_WIDGET (focused_row (fixture))), >=, 0);
    }
  g_assert_false (chat_message_list_get_following (fixture->list));
}

/* The rows that come into sight get their height only then. What one looks at moves by what was
 * scrolled nevertheless, also near the ends, where GTK makes few rows on the far side. */
static void
scroll (Fixture *fixture, double distance)
{
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (fixture->list);
  GtkWidget *row = find_row (fixture, NULL, MAX (0, distance));
  ChatFeedItem *looked_at = chat_feed_row_get_item (CHAT_FEED_ROW (row));
  double before = row_y (fixture, row);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + distance);
  settle (fixture);
  row = find_row (fixture, looked_at, 0);
  g_assert_cmpfloat_with_epsilon (row_y (fixture, row), before - distance, 1);
}

static void
test_scrolls (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (fixture->list);
  double step = gtk_adjustment_get_page_size (adjustment) * 0.8;

  while (gtk_adjustment_get_value (adjustment) > step)
    scroll (fixture, -step);
  while (distance_from_end (fixture) > step)
    scroll (fixture, step);
}

/* Clicks of the wheel, and then a page by something else, all between two frames. */
static void
test_wheel (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (fixture->list);
  GObject *controller = gui_test_child (fixture->list, "scroll");
  double step = gtk_adjustment_get_page_size (adjustment) * 0.8;
  gboolean handled = FALSE;

  /* Far more often than there are pages would be a list that never gets to its begin. */
  for (guint n = 0; gtk_adjustment_get_value (adjustment) > 0; n++)
    {
      double before = gtk_adjustment_get_value (adjustment);

      g_assert_cmpuint (n, <, 100);
      for (int i = 0; i < 3; i++)
        g_signal_emit_by_name (controller, "scroll", 0.0, -1.0, &handled);
      g_assert_true (handled);
      gtk_adjustment_set_value (adjustment, before - step);
      settle (fixture);
      g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), <, MAX (before - step / 2, 1));
    }
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
  ADD ("/message-list/keyboard", test_keyboard);
  ADD ("/message-list/scrolls", test_scrolls);
  ADD ("/message-list/wheel", test_wheel);
  ADD ("/message-list/role", test_role);

  return g_test_run ();
}
