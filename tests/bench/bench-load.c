/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-load.h"

typedef struct
{
  const BenchLoad *load;
  BenchClient *observer; /* who sends nothing, and so receives every message */
  guint64 n_sent;
  guint64 observed_before;
  guint64 deliveries_before;
  gint64 started_at;
  GArray *sent_at; /* (element-type gint64): by the order of sending, which is that of arriving */
  guint n_timed;
} Run;

static guint64
run_get_in_flight (Run *self)
{
  return self->n_sent - (self->observer->received.deliveries - self->observed_before);
}

/* Everything that was sent has arrived everywhere. */
static gboolean
run_is_settled (Run *self)
{
  const BenchDriver *driver = self->load->driver;

  return driver->received.deliveries - self->deliveries_before
         == self->n_sent * (driver->clients->len - 1);
}

static gboolean
run_is_through (Run *self)
{
  return self->n_sent + self->load->group > self->load->n_messages;
}

/* A load with a rate does not wait for its turn only because the server is slow. */
static gboolean
run_is_due (Run *self)
{
  double seconds = (double) (g_get_monotonic_time () - self->started_at) / G_USEC_PER_SEC;

  return self->load->rate == 0 || (double) self->n_sent <= seconds * self->load->rate;
}

/* What has come since the last turn. Two senders may overtake each other on their way to the
 * server; by then each has waited nearly as long as the other. */
static void
run_take_times (Run *self)
{
  guint64 n_observed = self->observer->received.deliveries - self->observed_before;
  gint64 now = g_get_monotonic_time ();

  for (; self->n_timed < MIN (n_observed, self->sent_at->len); self->n_timed++)
    {
      double ms = (double) (now - g_array_index (self->sent_at, gint64, self->n_timed)) / 1000;

      g_array_append_val (self->load->times, ms);
    }
}

static gboolean
run_may_send (Run *self)
{
  const BenchLoad *load = self->load;

  if (run_is_through (self) || !run_is_due (self))
    return FALSE;
  if (load->window == load->group)
    return run_is_settled (self);

  return run_get_in_flight (self) + load->group <= load->window;
}

/* The senders take turns. */
static BenchClient *
run_get_sender (Run *self)
{
  guint turn = (guint) (self->n_sent / self->load->group);

  return bench_driver_get_client (self->load->driver, turn % self->load->n_senders);
}

static gboolean
run_go_on (gpointer user_data)
{
  Run *self = user_data;
  const BenchLoad *load = self->load;

  if (load->times != NULL)
    run_take_times (self);
  while (run_may_send (self))
    {
      gint64 now = g_get_monotonic_time ();

      for (guint i = 0; i < load->group; i++)
        g_array_append_val (self->sent_at, now);
      load->send (run_get_sender (self), load->user_data);
      self->n_sent += load->group;
    }

  return run_is_through (self) && run_is_settled (self);
}

static void
run_init (Run *self, const BenchLoad *load)
{
  guint n_clients = load->driver->clients->len;

  g_assert (load->group > 0 && load->window >= load->group && load->n_senders < n_clients);

  self->load = load;
  self->observer = bench_driver_get_client (load->driver, n_clients - 1);
  self->n_sent = 0;
  self->observed_before = self->observer->received.deliveries;
  self->deliveries_before = load->driver->received.deliveries;
  self->sent_at = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->n_timed = 0;
  self->started_at = g_get_monotonic_time ();
}

/**
 * bench_load_run:
 * @load: what to do
 *
 * Has the senders post until all messages are sent, and everybody has everything.
 *
 * Returns: what it cost
 */
BenchLoadResult
bench_load_run (const BenchLoad *load)
{
  Run run;
  guint64 records = load->driver->received.records;
  double cpu = bench_process_get_cpu (load->process);
  double n_deliveries, seconds;
  int wait = load->driver->wait;

  run_init (&run, load);
  if (load->rate > 0)
    load->driver->wait = 1;
  bench_driver_run_until (load->driver, run_go_on, &run, "all messages were delivered");
  load->driver->wait = wait;
  seconds = (double) (g_get_monotonic_time () - run.started_at) / G_USEC_PER_SEC;
  cpu = bench_process_get_cpu (load->process) - cpu;
  records = load->driver->received.records - records;
  n_deliveries = (double) (load->driver->received.deliveries - run.deliveries_before);
  g_array_unref (run.sent_at);

  return (BenchLoadResult){
    .cpu_per_delivery = cpu / n_deliveries,
    .deliveries_per_second = n_deliveries / seconds,
    .deliveries_per_record = n_deliveries / (double) records,
    .delivery_size = run.observer->received.delivery_size,
    .notice_size = bench_driver_get_client (load->driver, 0)->received.notice_size,
  };
}

/* In which those who have joined last are told of. */
#define REST_MILLISECONDS 1500

/**
 * bench_load_skim:
 * @load: what will be done
 *
 * Sends a message. From then on, whoever neither sends nor observes only counts what comes: so the
 * processors are for the server.
 */
void
bench_load_skim (const BenchLoad *load)
{
  BenchLoad first = *load;

  bench_driver_rest (load->driver, REST_MILLISECONDS);
  first.n_messages = first.window = first.group;
  first.rate = 0;
  first.times = NULL;
  bench_load_run (&first);
  for (guint i = load->n_senders; i + 1 < load->driver->clients->len; i++)
    bench_client_skim (bench_driver_get_client (load->driver, i));
}

/**
 * bench_load_fill_history:
 * @server: a chat-server
 * @room: a driver of it without clients
 * @author: who writes
 * @send: one of the author's ways to post
 * @window: messages that are under way at once
 * @n_messages: how many
 *
 * Has two join, and one of them say something to the other.
 */
void
bench_load_fill_history (BenchProcess *server, BenchDriver *room, BenchAuthor *author,
                         BenchSend send, guint window, guint n_messages)
{
  const BenchLoad load = {
    .process = server,
    .driver = room,
    .send = send,
    .user_data = author,
    .group = 1,
    .n_senders = 1,
    .window = window,
    .n_messages = n_messages,
  };

  bench_driver_add_many (room, 2, BENCH_JOIN);
  bench_author_register (author, bench_driver_get_client (room, 0));
  bench_load_run (&load);
}
