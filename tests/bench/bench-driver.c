/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-driver.h"

#include "bench-fail.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_PER_TURN 256

/* Nothing in a healthy run takes this long, on any machine. */
#define PATIENCE_SECONDS 60

#define DEFAULT_WAIT 1000

/* Handshakes that are under way at once: a storm is a figure of its own. */
#define DEFAULT_MOST_UNREADY 32

/**
 * bench_driver_new:
 * @port: where the server listens
 * @keys: whose keys
 *
 * Returns: (transfer full): a driver without clients
 */
BenchDriver *
bench_driver_new (guint16 port, BenchKeys *keys)
{
  BenchDriver *self = g_new0 (BenchDriver, 1);

  self->port = port;
  self->wait = DEFAULT_WAIT;
  self->most_unready = DEFAULT_MOST_UNREADY;
  self->keys = keys;
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_client_free);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    bench_fail ("epoll: %s", g_strerror (errno));

  return self;
}

/**
 * bench_driver_free:
 * @self: (transfer full): a driver
 *
 * Hangs up on all connections.
 */
void
bench_driver_free (BenchDriver *self)
{
  g_ptr_array_unref (self->clients);
  close (self->epoll_fd);
  g_free (self);
}

static void
driver_watch (BenchDriver *self, BenchClient *client)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) != 0)
    bench_fail ("epoll: %s", g_strerror (errno));
}

static void
driver_step (BenchDriver *self, BenchClient *client)
{
  gboolean was_ready = client->ready, was_closed = client->closed;

  bench_client_step (client);
  self->n_ready += client->ready && !was_ready;
  self->n_closed += client->closed && !was_closed;

  /* One that has stopped half-way, or is through, has nothing to read that we want. */
  if (client->closed || client->goal == BENCH_CLIENT_HELLO)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, client->fd, NULL);
}

static void
driver_turn (BenchDriver *self)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, self->wait);

  for (int i = 0; i < n; i++)
    driver_step (self, events[i].data.ptr);
}

/**
 * bench_driver_run_until:
 * @self: a driver
 * @predicate: what is waited for
 * @user_data: for @predicate
 * @what: the same in words
 *
 * Lets all clients do what they can until @predicate holds. Fails when it does not in a minute.
 */
void
bench_driver_run_until (BenchDriver *self, BenchPredicate predicate, gpointer user_data,
                        const char *what)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (!predicate (user_data))
    {
      if (g_get_monotonic_time () >= deadline)
        bench_fail ("waited in vain until %s", what);
      driver_turn (self);
    }
}

/**
 * bench_driver_add_as:
 * @self: a driver
 * @user: as whom
 * @goal: how far it goes
 *
 * Connects one more client.
 *
 * Returns: (transfer none): the client
 */
BenchClient *
bench_driver_add_as (BenchDriver *self, BenchUser *user, BenchGoal goal)
{
  BenchClient *client = bench_client_new (self->port, self->keys, user, goal, self->protocol,
                                          &self->received);

  g_ptr_array_add (self->clients, client);
  self->n_ready += client->ready;
  driver_watch (self, client);
  return client;
}

/**
 * bench_driver_add:
 * @self: a driver
 * @goal: how far it goes
 *
 * Connects one more client, as the next user.
 *
 * Returns: (transfer none): the client
 */
BenchClient *
bench_driver_add (BenchDriver *self, BenchGoal goal)
{
  return bench_driver_add_as (self, bench_keys_get_user (self->keys, self->clients->len), goal);
}

static gboolean
has_room (gpointer user_data)
{
  BenchDriver *self = user_data;

  return self->clients->len - self->n_ready < self->most_unready;
}

static gboolean
all_are_ready (gpointer user_data)
{
  BenchDriver *self = user_data;

  return self->n_ready == self->clients->len;
}

static gboolean
all_are_closed (gpointer user_data)
{
  BenchDriver *self = user_data;

  return self->n_closed == self->clients->len;
}

/**
 * bench_driver_wait_ready:
 * @self: a driver
 *
 * Waits until every client has reached its goal.
 */
void
bench_driver_wait_ready (BenchDriver *self)
{
  bench_driver_run_until (self, all_are_ready, self, "everybody was in");
}

/**
 * bench_driver_add_many:
 * @self: a driver
 * @n: how many
 * @goal: how far they go
 *
 * Connects clients, a few at a time, and waits until they have reached their goal.
 */
void
bench_driver_add_many (BenchDriver *self, guint n, BenchGoal goal)
{
  for (guint i = 0; i < n; i++)
    {
      bench_driver_run_until (self, has_room, self, "somebody was in");
      bench_driver_add (self, goal);
    }

  bench_driver_wait_ready (self);
}

static gboolean
is_past (gpointer user_data)
{
  return g_get_monotonic_time () >= *(gint64 *) user_data;
}

/**
 * bench_driver_rest:
 * @self: a driver
 * @milliseconds: how long
 *
 * Lets the clients take what still comes: notices of who is there are late by intention.
 */
void
bench_driver_rest (BenchDriver *self, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  int wait = self->wait;

  self->wait = 10;
  bench_driver_run_until (self, is_past, &end, "a rest was over");
  self->wait = wait;
}

/**
 * bench_driver_leave_all:
 * @self: a driver whose clients have shaken hands
 *
 * Ends all connections and waits until the server has noticed. They are forgotten then.
 */
void
bench_driver_leave_all (BenchDriver *self)
{
  for (guint i = 0; i < self->clients->len; i++)
    bench_client_leave (bench_driver_get_client (self, i));
  bench_driver_run_until (self, all_are_closed, self, "the server let everybody go");

  g_ptr_array_set_size (self->clients, 0);
  self->n_ready = self->n_closed = 0;
}

/**
 * bench_driver_get_client:
 * @self: a driver
 * @index: which one
 *
 * Returns: (transfer none): a client
 */
BenchClient *
bench_driver_get_client (BenchDriver *self, guint index)
{
  return g_ptr_array_index (self->clients, index);
}
