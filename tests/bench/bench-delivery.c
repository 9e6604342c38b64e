/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a delivery costs the server, beside the same bytes written by nothing but GnuTLS. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-floor.h"
#include "bench-load.h"
#include "bench-room.h"
#include "chat-limits.h"

#include <string.h>

#define N_ROUNDS 3
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
} Size;

static const Size full_sizes[] = { { 10, 300, 2048 }, { 100, 150, 1024 }, { 1000, 32, 192 } };
static const Size quick_sizes[] = { { 6, 20, 128 }, { 12, 10, 128 } };

static void
send_post (BenchClient *sender, gpointer user_data)
{
  bench_author_post (user_data, sender);
}

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
    .send = send_post,
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
report (Bench *self, guint n_clients, const char *how, double *server, double *floor)
{
  g_autofree char *name = g_strdup_printf ("delivery, %u clients, %s", n_clients, how);
  g_autofree char *floor_name = g_strconcat (name, ": bare GnuTLS", NULL);
  g_autofree char *ratio_name = g_strconcat (name, ": ratio", NULL);
  double server_cost = bench_median (server, N_ROUNDS);
  double floor_cost = bench_median (floor, N_ROUNDS);

  bench_report_add (self->settings->report, name, server_cost, "us CPU");
  bench_report_add (self->settings->report, floor_name, floor_cost, "us CPU");
  bench_report_add (self->settings->report, ratio_name, server_cost / floor_cost, "times");
}

static double
measure (Bench *self, const char *how, guint n_messages, guint n_senders, guint window)
{
  double server[N_ROUNDS], floor[N_ROUNDS], deliveries_per_record = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      BenchLoadResult result = run_server (self, n_messages, n_senders, window);

      server[i] = result.cpu_per_delivery;
      floor[i] = run_floor (self, n_messages, n_senders, window, &result).cpu_per_delivery;
      deliveries_per_record += result.deliveries_per_record / N_ROUNDS;
    }

  report (self, self->room->clients->len, how, server, floor);
  return deliveries_per_record;
}

static void
measure_size (Bench *self, const Size *size)
{
  g_autofree char *name = g_strdup_printf (
      "delivery, %u clients, 4 x 16 under way: frames in a record", size->n_clients);
  double deliveries_per_record;

  bench_driver_add_many (self->room, size->n_clients - self->room->clients->len, BENCH_JOIN);
  bench_driver_add_many (self->below, size->n_clients - self->below->clients->len, BENCH_HANDSHAKE);
  measure (self, "one at a time", size->n_messages, 1, 1);
  deliveries_per_record = measure (self, "4 x 16 under way", size->n_busy, N_SENDERS, WINDOW);
  bench_report_add (self->settings->report, name, deliveries_per_record, "frames");
}

static void
bench_open (Bench *self, const BenchSettings *settings, guint n_clients)
{
  self->settings = settings;
  self->author = bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                                  BENCH_TEXT_LENGTH);
  self->server = bench_room_start (settings->server_program, settings->keys, 0);
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
  Bench bench;

  bench_report_add_heading (settings->report, "Delivering messages of 100 characters");
  bench_open (&bench, settings, sizes[0].n_clients);
  for (guint i = 0; i < n_sizes; i++)
    measure_size (&bench, &sizes[i]);
  bench_report_add (settings->report, "most memory of the server in all this",
                    bench_process_get_peak_memory (bench.server) / 1024, "MiB");
  bench_close (&bench);
}
