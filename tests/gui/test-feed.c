/* What the room lists: messages in their order, notices that collapse, and where the new ones
 * begin. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-announcer.h"
#include "chat-feed.h"
#include "chat-limits.h"
#include "chat-member-changes.h"
#include "chat-read-mark.h"
#include "gui-test.h"

typedef struct
{
  ChatTimeline *timeline;
  ChatFeed *feed;
  guint n_changes; /* signals "items-changed" */
  guint n_items;   /* as they tell */
} Fixture;

static void
changed_cb (Fixture *fixture, guint position, guint n_removed, guint n_added)
{
  g_assert_cmpuint (position + n_removed, <=, fixture->n_items);
  fixture->n_changes++;
  fixture->n_items += n_added - n_removed;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->feed)), ==, fixture->n_items);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->timeline = chat_timeline_new ();
  fixture->feed = chat_feed_new (fixture->timeline);
  g_signal_connect_swapped (fixture->feed, "items-changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->feed);
  g_object_unref (fixture->timeline);
}

/* seq: 0 for one that has no number yet. */
static ChatMessage *
add_to_readers (Fixture *fixture, gint64 seq, const char *to)
{
  const char *names[] = { "bob", "alice", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (CHAT_AUDIENCE_ROOM, to, names, NULL);
  g_autofree char *mid = g_strdup_printf ("mid-%" G_GINT64_FORMAT, seq);
  const ChatMessageFacts facts = { .from = "bob",
                                   .seq = seq,
                                   .at = 1700000000000 + seq,
                                   .mid = mid,
                                   .author_kid = "kid",
                                   .sent = 1700000000000 + seq,
                                   .text = "hello",
                                   .audience = audience };
  g_autoptr (ChatMessage) message = chat_message_new_received (&facts);

  return chat_timeline_add (fixture->timeline, message, NULL); /* which the timeline keeps */
}

static ChatMessage *
add_to_timeline (Fixture *fixture, gint64 seq)
{
  return add_to_readers (fixture, seq, "to");
}

/* The feed is to take it now, and not before the next frame. */
static ChatMessage *
add (Fixture *fixture, gint64 seq)
{
  ChatMessage *message = add_to_timeline (fixture, seq);

  g_assert_true (chat_feed_find (fixture->feed, message, NULL));

  return message;
}

static ChatFeedItem *
item (Fixture *fixture, guint i)
{
  g_autoptr (ChatFeedItem) found = g_list_model_get_item (G_LIST_MODEL (fixture->feed), i);

  g_assert_nonnull (found);

  return found; /* which the feed keeps */
}

static void
test_changes (void)
{
  g_autoptr (ChatMemberChanges) changes = chat_member_changes_new ();
  g_autofree char *one = NULL;
  g_autofree char *many = NULL;
  g_autofree char *after = NULL;
  g_autofree char *all = NULL;

  chat_member_changes_add (changes, "alice", CHAT_MEMBER_CAME);
  one = chat_member_changes_dup_summary (changes);
  g_assert_cmpstr (one, ==, "alice is online");

  chat_member_changes_add (changes, "bob", CHAT_MEMBER_CAME);
  chat_member_changes_add (changes, "carol", CHAT_MEMBER_CAME);
  chat_member_changes_add (changes, "dave", CHAT_MEMBER_CAME);
  chat_member_changes_add (changes, "eve", CHAT_MEMBER_LEFT);
  many = chat_member_changes_dup_summary (changes);
  g_assert_cmpstr (many, ==, "alice, bob and 2 others are online · eve is offline");

  /* Who is back is online, who has gone again was only passing by. */
  chat_member_changes_add (changes, "eve", CHAT_MEMBER_CAME);
  chat_member_changes_add (changes, "dave", CHAT_MEMBER_LEFT);
  chat_member_changes_add (changes, "alice", CHAT_MEMBER_REMOVED);
  after = chat_member_changes_dup_summary (changes);
  g_assert_cmpstr (after, ==,
                   "alice is no longer a member · alice, bob and 2 others are online · "
                   "dave came and went");

  all = chat_member_changes_dup_all (changes);
  g_assert_true (g_str_has_prefix (all, "alice is online\nbob is online\n"));
  g_assert_true (g_str_has_suffix (all, "\ndave is offline\nalice is no longer a member"));
}

static char *
list_seqs (Fixture *fixture)
{
  GString *seqs = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->feed)); i++)
    {
      ChatMessage *message = chat_feed_item_get_message (item (fixture, i));

      g_string_append_printf (seqs, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
                              message != NULL ? chat_message_get_seq (message) : -1);
    }

  return g_string_free (seqs, FALSE);
}

static void
assert_seqs (Fixture *fixture, const char *expected)
{
  g_autofree char *seqs = list_seqs (fixture);

  g_assert_cmpstr (seqs, ==, expected);
}

/* What comes at the end in one turn of the main loop is one change. */
static void
test_gathers (Fixture *fixture, gconstpointer data)
{
  for (gint64 seq = 1; seq <= 100; seq++)
    add_to_timeline (fixture, 10 * seq);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  g_assert_cmpuint (fixture->n_items, ==, 100);
}

/* Among what is gathered, and above it. */
static void
test_changes_while_gathering (Fixture *fixture, gconstpointer data)
{
  ChatMessage *own;

  add (fixture, 10);
  add_to_timeline (fixture, 30);
  own = add_to_timeline (fixture, 0);
  add_to_timeline (fixture, 5);
  assert_seqs (fixture, "5 10");
  add_to_timeline (fixture, 20);
  assert_seqs (fixture, "5 10");
  /* It moves up from the end, so all that it passes is there now. */
  chat_timeline_settle (fixture->timeline, own, 7, 0);
  assert_seqs (fixture, "5 7 10 20 30");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_seqs (fixture, "5 7 10 20 30");

  /* A notice stands below all that came before it. */
  add_to_timeline (fixture, 40);
  chat_feed_add_notice (fixture->feed, "carol is online");
  add_to_timeline (fixture, 50);
  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  assert_seqs (fixture, "5 7 10 20 30 40 -1 50 -1");
}

static void
test_collapse (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1);
  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  chat_feed_add_change (fixture->feed, "carol", CHAT_MEMBER_CAME);
  g_assert_cmpuint (fixture->n_items, ==, 2);
  g_assert_false (chat_feed_item_get_collapsible (item (fixture, 1)));

  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_LEFT);
  g_assert_cmpuint (fixture->n_items, ==, 2);
  g_assert_true (chat_feed_item_get_collapsible (item (fixture, 1)));
  g_assert_cmpstr (chat_feed_item_get_notice (item (fixture, 1)), ==,
                   "carol is online · bob came and went");
  chat_feed_item_set_expanded (item (fixture, 1), TRUE);
  g_assert_cmpstr (chat_feed_item_get_notice (item (fixture, 1)), ==,
                   "bob is online\ncarol is online\nbob is offline");

  /* Neither across a message, nor into a notice of another kind. */
  add (fixture, 2);
  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  chat_feed_add_notice (fixture->feed, "No such command.");
  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_LEFT);
  g_assert_cmpuint (fixture->n_items, ==, 6);

  /* A room where people come and go all day does not grow one line without end. */
  for (int i = 0; i < 1000; i++)
    chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  g_assert_cmpuint (fixture->n_items, >, 10);
  g_assert_cmpuint (fixture->n_items, <, 20);
}

static void
test_splices (Fixture *fixture, gconstpointer data)
{
  ChatFeedItem *kept;

  for (gint64 seq = 1; seq <= 4; seq++)
    {
      add (fixture, seq * 10);
      if (seq == 2)
        chat_feed_add_notice (fixture->feed, "in between");
    }
  kept = item (fixture, 4);

  /* Two go from around the notice, and it stays. */
  fixture->n_changes = 0;
  g_list_model_items_changed (G_LIST_MODEL (fixture->timeline), 1, 2, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  g_assert_cmpuint (fixture->n_items, ==, 5);
  g_assert_true (item (fixture, 4) == kept);

  /* What only moves keeps its item, and so its row. */
  kept = item (fixture, 0);
  g_list_model_items_changed (G_LIST_MODEL (fixture->timeline), 0, 1, 1);
  g_assert_true (item (fixture, 0) == kept);
}

/* Whoever makes notices without end does not fill the memory. */
static void
test_notices_without_end (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1);
  for (int i = 0; i < CHAT_MAX_FEED_NOTICES + 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("notice %d", i);

      chat_feed_add_notice (fixture->feed, text);
    }
  add (fixture, 2);
  g_assert_cmpuint (fixture->n_items, ==, CHAT_MAX_FEED_NOTICES + 2);
  g_assert_nonnull (chat_feed_item_get_message (item (fixture, 0)));
  g_assert_cmpstr (chat_feed_item_get_notice (item (fixture, 1)), ==, "notice 5");

  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  g_assert_cmpuint (fixture->n_items, ==, CHAT_MAX_FEED_NOTICES + 2);
  g_assert_cmpstr (chat_feed_item_get_notice (item (fixture, 1)), ==, "notice 6");
}

/* The feed begins with a message when the timeline has let go of what was before. */
static void
test_notices_go_with_messages (Fixture *fixture, gconstpointer data)
{
  chat_feed_add_notice (fixture->feed, "first of all");
  add (fixture, 1);
  chat_feed_add_notice (fixture->feed, "between");
  chat_feed_add_change (fixture->feed, "bob", CHAT_MEMBER_CAME);
  add (fixture, 2);
  chat_feed_add_notice (fixture->feed, "below");
  for (gint64 seq = 3; seq <= CHAT_MAX_TIMELINE; seq++)
    add_to_timeline (fixture, seq);
  add (fixture, CHAT_MAX_TIMELINE + 1);

  g_assert_cmpuint (fixture->n_items, ==, CHAT_MAX_TIMELINE + 1);
  g_assert_cmpint (chat_message_get_seq (chat_feed_item_get_message (item (fixture, 0))), ==, 2);
  g_assert_true (chat_feed_item_get_begins_run (item (fixture, 0)));
  g_assert_cmpstr (chat_feed_item_get_notice (item (fixture, 1)), ==, "below");
}

/* A run has the same readers from its first message on, which tells who they are. */
static void
test_readers (Fixture *fixture, gconstpointer data)
{
  add (fixture, 10);
  add (fixture, 20);
  g_assert_false (chat_feed_item_get_begins_run (item (fixture, 1)));
  g_assert_true (chat_feed_find (fixture->feed, add_to_readers (fixture, 30, "others"), NULL));
  g_assert_true (chat_feed_item_get_begins_run (item (fixture, 2)));
}

static void
test_new_line (Fixture *fixture, gconstpointer data)
{
  ChatMessage *second;

  add (fixture, 10);
  second = add (fixture, 20);
  g_assert_false (chat_feed_item_get_begins_run (item (fixture, 1)));

  chat_feed_begin_new (fixture->feed, second);
  g_assert_true (chat_feed_item_get_begins_new (item (fixture, 1)));
  g_assert_true (chat_feed_item_get_begins_run (item (fixture, 1)));

  /* It keeps its message, whatever comes. */
  add (fixture, 1);
  add (fixture, 30);
  g_assert_true (chat_feed_get_first_new (fixture->feed) == second);
  g_assert_true (chat_feed_item_get_begins_new (item (fixture, 2)));

  chat_feed_begin_new (fixture->feed, NULL);
  g_assert_false (chat_feed_item_get_begins_new (item (fixture, 2)));
  g_assert_false (chat_feed_item_get_begins_run (item (fixture, 2)));
}

static void
test_read_mark (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = gui_test_make_folder ();
  g_autoptr (ChatPrivateKey) key = gui_test_make_keys (folder, "alice", NULL);
  g_autoptr (ChatSession) session =
      chat_session_new ("127.0.0.1", 1, "alice", key, chat_private_key_get_public (key));
  ChatMessageList *list = g_object_new (CHAT_TYPE_MESSAGE_LIST, NULL);
  g_autoptr (ChatReadMark) mark = chat_read_mark_new (list);
  ChatMessage *message;

#define DELIVER(seq, origin)                                                                       \
  (message = add (fixture, (seq)), g_signal_emit_by_name (session, "delivered", message, (origin)))

  g_object_ref_sink (list);
  chat_read_mark_set_feed (mark, fixture->feed, session);

  /* Seen as it comes: no line. */
  chat_read_mark_set_active (mark, TRUE);
  DELIVER (1, CHAT_ORIGIN_LIVE);
  g_assert_null (chat_feed_get_first_new (fixture->feed));

  /* Away: above the first one, not the last one. */
  chat_read_mark_set_active (mark, FALSE);
  DELIVER (2, CHAT_ORIGIN_LIVE);
  DELIVER (3, CHAT_ORIGIN_LIVE);
  g_assert_cmpint (chat_message_get_seq (chat_feed_get_first_new (fixture->feed)), ==, 2);

  /* Back: it is still there to be found; away again, it is another one. */
  chat_read_mark_set_active (mark, TRUE);
  DELIVER (4, CHAT_ORIGIN_LIVE);
  g_assert_cmpint (chat_message_get_seq (chat_feed_get_first_new (fixture->feed)), ==, 2);
  chat_read_mark_set_active (mark, FALSE);
  DELIVER (5, CHAT_ORIGIN_MISSED);
  g_assert_cmpint (chat_message_get_seq (chat_feed_get_first_new (fixture->feed)), ==, 5);

  chat_read_mark_written (mark);
  g_assert_null (chat_feed_get_first_new (fixture->feed));

  /* What is fetched is old. */
  DELIVER (-1, CHAT_ORIGIN_HISTORY);
  g_assert_null (chat_feed_get_first_new (fixture->feed));
#undef DELIVER

  g_object_unref (list);
  gui_test_remove_folder (g_steal_pointer (&folder));
}

static gboolean
has_spoken (gpointer user_data)
{
  GtkWidget *label = gtk_widget_get_first_child (user_data);

  return gtk_label_get_text (GTK_LABEL (label))[0] != '\0';
}

static void
test_announcer (Fixture *fixture, gconstpointer data)
{
  ChatAnnouncer *announcer = g_object_new (CHAT_TYPE_ANNOUNCER, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (announcer), 100, 100);
  const char *text;

  gtk_test_accessible_assert_role (announcer, GTK_ACCESSIBLE_ROLE_STATUS);
  for (gint64 seq = 1; seq <= 3; seq++)
    chat_announcer_say_message (announcer, add (fixture, seq));
  gui_test_wait ("the announcement", has_spoken, announcer);
  text = gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (GTK_WIDGET (announcer))));
  g_assert_true (g_str_has_prefix (text, "3 new messages. bob, "));
  gtk_test_accessible_assert_property (announcer, GTK_ACCESSIBLE_PROPERTY_LABEL, text);

  gtk_window_destroy (window);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/feed/changes", test_changes);
  ADD ("/feed/gathers", test_gathers);
  ADD ("/feed/changes-while-gathering", test_changes_while_gathering);
  ADD ("/feed/collapse", test_collapse);
  ADD ("/feed/splices", test_splices);
  ADD ("/feed/notices-without-end", test_notices_without_end);
  ADD ("/feed/notices-go-with-messages", test_notices_go_with_messages);
  ADD ("/feed/readers", test_readers);
  ADD ("/feed/new-line", test_new_line);
  ADD ("/feed/read-mark", test_read_mark);
  ADD ("/feed/announcer", test_announcer);

  return g_test_run ();
}
