/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-timeline.h"

#include "chat-limits.h"

static ChatAudience *
room (void)
{
  const char *names[] = { "alice", "bob", NULL };

  return chat_audience_new (CHAT_AUDIENCE_ROOM, "set", names, NULL);
}

/* author NULL: one that could not be verified. */
static ChatMessage *
received (gint64 seq, const char *author, const char *mid)
{
  g_autoptr (ChatAudience) audience = room ();
  ChatMessageFacts facts = { .from = "bob", .seq = seq, .at = seq * 1000 };

  facts.author_kid = author;
  facts.mid = author != NULL ? mid : NULL;
  facts.text = author != NULL ? mid : NULL;
  facts.audience = author != NULL ? audience : NULL;
  facts.problem = author != NULL ? NULL : "tampered with";

  return chat_message_new_received (&facts);
}

static ChatMessage *
own (const char *text)
{
  g_autoptr (ChatAudience) audience = room ();

  return chat_message_new_own ("alice", "kid-alice", text, audience);
}

static gboolean
add (ChatTimeline *timeline, ChatMessage *message)
{
  gboolean is_new;

  chat_timeline_add (timeline, message, &is_new);
  g_object_unref (message);

  return is_new;
}

/* The texts in order, or "!" for what is not verified. */
static char *
list (ChatTimeline *timeline)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (timeline), i);
      const char *text = chat_message_get_text (message);

      g_string_append_printf (texts, "%s%s", i > 0 ? " " : "", text != NULL ? text : "!");
    }

  return g_string_free (g_steal_pointer (&texts), FALSE);
}

#define assert_list(timeline, expected)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *listed = list (timeline);                                                     \
    g_assert_cmpstr (listed, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

/* Follows items-changed as a view would, and checks that it always agrees with the model. */
static void
mirror_cb (GListModel *model, guint position, guint removed, guint added, GPtrArray *mirror)
{
  g_ptr_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror, (int)(position + i), g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < mirror->len; i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (model, i);

      g_assert_true (message == g_ptr_array_index (mirror, i));
    }
}

static void
test_order_is_the_servers (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();

  g_assert_true (add (timeline, own ("unsent")));
  g_assert_true (add (timeline, received (5, "kid-bob", "five")));
  g_assert_true (add (timeline, received (9, "kid-bob", "nine")));
  g_assert_true (add (timeline, received (2, "kid-bob", "two")));
  g_assert_true (add (timeline, own ("later")));
  assert_list (timeline, "two five nine unsent later");
  g_assert_cmpint (chat_timeline_get_first_seq (timeline), ==, 2);
}

static void
test_each_message_once (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();

  g_assert_true (add (timeline, received (5, "kid-bob", "five")));
  g_assert_false (add (timeline, received (5, "kid-bob", "five")));
  /* Only its author can give an id, so this is another message. */
  g_assert_true (add (timeline, received (6, "kid-carol", "five")));
  g_assert_true (add (timeline, received (7, NULL, NULL)));
  g_assert_false (add (timeline, received (7, NULL, NULL)));
  assert_list (timeline, "five five !");
}

static void
test_ours_settles_into_its_place (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ChatMessage) first = own ("first");
  g_autoptr (ChatMessage) second = own ("second");

  g_signal_connect (timeline, "items-changed", G_CALLBACK (mirror_cb), mirror);
  chat_timeline_add (timeline, first, NULL);
  chat_timeline_add (timeline, second, NULL);
  add (timeline, received (4, "kid-bob", "four"));
  add (timeline, received (8, "kid-bob", "eight"));
  assert_list (timeline, "four eight first second");

  chat_timeline_settle (timeline, second, 6, 6000);
  assert_list (timeline, "four second eight first");
  chat_timeline_settle (timeline, first, 9, 9000);
  assert_list (timeline, "four second eight first");
  g_assert_cmpint (chat_message_get_seq (first), ==, 9);

  /* Settled once; a second acknowledgement does not move it. */
  chat_timeline_settle (timeline, second, 11, 11000);
  assert_list (timeline, "four second eight first");
}

static void
test_our_echo_is_found (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (ChatMessage) message = own ("mine");
  g_autoptr (ChatMessage) echo = received (3, "kid-alice", chat_message_get_mid (message));
  gboolean is_new;

  chat_timeline_add (timeline, message, NULL);
  g_assert_true (chat_timeline_add (timeline, echo, &is_new) == message);
  g_assert_false (is_new);
  assert_list (timeline, "mine");
}

static void
test_another_store_comes_below (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();

  add (timeline, received (500, "kid-bob", "old"));
  chat_timeline_begin_epoch (timeline);
  g_assert_cmpint (chat_timeline_get_first_seq (timeline), ==, 0);
  add (timeline, received (2, "kid-bob", "new"));
  g_assert_true (add (timeline, received (500, NULL, NULL)));
  assert_list (timeline, "old new !");
}

static void
test_a_number_may_be_given_again (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();

  g_assert_true (add (timeline, received (5, "kid-bob", "five")));
  g_assert_true (add (timeline, received (5, "kid-bob", "fresh")));
  g_assert_true (add (timeline, received (6, "kid-bob", "six")));
  g_assert_false (add (timeline, received (5, "kid-bob", "five")));
  g_assert_false (add (timeline, received (5, "kid-bob", "fresh")));
  /* It has the number of one that could be verified. */
  g_assert_false (add (timeline, received (5, NULL, NULL)));
  assert_list (timeline, "five fresh six");
}

static void
test_the_verified_one_stays (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (timeline, "items-changed", G_CALLBACK (mirror_cb), mirror);
  add (timeline, received (4, "kid-bob", "four"));
  add (timeline, received (5, NULL, NULL));
  add (timeline, received (6, "kid-bob", "six"));
  g_assert_true (add (timeline, received (5, "kid-bob", "five")));
  assert_list (timeline, "four five six");
  g_assert_false (add (timeline, received (5, NULL, NULL)));
  g_assert_false (add (timeline, received (5, "kid-bob", "five")));
  assert_list (timeline, "four five six");
}

static void
test_is_bounded (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (ChatMessage) unsent = own ("unsent");
  GListModel *model = G_LIST_MODEL (timeline);
  ChatMessage *oldest;

  chat_timeline_add (timeline, unsent, NULL);
  /* Neither what waits at the end nor coming from behind makes it grow. */
  for (gint64 i = 0; i < CHAT_MAX_TIMELINE; i++)
    add (timeline, received (2 * CHAT_MAX_TIMELINE + i, "kid-bob", NULL));
  for (gint64 i = 0; i < 100; i++)
    add (timeline, received (2 * CHAT_MAX_TIMELINE - i, NULL, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, CHAT_MAX_TIMELINE);

  oldest = chat_timeline_add (timeline, received (1, "kid-bob", "old"), NULL);
  g_assert_cmpstr (chat_message_get_text (oldest), ==, "old");
  g_object_unref (oldest);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, CHAT_MAX_TIMELINE);
  chat_timeline_settle (timeline, unsent, 4 * CHAT_MAX_TIMELINE, 1);
  g_assert_cmpint (chat_message_get_seq (unsent), ==, 4 * CHAT_MAX_TIMELINE);
}

static void
test_what_is_dropped_is_forgotten (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();

  add (timeline, received (1, "kid-bob", "first"));
  add (timeline, received (1, "kid-bob", "second"));
  for (gint64 i = 2; i <= CHAT_MAX_TIMELINE; i++)
    add (timeline, received (i, "kid-bob", NULL));
  /* Only the first has given way, so the number is still known. */
  g_assert_false (add (timeline, received (1, "kid-bob", "second")));
  g_assert_false (add (timeline, received (1, NULL, NULL)));
  g_assert_true (add (timeline, received (1, "kid-bob", "first")));
}

static void
test_ours_on_its_way_stays (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (ChatMessage) unsent = own ("unsent");

  chat_timeline_add (timeline, unsent, NULL);
  for (guint i = 0; i < CHAT_MAX_TIMELINE; i++)
    {
      ChatMessage *failed = own ("failed");

      chat_message_set_state (failed, CHAT_MESSAGE_FAILED, "lost");
      add (timeline, failed);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, CHAT_MAX_TIMELINE);
  chat_timeline_settle (timeline, unsent, 1, 1);
  g_assert_cmpint (chat_message_get_seq (unsent), ==, 1);
}

static gboolean
add_batch (ChatTimeline *timeline, gint64 first, gint64 last, guint epoch)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func (g_object_unref);

  for (gint64 i = first; i <= last; i++)
    {
      g_autofree char *mid = g_strdup_printf ("%u/%d", epoch, (int)i);

      g_ptr_array_add (batch, received (i, "kid-bob", mid));
    }

  return chat_timeline_add_batch (timeline, batch, epoch);
}

static void
count_cb (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  (*n)++;
}

static void
test_batch_comes_in_runs (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = 0;

  g_signal_connect (timeline, "items-changed", G_CALLBACK (mirror_cb), mirror);
  add (timeline, received (3, "kid-bob", "0/3"));
  add (timeline, received (9, "kid-bob", "0/9"));
  add (timeline, own ("unsent"));
  g_signal_connect (timeline, "items-changed", G_CALLBACK (count_cb), &n);
  g_assert_true (add_batch (timeline, 1, 5, 0));
  assert_list (timeline, "0/1 0/2 0/3 0/4 0/5 0/9 unsent");
  g_assert_cmpuint (n, ==, 2);
  /* All of them are there already. */
  g_assert_true (add_batch (timeline, 1, 5, 0));
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (add_batch (timeline, 6, 8, 0));
  g_assert_cmpuint (n, ==, 3);
}

static void
test_batch_of_an_earlier_epoch (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  gint64 seq = 1;

  chat_timeline_begin_epoch (timeline);
  add (timeline, received (1, "kid-bob", "now"));
  g_assert_true (add_batch (timeline, 1, 3, 0));
  assert_list (timeline, "0/1 0/2 0/3 now");
  /* Numbers of the present epoch are still found by it. */
  g_assert_cmpint (chat_timeline_get_first_seq (timeline), ==, seq);
  g_assert_false (add (timeline, received (1, NULL, NULL)));
}

/* In an archive that somebody has changed, a message may stand under two numbers. */
static void
test_batch_has_each_once (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (batch, received (1, "kid-bob", "one"));
  g_ptr_array_add (batch, received (2, "kid-bob", "two"));
  g_ptr_array_add (batch, received (3, "kid-bob", "one"));
  g_assert_true (chat_timeline_add_batch (timeline, batch, 0));
  assert_list (timeline, "one two");
}

static void
test_batch_is_bounded (void)
{
  g_autoptr (ChatTimeline) timeline = chat_timeline_new ();
  g_autoptr (ChatMessage) first = NULL;

  add (timeline, received (CHAT_MAX_TIMELINE + 10, "kid-bob", "newest"));
  g_assert_false (add_batch (timeline, 1, CHAT_MAX_TIMELINE, 0));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, CHAT_MAX_TIMELINE);
  first = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  g_assert_cmpint (chat_message_get_seq (first), ==, 2);
  g_assert_false (add_batch (timeline, 1, 1, 0));
}

static void
test_finalizes (void)
{
  ChatTimeline *timeline = chat_timeline_new ();
  ChatMessage *message = own ("x");

  chat_timeline_add (timeline, message, NULL);
  g_object_add_weak_pointer (G_OBJECT (message), (gpointer *)&message);
  g_object_unref (message);
  g_assert_nonnull (message);
  g_assert_finalize_object (timeline);
  g_assert_null (message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/order", test_order_is_the_servers);
  g_test_add_func ("/timeline/once", test_each_message_once);
  g_test_add_func ("/timeline/settle", test_ours_settles_into_its_place);
  g_test_add_func ("/timeline/echo", test_our_echo_is_found);
  g_test_add_func ("/timeline/epoch", test_another_store_comes_below);
  g_test_add_func ("/timeline/number-again", test_a_number_may_be_given_again);
  g_test_add_func ("/timeline/verified-stays", test_the_verified_one_stays);
  g_test_add_func ("/timeline/bounded", test_is_bounded);
  g_test_add_func ("/timeline/dropped", test_what_is_dropped_is_forgotten);
  g_test_add_func ("/timeline/on-its-way", test_ours_on_its_way_stays);
  g_test_add_func ("/timeline/batch", test_batch_comes_in_runs);
  g_test_add_func ("/timeline/batch-epoch", test_batch_of_an_earlier_epoch);
  g_test_add_func ("/timeline/batch-once", test_batch_has_each_once);
  g_test_add_func ("/timeline/batch-bounded", test_batch_is_bounded);
  g_test_add_func ("/timeline/finalize", test_finalizes);

  return g_test_run ();
}
