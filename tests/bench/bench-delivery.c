/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a delivery costs the server, beside the same bytes written by nothing but GnuTLS. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-floor.h"
#include "bench-load.h"
#include "bench-room.h"
#include "chat-limits.h"

#include <string.h>

#define N_ROUNDS 5
#define RECORD_SIZE 16384

/* Four people who talk at once, with as many posts under way as a client allows itself. */
#define N_SENDERS 4
#define WINDOW (N_SENDERS * CHAT_MAX_POSTS_IN_FLIGHT)

/* Both servers at once, each with the same number of clients: their rounds alternate, so that what
 * else the machine does hits both. */
typedef struct
{
  const BenchSettings *settings;
  BenchAuthor *author;
  BenchProcess *server, *floor;
  BenchDriver *room, *below;
} Bench;

typedef struct
{
  guint n_clients;
  guint n_messages; /* of a round, one at a time */
  guint n_busy;     /* of a round, with many under way */
  gboolean is_main; /* the size by which the others are judged */
} Size;

static const Size full_sizes[] = {
  { 10, 300, 2048, FALSE },
  { 100, 150, 1024, FALSE },
  { 1000, 32, 192, TRUE },
  { 5000, 8, 0, FALSE },
};
static const Size quick_sizes[] = { { 6, 20, 128, TRUE }, { 12, 10, 0, FALSE } };

/* The floor grows with its connections like the server, and takes as long to set up. */
#define MOST_FLOOR_CLIENTS 1000

#define N_DIRECT 200
#define N_DIRECT_QUICK 10

typedef struct
{
  BenchFloorOrder order;
  gsize size; /* as many bytes as the posts have */
} FloorRequest;

static void
send_request (BenchClient *sender, gpointer user_data)
{
  const FloorRequest *request = user_data;
  char payload[RECORD_SIZE] = { 0 };

  memcpy (payload, &request->order, sizeof request->order);
  bench_client_send (sender, payload, request->size);
}

static BenchLoadResult
run_server (Bench *self, guint n_messages, guint n_senders, guint window)
{
  const BenchLoad load = {
    .process = self->server,
    .driver = self->room,
    .send = bench_author_post,
    .user_data = self->author,
    .group = 1,
    .n_senders = n_senders,
    .window = window,
    .n_messages = n_messages,
  };

  return bench_load_run (&load);
}

/* As many frames in a record as the server had, so that the records have the same size. */
static BenchLoadResult
run_floor (Bench *self, guint n_messages, guint n_senders, guint window,
           const BenchLoadResult *server)
{
  guint64 post_size = bench_author_get_post_size (self->author) + CHAT_FRAME_HEADER_SIZE;
  guint64 largest = RECORD_SIZE / MAX (server->delivery_size, post_size);
  guint64 group = CLAMP ((guint64) (server->deliveries_per_record + 0.5), 1, MIN (largest, window));
  FloorRequest request = {
    .order = { (guint32) group, (guint32) server->delivery_size, (guint32) server->notice_size },
    .size = group * post_size - CHAT_FRAME_HEADER_SIZE,
  };
  const BenchLoad load = {
    .process = self->floor,
    .driver = self->below,
    .send = send_request,
    .user_data = &request,
    .group = (guint) group,
    .n_senders = n_senders,
    .window = window,
    .n_messages = n_messages,
  };

  return bench_load_run (&load);
}

static void
report (Bench *self, const Size *size, const char *how, double server_cost, double *floor,
        double most_ratio)
{
  guint n_clients = size->n_clients;
  g_autofree char *name = g_strdup_printf ("delivery, %u clients, %s", n_clients, how);
  g_autofree char *floor_name = g_strconcat (name, ": bare GnuTLS", NULL);
  g_autofree char *ratio_name = g_strconcat (name, ": ratio", NULL);
  double floor_cost = bench_median (floor, N_ROUNDS);

  bench_report_add (self->settings->report, floor_name, floor_cost, "us CPU");
  if (size->is_main)
    bench_report_add_bar (self->settings->report, BENCH_MEASURED, ratio_name,
                          server_cost / floor_cost, "times", most_ratio);
  else
    bench_report_add (self->settings->report, ratio_name, server_cost / floor_cost, "times");
}

typedef struct
{
  const char *how;
  guint n_messages;
  guint n_senders;
  guint window;
  double most;       /* us; 0: no bar */
  double most_ratio; /* to the floor */
} Kind;

static void
report_cost (Bench *self, const Size *size, const Kind *kind, double cost)
{
  g_autofree char *name =
      g_strdup_printf ("delivery, %u clients, %s", size->n_clients, kind->how);

  if (size->is_main && kind->most > 0)
    bench_report_add_bar (self->settings->report, BENCH_MEASURED, name, cost, "us CPU", kind->most);
  else
    bench_report_add (self->settings->report, name, cost, "us CPU");
}

/* Returns what a delivery cost. */
static double
measure (Bench *self, const Size *size, const Kind *kind, double *deliveries_per_record)
{
  double server[N_ROUNDS], floor[N_ROUNDS], cost;
  gboolean has_floor = self->below->clients->len == size->n_clients;

  *deliveries_per_record = 0;
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      BenchLoadResult result = run_server (self, kind->n_messages, kind->n_senders, kind->window);

      server[i] = result.cpu_per_delivery;
      if (has_floor)
        floor[i] = run_floor (self, kind->n_messages, kind->n_senders, kind->window, &result)
                       .cpu_per_delivery;
      *deliveries_per_record += result.deliveries_per_record / N_ROUNDS;
    }

  cost = bench_median (server, N_ROUNDS);
  report_cost (self, size, kind, cost);
  if (has_floor)
    report (self, size, kind->how, cost, floor, kind->most_ratio);
  return cost;
}

/* Returns what a delivery of one message at a time cost. */
static double
measure_size (Bench *self, const Size *size)
{
  const Kind quiet = { "one at a time", size->n_messages, 1, 1, 0, 1.5 };
  const Kind busy = { "4 x 16 under way", size->n_busy, N_SENDERS, WINDOW, 3, 1.5 };
  guint n_below = MIN (size->n_clients, MOST_FLOOR_CLIENTS);
  double deliveries_per_record, cost;

  bench_driver_add_many (self->room, size->n_clients - self->room->clients->len, BENCH_JOIN);
  bench_driver_add_many (self->below, n_below - self->below->clients->len, BENCH_HANDSHAKE);
  cost = measure (self, size, &quiet, &deliveries_per_record);
  if (size->n_busy > 0)
    {
      g_autofree char *name = g_strdup_printf (
          "delivery, %u clients, 4 x 16 under way: frames in a record", size->n_clients);

      measure (self, size, &busy, &deliveries_per_record);
      bench_report_add (self->settings->report, name, deliveries_per_record, "frames");
    }

  return cost;
}

/* From one of two to the other, while all the others are there and get nothing. */
static double
measure_direct (Bench *self)
{
  const BenchSettings *settings = self->settings;
  g_autoptr (BenchDriver) pair =
      bench_driver_new (bench_process_get_port (self->server), settings->keys);
  g_autoptr (GPtrArray) readers = g_ptr_array_new ();
  BenchUser *sender = bench_keys_get_one_of_pair (settings->keys, 0);
  g_autoptr (BenchAuthor) author = NULL;
  BenchLoad load = {
    .process = self->server,
    .driver = pair,
    .send = bench_author_post,
    .group = 1,
    .n_senders = 1,
    .window = 1,
    .n_messages = settings->quick ? N_DIRECT_QUICK : N_DIRECT,
  };
  double costs[N_ROUNDS];

  for (guint i = 0; i < 2; i++)
    {
      BenchUser *user = bench_keys_get_one_of_pair (settings->keys, i);

      g_ptr_array_add (readers, chat_private_key_get_public (user->key));
      bench_driver_add_as (pair, user, BENCH_JOIN);
    }
  bench_driver_wait_ready (pair);
  author = bench_author_new_for (settings->keys, sender, readers, BENCH_TEXT_LENGTH);
  bench_author_register (author, bench_driver_get_client (pair, 0));
  load.user_data = author;

  /* Everybody is told that the two have come, a little later; that is not what is measured. */
  bench_driver_rest (self->room, settings->quick ? 100 : 1500);
  for (guint i = 0; i < N_ROUNDS; i++)
    costs[i] = bench_load_run (&load).cpu_per_delivery;
  bench_driver_leave_all (pair);
  bench_driver_rest (self->room, settings->quick ? 100 : 1500);

  return bench_median (costs, N_ROUNDS);
}

static void
report_direct (Bench *self, double few, double many)
{
  g_autofree char *name =
      g_strdup_printf ("direct message, %u others", self->room->clients->len);

  bench_report_add (self->settings->report, "direct message, few others", few, "us CPU");
  bench_report_add (self->settings->report, name, many, "us CPU");
  bench_report_add_bar (self->settings->report, BENCH_MEASURED,
                        "direct message, many others: ratio", many / few, "times", 1.5);
}

static void
report_growth (Bench *self, const Size *size, double cost, double main_cost)
{
  g_autofree char *name =
      g_strdup_printf ("delivery, %u clients, beside the main size", size->n_clients);

  if (!size->is_main)
    bench_report_add_bar (self->settings->report, BENCH_MEASURED, name, cost / main_cost, "times",
                          1.25);
}

static void
bench_open (Bench *self, const BenchSettings *settings, guint n_clients)
{
  self->settings = settings;
  self->author = bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                                  BENCH_TEXT_LENGTH);
  self->server = bench_room_start (settings->server_program, settings->keys, NULL);
  self->floor = bench_room_start_floor (settings->floor_program, settings->keys);
  self->room = bench_driver_new (bench_process_get_port (self->server), settings->keys);
  self->below = bench_driver_new (bench_process_get_port (self->floor), settings->keys);

  bench_driver_add_many (self->room, n_clients, BENCH_JOIN);
  for (guint i = 0; i < N_SENDERS; i++)
    bench_author_register (self->author, bench_driver_get_client (self->room, i));
}

static void
bench_close (Bench *self)
{
  bench_driver_free (self->room);
  bench_driver_free (self->below);
  bench_process_stop (self->server);
  bench_process_stop (self->floor);
  bench_author_free (self->author);
}

/**
 * bench_figures_delivery:
 * @settings: how
 *
 * Measures the processor time of the server for each delivery of a short message.
 */
void
bench_figures_delivery (const BenchSettings *settings)
{
  const Size *sizes = settings->quick ? quick_sizes : full_sizes;
  guint n_sizes = settings->quick ? G_N_ELEMENTS (quick_sizes) : G_N_ELEMENTS (full_sizes);
  double costs[G_N_ELEMENTS (full_sizes)], main_cost = 0, few_direct;
  Bench bench;

  bench_report_add_heading (settings->report, "Delivering messages of 100 characters");
  bench_open (&bench, settings, sizes[0].n_clients);
  few_direct = measure_direct (&bench);
  for (guint i = 0; i < n_sizes; i++)
    {
      costs[i] = measure_size (&bench, &sizes[i]);
      main_cost = sizes[i].is_main ? costs[i] : main_cost;
    }
  for (guint i = 0; i < n_sizes; i++)
    report_growth (&bench, &sizes[i], costs[i], main_cost);
  report_direct (&bench, few_direct, measure_direct (&bench));
  bench_report_add (settings->report, "most memory of the server in all this",
                    bench_process_get_peak_memory (bench.server) / 1024, "MiB");
  bench_close (&bench);
}
