/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-poller.h"

#include <sys/socket.h>
#include <unistd.h>

/* One end of a socket pair, and what happens when it is ready. Everything that happens is written
 * to the log of all: "a" for ready, "a!" for flushed, "a@" for expired. */
typedef struct _Item Item;
typedef void (*ItemFunc) (Item *item);

struct _Item
{
  ChatPollerClient client;
  ChatPoller *poller;
  GString *log;
  char name;
  int far_end;
  GIOCondition condition; /* of the last time */
  ItemFunc act;
  Item *other;
};

static void
item_note (Item *self, const char *what)
{
  g_string_append_printf (self->log, "%c%s", self->name, what);
  if (self->act != NULL)
    self->act (self);
}

static void
ready_cb (GIOCondition condition, gpointer user_data)
{
  ((Item *) user_data)->condition = condition;
  item_note (user_data, "");
}

static void
flush_cb (gpointer user_data)
{
  item_note (user_data, "!");
}

static void
expire_cb (gpointer user_data)
{
  item_note (user_data, "@");
}

static Item *
item_new (ChatPoller *poller, GString *log, char name)
{
  Item *self = g_new0 (Item, 1);
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), ==,
                   0);
  self->client = (ChatPollerClient){
    .fd = ends[0], .func = ready_cb, .flush = flush_cb, .expire = expire_cb, .user_data = self
  };
  self->far_end = ends[1];
  self->poller = poller;
  self->log = log;
  self->name = name;
  return self;
}

static void
item_free (Item *self)
{
  chat_poller_forget (self->poller, &self->client);
  close (self->client.fd);
  if (self->far_end >= 0)
    close (self->far_end);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

static void
item_wake (Item *self)
{
  g_assert_cmpint (write (self->far_end, "x", 1), ==, 1);
}

static void
item_drain (Item *self)
{
  char bytes[16];

  while (read (self->client.fd, bytes, sizeof bytes) > 0)
    ;
}

typedef struct
{
  GMainContext *context;
  ChatPoller *poller;
  GString *log;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->context = g_main_context_new ();
  self->poller = chat_poller_new (self->context, &error);
  g_assert_no_error (error);
  g_assert_true (chat_poller_get_context (self->poller) == self->context);
  self->log = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->poller);
  g_main_context_unref (self->context);
  g_string_free (self->log, TRUE);
}

static void
turn (Fixture *self)
{
  g_main_context_iteration (self->context, FALSE);
}

static void
assert_log (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

/* Watching */

static void
test_watch (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  item_wake (a);
  turn (self);
  assert_log (self, "");
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  turn (self);
  assert_log (self, "a");
  g_assert_cmpuint (a->condition, ==, G_IO_IN);
  /* As long as it is ready. */
  turn (self);
  assert_log (self, "a");
  item_drain (a);
  turn (self);
  assert_log (self, "");
}

static void
test_change (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  item_wake (a);
  chat_poller_watch (self->poller, &a->client, G_IO_OUT);
  turn (self);
  g_assert_cmpuint (a->condition, ==, G_IO_OUT);
  chat_poller_watch (self->poller, &a->client, G_IO_IN | G_IO_OUT);
  turn (self);
  g_assert_cmpuint (a->condition, ==, G_IO_IN | G_IO_OUT);
  assert_log (self, "aa");
  chat_poller_watch (self->poller, &a->client, 0);
  turn (self);
  assert_log (self, "");
}

static void
test_hang_up_is_always_told (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  chat_poller_watch (self->poller, &a->client, 0);
  close (a->far_end);
  a->far_end = -1;
  turn (self);
  assert_log (self, "a");
  g_assert_true (a->condition & G_IO_HUP);
}

static void
test_half_close_is_told (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  chat_poller_watch (self->poller, &a->client, 0);
  shutdown (a->far_end, SHUT_WR);
  turn (self);
  assert_log (self, "a");
  g_assert_true (a->condition & G_IO_HUP);
}

static void
test_unwatch (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  item_wake (a);
  chat_poller_unwatch (self->poller, &a->client);
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  chat_poller_unwatch (self->poller, &a->client);
  chat_poller_unwatch (self->poller, &a->client);
  turn (self);
  assert_log (self, "");
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  turn (self);
  assert_log (self, "a");
}

static void
unwatch_both (Item *item)
{
  chat_poller_unwatch (item->poller, &item->client);
  chat_poller_unwatch (item->poller, &item->other->client);
}

static void
test_unwatch_inside (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');

  /* Both are ready in the same turn; whichever comes first keeps the other from being called. */
  a->other = b;
  b->other = a;
  a->act = b->act = unwatch_both;
  item_wake (a);
  item_wake (b);
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  chat_poller_watch (self->poller, &b->client, G_IO_IN);
  turn (self);
  turn (self);
  g_assert_cmpuint (self->log->len, ==, 1);
}

static void
free_both (Item *item)
{
  g_clear_pointer (&item->other, item_free);
  item_free (item);
}

static void
test_free_inside (Fixture *self, gconstpointer data)
{
  Item *a = item_new (self->poller, self->log, 'a');
  Item *b = item_new (self->poller, self->log, 'b');

  a->other = b;
  b->other = a;
  a->act = b->act = free_both;
  item_wake (a);
  item_wake (b);
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  chat_poller_watch (self->poller, &b->client, G_IO_IN);
  chat_poller_mark_dirty (self->poller, &a->client);
  chat_poller_mark_dirty (self->poller, &b->client);
  chat_poller_set_deadline (self->poller, &a->client, g_get_monotonic_time ());
  chat_poller_set_deadline (self->poller, &b->client, g_get_monotonic_time ());
  turn (self);
  turn (self);
  g_assert_cmpuint (self->log->len, ==, 1);
}

static void
watch_other (Item *item)
{
  item_drain (item);
  chat_poller_watch (item->poller, &item->other->client, G_IO_IN);
}

static void
test_watch_inside (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');

  a->other = b;
  a->act = watch_other;
  b->act = item_drain;
  item_wake (a);
  item_wake (b);
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  turn (self);
  turn (self);
  assert_log (self, "ab");
}

static void
test_more_than_one_batch (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);

  for (guint i = 0; i < 400; i++)
    {
      Item *item = item_new (self->poller, self->log, 'x');

      item->act = item_drain;
      item_wake (item);
      chat_poller_watch (self->poller, &item->client, G_IO_IN);
      g_ptr_array_add (items, item);
    }
  for (guint i = 0; i < 3; i++)
    turn (self);
  g_assert_cmpuint (self->log->len, ==, 400);
}

/* Deadlines */

static void
test_deadlines_in_order (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');
  g_autoptr (Item) c = item_new (self->poller, self->log, 'c');
  gint64 now = g_get_monotonic_time ();

  chat_poller_set_deadline (self->poller, &b->client, now - 10);
  chat_poller_set_deadline (self->poller, &c->client, now - 5);
  chat_poller_set_deadline (self->poller, &a->client, now - 15);
  turn (self);
  assert_log (self, "a@b@c@");
  /* Each once. */
  turn (self);
  assert_log (self, "");
}

static void
test_deadline_wakes_the_loop (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');

  chat_poller_set_deadline (self->poller, &a->client,
                            g_get_monotonic_time () + 1000 * G_USEC_PER_SEC);
  chat_poller_set_deadline (self->poller, &b->client, g_get_monotonic_time () + 1000);
  turn (self);
  while (self->log->len == 0)
    g_main_context_iteration (self->context, TRUE);
  assert_log (self, "b@");
}

static void
test_deadline_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');
  g_autoptr (Item) c = item_new (self->poller, self->log, 'c');
  gint64 now = g_get_monotonic_time (), never = now + 1000 * G_USEC_PER_SEC;

  chat_poller_set_deadline (self->poller, &a->client, never);
  chat_poller_set_deadline (self->poller, &a->client, now - 1);
  chat_poller_set_deadline (self->poller, &b->client, now - 1);
  chat_poller_set_deadline (self->poller, &b->client, never);
  chat_poller_set_deadline (self->poller, &c->client, now - 1);
  chat_poller_set_deadline (self->poller, &c->client, 0);
  turn (self);
  turn (self);
  assert_log (self, "a@");
}

static void
set_another_deadline (Item *item)
{
  if (item->other != NULL)
    chat_poller_set_deadline (item->poller, &item->client, g_get_monotonic_time () + 1);
  item->other = NULL;
}

static void
test_deadline_set_inside (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  a->other = a;
  a->act = set_another_deadline;
  chat_poller_set_deadline (self->poller, &a->client, g_get_monotonic_time ());
  while (self->log->len < 4)
    g_main_context_iteration (self->context, TRUE);
  assert_log (self, "a@a@");
}

static void
forget_other (Item *item)
{
  chat_poller_forget (item->poller, &item->other->client);
}

static void
test_deadline_forgotten_inside (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');
  gint64 now = g_get_monotonic_time ();

  a->other = b;
  a->act = forget_other;
  chat_poller_set_deadline (self->poller, &a->client, now - 2);
  chat_poller_set_deadline (self->poller, &b->client, now - 1);
  turn (self);
  turn (self);
  assert_log (self, "a@");
}

/* Flushing */

static void
test_flush_once (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');

  chat_poller_mark_dirty (self->poller, &a->client);
  chat_poller_mark_dirty (self->poller, &b->client);
  chat_poller_mark_dirty (self->poller, &a->client);
  turn (self);
  assert_log (self, "a!b!");
  turn (self);
  assert_log (self, "");
}

#define N_WRITERS 4
#define N_WRITTEN 300

typedef struct
{
  ChatPollerClient client;
  int *n_writes; /* of all */
  guint n_mine;
} Written;

static void
write_cb (gpointer user_data)
{
  Written *self = user_data;

  g_atomic_int_inc (self->n_writes);
  self->n_mine++;
}

static void
written_cb (gpointer user_data)
{
  Written *self = user_data;

  g_assert_cmpint (g_atomic_int_get (self->n_writes), ==, N_WRITTEN);
  g_assert_cmpuint (self->n_mine, ==, 1);
}

static void
test_written_before_flushed (Fixture *self, gconstpointer data)
{
  g_autofree Written *clients = g_new0 (Written, N_WRITTEN);
  int n_writes = 0;

  chat_poller_set_n_writers (self->poller, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < N_WRITTEN; i++)
    {
      clients[i].n_writes = &n_writes;
      clients[i].client = (ChatPollerClient){
        .fd = -1, .write = write_cb, .flush = written_cb, .user_data = &clients[i]
      };
      chat_poller_mark_dirty (self->poller, &clients[i].client);
    }
  turn (self);
  g_assert_cmpint (n_writes, ==, N_WRITTEN);
  turn (self);
  g_assert_cmpint (n_writes, ==, N_WRITTEN);
}

static void
mark_self (Item *item)
{
  item_drain (item);
  chat_poller_mark_dirty (item->poller, &item->client);
}

static void
test_flush_in_the_turn_of_the_event (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  a->act = mark_self;
  item_wake (a);
  chat_poller_watch (self->poller, &a->client, G_IO_IN);
  turn (self);
  assert_log (self, "aa!");
}

static void
test_nobody_starves (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');
  g_autoptr (Item) c = item_new (self->poller, self->log, 'c');

  /* a always has more to write. */
  a->act = mark_self;
  chat_poller_mark_dirty (self->poller, &a->client);
  chat_poller_mark_dirty (self->poller, &b->client);
  turn (self);
  assert_log (self, "a!b!");

  chat_poller_watch (self->poller, &c->client, G_IO_IN);
  chat_poller_set_deadline (self->poller, &b->client, g_get_monotonic_time ());
  item_wake (c);
  turn (self);
  assert_log (self, "cb@a!");
}

static void
test_dirty_keeps_the_loop_awake (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');

  /* GLib itself has the loop look once more after a change; that is over now. */
  turn (self);
  turn (self);
  chat_poller_mark_dirty (self->poller, &a->client);
  /* Would block for ever otherwise: nothing is watched. */
  g_main_context_iteration (self->context, TRUE);
  assert_log (self, "a!");
}

static void
test_forgotten_is_not_flushed (Fixture *self, gconstpointer data)
{
  g_autoptr (Item) a = item_new (self->poller, self->log, 'a');
  g_autoptr (Item) b = item_new (self->poller, self->log, 'b');
  g_autoptr (Item) c = item_new (self->poller, self->log, 'c');

  a->other = b;
  a->act = forget_other;
  chat_poller_mark_dirty (self->poller, &a->client);
  chat_poller_mark_dirty (self->poller, &b->client);
  chat_poller_mark_dirty (self->poller, &c->client);
  turn (self);
  turn (self);
  assert_log (self, "a!c!");

  chat_poller_mark_dirty (self->poller, &b->client);
  turn (self);
  assert_log (self, "b!");
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/poller/watch", test_watch);
  add_test ("/poller/change", test_change);
  add_test ("/poller/hang-up", test_hang_up_is_always_told);
  add_test ("/poller/half-close", test_half_close_is_told);
  add_test ("/poller/unwatch", test_unwatch);
  add_test ("/poller/unwatch-inside", test_unwatch_inside);
  add_test ("/poller/free-inside", test_free_inside);
  add_test ("/poller/watch-inside", test_watch_inside);
  add_test ("/poller/batches", test_more_than_one_batch);
  add_test ("/poller/deadline/order", test_deadlines_in_order);
  add_test ("/poller/deadline/wakes", test_deadline_wakes_the_loop);
  add_test ("/poller/deadline/replaced", test_deadline_replaced);
  add_test ("/poller/deadline/set-inside", test_deadline_set_inside);
  add_test ("/poller/deadline/forgotten-inside", test_deadline_forgotten_inside);
  add_test ("/poller/flush/once", test_flush_once);
  g_test_add ("/poller/flush/written-before", Fixture, GUINT_TO_POINTER (1), set_up,
              test_written_before_flushed, tear_down);
  g_test_add ("/poller/flush/written-before-in-threads", Fixture, GUINT_TO_POINTER (N_WRITERS),
              set_up, test_written_before_flushed, tear_down);
  add_test ("/poller/flush/same-turn", test_flush_in_the_turn_of_the_event);
  add_test ("/poller/flush/nobody-starves", test_nobody_starves);
  add_test ("/poller/flush/awake", test_dirty_keeps_the_loop_awake);
  add_test ("/poller/flush/forgotten", test_forgotten_is_not_flushed);

  return g_test_run ();
}
