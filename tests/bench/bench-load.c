/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-load.h"

typedef struct
{
  const BenchLoad *load;
  guint64 *sent; /* by each sender */
  guint64 *acknowledged_before;
  guint64 n_sent;
  guint64 deliveries_before;
  guint64 notices_before;
} Run;

static BenchClient *
run_get_sender (Run *self, guint index)
{
  return bench_driver_get_client (self->load->driver, index);
}

/* In a room that nobody enters or leaves, acks are the only notices. */
static guint64
run_get_in_flight (Run *self, guint index)
{
  guint64 notices = run_get_sender (self, index)->received.notices;

  return self->sent[index] - (notices - self->acknowledged_before[index]);
}

/* Everything that was sent has arrived everywhere, and was acknowledged. */
static gboolean
run_is_settled (Run *self)
{
  const BenchDriver *driver = self->load->driver;

  return driver->received.deliveries - self->deliveries_before
             == self->n_sent * (driver->clients->len - 1)
         && driver->received.notices - self->notices_before == self->n_sent;
}

static gboolean
run_may_send (Run *self, guint index)
{
  const BenchLoad *load = self->load;

  if (self->n_sent + load->group > load->n_messages)
    return FALSE;
  if (load->n_senders * load->window == 1)
    return run_is_settled (self);

  return run_get_in_flight (self, index) + load->group <= MAX (load->window, load->group);
}

static gboolean
run_go_on (gpointer user_data)
{
  Run *self = user_data;
  const BenchLoad *load = self->load;

  for (guint i = 0; i < load->n_senders; i++)
    while (run_may_send (self, i))
      {
        load->send (run_get_sender (self, i), load->user_data);
        self->sent[i] += load->group;
        self->n_sent += load->group;
      }

  return self->n_sent + load->group > load->n_messages && run_is_settled (self);
}

static void
run_init (Run *self, const BenchLoad *load)
{
  self->load = load;
  self->sent = g_new0 (guint64, load->n_senders);
  self->acknowledged_before = g_new0 (guint64, load->n_senders);
  self->n_sent = 0;
  self->deliveries_before = load->driver->received.deliveries;
  self->notices_before = load->driver->received.notices;
  for (guint i = 0; i < load->n_senders; i++)
    self->acknowledged_before[i] = run_get_sender (self, i)->received.notices;
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
  guint64 n_deliveries;

  run_init (&run, load);
  bench_driver_run_until (load->driver, run_go_on, &run, "all messages were delivered");
  g_free (run.sent);
  g_free (run.acknowledged_before);

  n_deliveries = load->driver->received.deliveries - run.deliveries_before;
  return (BenchLoadResult){
    .cpu_per_delivery = (bench_process_get_cpu (load->process) - cpu) / (double) n_deliveries,
    .records_per_delivery
    = (double) (load->driver->received.records - records) / (double) n_deliveries,
    .delivery_size = load->driver->received.delivery_size,
    .notice_size = load->driver->received.notice_size,
  };
}
