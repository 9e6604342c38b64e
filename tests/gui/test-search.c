/* Search in a room: what matches, in which order, and what is shown of it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-bar.h"

#include "chat-feed.h"
#include "chat-fold.h"
#include "chat-message-list.h"
#include "chat-timeline-search.h"
#include "gui-test.h"

#include <string.h>

typedef struct
{
  ChatTimeline *timeline;
  ChatFeed *feed;
  ChatTimelineSearch *search;
  guint n_moved;
} Fixture;

static void
add (Fixture *fixture, gint64 seq, const char *from, const char *text)
{
  const char *names[] = { "bob", "alice", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (CHAT_AUDIENCE_ROOM, "to", names, NULL);
  g_autofree char *mid = g_strdup_printf ("mid-%" G_GINT64_FORMAT, seq);
  const ChatMessageFacts facts = { .from = from,
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
moved_cb (Fixture *fixture)
{
  fixture->n_moved++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->timeline = chat_timeline_new ();
  add (fixture, 1001, "bob", "An apple a day");
  add (fixture, 1002, "bob", "Nothing of the kind");
  add (fixture, 1003, "Äpple", "said by her");
  add (fixture, 1004, "bob", "ÉCLAIR, with APPLES");
  add (fixture, 1005, "bob", "The end");
  fixture->feed = chat_feed_new (fixture->timeline);
  fixture->search = chat_timeline_search_new ();
  g_signal_connect_swapped (fixture->search, "moved", G_CALLBACK (moved_cb), fixture);
  chat_timeline_search_set_items (fixture->search, G_LIST_MODEL (fixture->feed));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->search);
  g_object_unref (fixture->feed);
  g_object_unref (fixture->timeline);
}

static gboolean
is_idle (gpointer search)
{
  return !chat_timeline_search_is_busy (search);
}

static void
look_for (Fixture *fixture, const char *query)
{
  chat_timeline_search_set_query (fixture->search, query);
  gui_test_wait ("the search is over", is_idle, fixture->search);
}

static void
assert_at (Fixture *fixture, guint rank, guint n_matches, guint position)
{
  g_assert_cmpuint (chat_timeline_search_get_rank (fixture->search), ==, rank);
  g_assert_cmpuint (chat_timeline_search_get_n_matches (fixture->search), ==, n_matches);
  g_assert_cmpuint (chat_timeline_search_get_position (fixture->search), ==, position);
}

static void
test_fold (void)
{
  static const char *const cases[][2] = {
    { "Plain TEXT", "plain text" }, { "Ärger", "arger" },      { "STRASSE", "strasse" },
    { "Straße", "strasse" },        { "é", "e\xcc\x81" },      { "ﬁne", "fine" },
    { "ЙОД", "иод" },               { "ΑΘΉΝΑ", "αθηνα" },      { "قُل", "قل" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = chat_fold (cases[i][0]);
      g_autofree char *other = chat_fold (cases[i][1]);

      g_assert_cmpstr (one, ==, other);
    }
}

static void
test_matches (Fixture *fixture, gconstpointer data)
{
  assert_at (fixture, 0, 0, G_MAXUINT);
  look_for (fixture, "aPPle");
  g_assert_cmpuint (fixture->n_moved, ==, 1);

  /* The latest first, then older ones, and around. */
  assert_at (fixture, 1, 3, 3);
  chat_timeline_search_step (fixture->search, 1);
  assert_at (fixture, 2, 3, 2);
  chat_timeline_search_step (fixture->search, 1);
  assert_at (fixture, 3, 3, 0);
  chat_timeline_search_step (fixture->search, 1);
  assert_at (fixture, 1, 3, 3);
  chat_timeline_search_step (fixture->search, -1);
  assert_at (fixture, 3, 3, 0);
  g_assert_cmpuint (fixture->n_moved, ==, 5);

  look_for (fixture, "eclair");
  assert_at (fixture, 1, 1, 3);
  look_for (fixture, "nobody said this");
  assert_at (fixture, 0, 0, G_MAXUINT);
  look_for (fixture, "");
  g_assert_false (chat_timeline_search_has_query (fixture->search));
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  look_for (fixture, "apple");
  chat_timeline_search_step (fixture->search, 1);
  assert_at (fixture, 2, 3, 2);

  /* What comes above, below or in between moves nobody. */
  add (fixture, 1, "bob", "an older apple");
  assert_at (fixture, 2, 4, 3);
  add (fixture, 2000, "bob", "a newer apple");
  assert_at (fixture, 3, 5, 3);
  add (fixture, 2001, "bob", "no match");
  assert_at (fixture, 3, 5, 3);
  chat_feed_add_notice (fixture->feed, "a notice on apples");
  assert_at (fixture, 3, 5, 3);
  g_assert_cmpuint (fixture->n_moved, ==, 2);
}

/* Against the plain way of doing it. */
static void
assert_all (Fixture *fixture, const char *word)
{
  GListModel *feed = G_LIST_MODEL (fixture->feed);
  guint n = g_list_model_get_n_items (feed);

  while (chat_timeline_search_get_rank (fixture->search) > 1)
    chat_timeline_search_step (fixture->search, -1);
  for (guint i = n; i > 0; i--)
    {
      g_autoptr (ChatFeedItem) item = g_list_model_get_item (feed, i - 1);
      ChatMessage *message = chat_feed_item_get_message (item);

      if (message == NULL || strstr (chat_message_get_text (message), word) == NULL)
        continue;
      g_assert_cmpuint (chat_timeline_search_get_position (fixture->search), ==, i - 1);
      chat_timeline_search_step (fixture->search, 1);
    }
  g_assert_cmpuint (chat_timeline_search_get_rank (fixture->search), ==, 1);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint n_steps = 0;

  for (gint64 seq = 10000; seq < 14000; seq++)
    add (fixture, seq, "bob", seq % 7 == 0 ? "seventh" : "another");
  chat_timeline_search_set_query (fixture->search, "seventh");

  /* Others come while it still looks. */
  for (; chat_timeline_search_is_busy (fixture->search); n_steps++)
    {
      add (fixture, 9000 - n_steps, "bob", n_steps % 2 == 0 ? "seventh, above" : "above");
      add (fixture, 20000 + n_steps, "bob", n_steps % 3 == 0 ? "seventh, below" : "below");
      g_main_context_iteration (NULL, TRUE);
    }
  assert_all (fixture, "seventh");
  add (fixture, 2, "bob", "seventh, at last");
  assert_all (fixture, "seventh");
}

static void
test_other_room (Fixture *fixture, gconstpointer data)
{
  look_for (fixture, "apple");
  chat_timeline_search_set_items (fixture->search, NULL);
  assert_at (fixture, 0, 0, G_MAXUINT);
  /* Nobody listens any more. */
  add (fixture, 3000, "bob", "apple");
  assert_at (fixture, 0, 0, G_MAXUINT);
}

/* The bar */

typedef struct
{
  ChatSearchBar *bar;
  GtkWidget *button; /* has the focus first */
  GtkWindow *window;
  guint found;
} Bar;

static void
found_cb (ChatSearchBar *bar, guint position, gpointer user_data)
{
  ((Bar *)user_data)->found = position;
}

static void
make_bar (Bar *self, Fixture *fixture)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->bar = g_object_new (CHAT_TYPE_SEARCH_BAR, NULL);
  self->button = gtk_button_new_with_label ("A button");
  self->found = 99;
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (box), self->button);
  chat_search_bar_set_items (self->bar, G_LIST_MODEL (fixture->feed));
  g_signal_connect (self->bar, "found", G_CALLBACK (found_cb), self);
  self->window = gui_test_show (box, 360, 200);
  gtk_widget_grab_focus (self->button);
}

static const char *
get_count (Bar *self)
{
  return gtk_label_get_text (gui_test_child (self->bar, "count"));
}

static gboolean
is_counted (gpointer user_data)
{
  const char *text = get_count (user_data);

  return *text != '\0' && !g_str_has_suffix (text, "…");
}

static gboolean
has_focus_in (Bar *self)
{
  GtkWidget *focus = gtk_window_get_focus (self->window);

  return focus != NULL && gtk_widget_is_ancestor (focus, gui_test_child (self->bar, "entry"));
}

static void
test_bar (Fixture *fixture, gconstpointer data)
{
  Bar bar;
  GtkWidget *entry;
  int minimum;

  make_bar (&bar, fixture);
  entry = gui_test_child (bar.bar, "entry");
  chat_search_bar_begin (bar.bar);
  g_assert_true (has_focus_in (&bar));
  g_assert_false (gtk_widget_get_sensitive (gui_test_child (bar.bar, "older")));

  gtk_editable_set_text (GTK_EDITABLE (entry), "apple");
  gui_test_wait ("the matches are counted", is_counted, &bar);
  g_assert_cmpstr (get_count (&bar), ==, "1 of 3");
  g_assert_cmpuint (bar.found, ==, 3);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (get_count (&bar), ==, "2 of 3");
  g_assert_cmpuint (bar.found, ==, 2);
  g_signal_emit_by_name (entry, "previous-match");
  g_assert_cmpuint (bar.found, ==, 3);
  gtk_test_accessible_assert_role (bar.bar, GTK_ACCESSIBLE_ROLE_SEARCH);
  gtk_test_accessible_assert_role (gui_test_child (bar.bar, "count"), GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_measure (GTK_WIDGET (bar.bar), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, <=, 360);

  gtk_editable_set_text (GTK_EDITABLE (entry), "never said");
  /* At once, before the entry tells. */
  g_signal_emit_by_name (entry, "activate");
  gui_test_wait ("the search is over", is_counted, &bar);
  g_assert_cmpstr (get_count (&bar), ==, "No matches");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_assert_cmpuint (bar.found, ==, G_MAXUINT);

  /* Escape */
  g_signal_emit_by_name (entry, "stop-search");
  g_assert_false (chat_search_bar_get_open (bar.bar));
  g_assert_true (gtk_window_get_focus (bar.window) == bar.button);
  gtk_window_destroy (bar.window);
}

static gboolean
is_row_shown (GtkWidget *widget, const char *text, int height)
{
  graphene_rect_t bounds;
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (widget));

  if (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return gtk_widget_compute_bounds (widget, root, &bounds) && bounds.origin.y >= 0
           && bounds.origin.y + bounds.size.height <= (float)height;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_row_shown (child, text, height))
      return TRUE;

  return FALSE;
}

static void
test_scroll_to (Fixture *fixture, gconstpointer data)
{
  ChatMessageList *list = g_object_new (CHAT_TYPE_MESSAGE_LIST, NULL);
  GtkWindow *window;

  for (gint64 seq = 10000; seq < 10500; seq++)
    {
      g_autofree char *text = g_strdup_printf ("Number %" G_GINT64_FORMAT, seq);

      add (fixture, seq, "bob", text);
    }
  chat_message_list_set_model (list, G_LIST_MODEL (fixture->feed));
  window = gui_test_show (GTK_WIDGET (list), 400, 500);
  g_assert_true (is_row_shown (GTK_WIDGET (list), "Number 10499", 500));
  g_assert_false (is_row_shown (GTK_WIDGET (list), "Number 10095", 500));
  chat_message_list_set_found (list, 100);
  chat_message_list_scroll_to (list, 100);
  gui_test_settle (GTK_WIDGET (window));
  g_assert_true (is_row_shown (GTK_WIDGET (list), "Number 10095", 500));
  g_assert_false (chat_message_list_get_following (list));

  /* And not away from it when another message comes. */
  add (fixture, 20000, "bob", "The latest");
  gui_test_settle (GTK_WIDGET (window));
  g_assert_true (is_row_shown (GTK_WIDGET (list), "Number 10095", 500));

  /* The last one is at the end: there is nowhere to jump from it. */
  chat_message_list_scroll_to (list, g_list_model_get_n_items (G_LIST_MODEL (fixture->feed)) - 1);
  gui_test_settle (GTK_WIDGET (window));
  g_assert_true (is_row_shown (GTK_WIDGET (list), "The latest", 500));
  g_assert_true (chat_message_list_get_following (list));
  gtk_window_destroy (window);
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

  g_test_add_func ("/search/fold", test_fold);
  add_test ("/search/matches", test_matches);
  add_test ("/search/changes", test_changes);
  add_test ("/search/many", test_many);
  add_test ("/search/other-room", test_other_room);
  add_test ("/search/bar", test_bar);
  add_test ("/search/scroll-to", test_scroll_to);

  return g_test_run ();
}
