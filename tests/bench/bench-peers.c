/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a delivery costs our server and those of others, for a payload of the same size.
 *
 * The payload is as long as one of our deliveries. A line of IRC cannot hold it; there it is said
 * in as many lines of the same length as it takes, which leave the client in one record. Reported
 * are what the payload costs, what each of its lines costs, which is that by the number of lines,
 * and what a line of 400 bytes costs that comes alone: a server may write several lines at once.
 *
 * --workers sets how many threads of our server write; the others have one thread each. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-irc.h"
#include "bench-load.h"
#include "bench-peer.h"
#include "bench-room.h"

#define OURS "chat-server"
#define MOST_CONTESTANTS (1 + BENCH_N_PEERS)
#define N_ROUNDS 3
#define N_SENDERS 4
#define IN_FLIGHT 16 /* of each sender */
#define N_WARM_UP 10
#define REST 1500 /* milliseconds */
#define BITS 2048

typedef struct
{
  const char *name;
  BenchProcess *process;
  BenchDriver *driver;
  BenchSend send;
  gpointer user_data; /* for it */
  guint group;        /* deliveries that make up a payload, for each reader */
  GBytes *line;       /* (nullable): a message of a single line */
  double costs[N_ROUNDS];
} Contestant;

/* All of them at once, each with as many clients: their rounds alternate, so that what else the
 * machine does hits all. */
typedef struct
{
  const BenchSettings *settings;
  BenchKeys *peer_keys; /* with one guest, so that there is one certificate to be trusted */
  BenchAuthor *author;
  Contestant contestants[MOST_CONTESTANTS];
  guint n;
  gsize size; /* of a payload, in bytes */
} Bench;

typedef struct
{
  guint n_clients;
  guint n_quiet; /* payloads of a round, one at a time */
  guint n_busy;  /* payloads of a round, with many under way */
} Size;

static const Size sizes[] = { { 100, 100, 256 }, { 1000, 24, 96 } };
#define MAIN_SIZE 1000

typedef struct
{
  const char *how;
  guint n_payloads;
  guint n_senders;
  guint window; /* payloads under way */
} Kind;

static void
send_message (BenchClient *sender, gpointer user_data)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (user_data, &size);

  bench_client_write (sender, data, size);
}

static BenchLoadResult
run (const Contestant *contestant, const Kind *kind)
{
  const BenchLoad load = {
    .process = contestant->process,
    .driver = contestant->driver,
    .send = contestant->send,
    .user_data = contestant->user_data,
    .group = contestant->group,
    .n_senders = kind->n_senders,
    .window = kind->window * contestant->group,
    .n_messages = kind->n_payloads * contestant->group,
  };

  return bench_load_run (&load);
}

static void
add_ours (Bench *self)
{
  const BenchSettings *settings = self->settings;
  Contestant *ours = &self->contestants[self->n++];
  const Kind warm_up = { "", N_WARM_UP, 1, 1 };

  self->author = bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                                   BENCH_TEXT_LENGTH);
  ours->name = OURS;
  ours->process = bench_room_start (settings->server_program, settings->keys,
                                    &(BenchRoomOptions){
                                        .workers = (guint) settings->chosen.workers });
  ours->driver = bench_driver_new (bench_process_get_port (ours->process), settings->keys);
  ours->send = bench_author_post;
  ours->user_data = self->author;
  ours->group = 1;

  bench_driver_add_many (ours->driver, N_SENDERS + 1, BENCH_JOIN);
  for (guint i = 0; i < N_SENDERS; i++)
    bench_author_register (self->author, bench_driver_get_client (ours->driver, i));
  self->size = run (ours, &warm_up).delivery_size;
}

static void
add_peer (Bench *self, const BenchPeer *peer)
{
  g_autofree char *program = bench_peer_find (peer);
  g_autofree char *version = NULL;
  Contestant *contestant = &self->contestants[self->n];
  guint n_lines;

  if (program == NULL)
    {
      g_print ("%s is not installed, and so not measured\n", peer->name);
      return;
    }

  version = bench_peer_read_version (peer, program);
  g_print ("%s\n", version);
  contestant->name = peer->name;
  contestant->process = bench_peer_start (peer, program, self->peer_keys);
  contestant->driver =
      bench_driver_new (bench_process_get_port (contestant->process), self->peer_keys);
  contestant->driver->protocol = peer->protocol;
  contestant->driver->most_unready = peer->most_unready;
  contestant->send = send_message;
  contestant->user_data = peer->new_message (self->size, &contestant->group);
  if (contestant->group > 1)
    contestant->line = peer->new_message (BENCH_IRC_LINE, &n_lines);
  bench_driver_add_many (contestant->driver, N_SENDERS + 1, BENCH_JOIN);
  self->n++;
}

/* Returns what a payload costs. */
static double
report (Bench *self, const Size *size, const Kind *kind, Contestant *contestant)
{
  g_autofree char *name = g_strdup_printf ("peers, %u clients, %s: %s", size->n_clients, kind->how,
                                           contestant->name);
  g_autofree char *line_name = g_strconcat (name, ", a line of it", NULL);
  double cost = bench_median (contestant->costs, N_ROUNDS);

  bench_report_add (self->settings->report, name, cost * contestant->group, "us CPU");
  if (contestant->group > 1)
    bench_report_add (self->settings->report, line_name, cost, "us CPU");
  return cost * contestant->group;
}

static void
compare (Bench *self, const Size *size, const Kind *kind, const double *costs)
{
  g_autofree char *name = g_strdup_printf ("peers, %u clients, %s: " OURS " beside the cheapest",
                                           size->n_clients, kind->how);
  double cheapest = G_MAXDOUBLE;

  if (self->n == 1)
    return;
  for (guint i = 1; i < self->n; i++)
    cheapest = MIN (cheapest, costs[i]);

  if (size->n_clients == MAIN_SIZE)
    bench_report_add_bar (self->settings->report, BENCH_MEASURED, name, costs[0] / cheapest,
                          "times", 1);
  else
    bench_report_add (self->settings->report, name, costs[0] / cheapest, "times");
}

static void
measure (Bench *self, const Size *size, const Kind *kind)
{
  double costs[MOST_CONTESTANTS];

  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < self->n; i++)
      self->contestants[i].costs[round] = run (&self->contestants[i], kind).cpu_per_delivery;

  for (guint i = 0; i < self->n; i++)
    costs[i] = report (self, size, kind, &self->contestants[i]);
  compare (self, size, kind, costs);
}

static void
measure_line (Bench *self, const Size *size, const Contestant *contestant)
{
  const Kind kind = { "", size->n_quiet, 1, 1 };
  g_autofree char *name = g_strdup_printf ("peers, %u clients, one at a time: %s, a line alone",
                                           size->n_clients, contestant->name);
  Contestant single = *contestant;

  single.group = 1;
  single.user_data = single.line;
  for (guint round = 0; round < N_ROUNDS; round++)
    single.costs[round] = run (&single, &kind).cpu_per_delivery;
  bench_report_add (self->settings->report, name, bench_median (single.costs, N_ROUNDS), "us CPU");
}

static void
measure_size (Bench *self, const Size *size)
{
  const Kind quiet = { "one at a time", size->n_quiet, 1, 1 };
  const Kind busy = { "4 x 16 under way", size->n_busy, N_SENDERS, N_SENDERS * IN_FLIGHT };

  /* Who has come is told to the others, at times a little later; that is not what is measured. */
  for (guint i = 0; i < self->n; i++)
    {
      BenchDriver *driver = self->contestants[i].driver;

      bench_driver_add_many (driver, size->n_clients - driver->clients->len, BENCH_JOIN);
      bench_driver_rest (driver, REST);
    }

  measure (self, size, &quiet);
  for (guint i = 0; i < self->n; i++)
    if (self->contestants[i].line != NULL)
      measure_line (self, size, &self->contestants[i]);
  measure (self, size, &busy);
}

static void
bench_close (Bench *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      bench_driver_free (self->contestants[i].driver);
      bench_process_stop (self->contestants[i].process);
      if (i > 0)
        g_bytes_unref (self->contestants[i].user_data);
      g_clear_pointer (&self->contestants[i].line, g_bytes_unref);
    }

  bench_author_free (self->author);
  bench_keys_free (self->peer_keys);
}

/**
 * bench_figures_peers:
 * @settings: how
 *
 * Measures the processor time of our server and of others for each delivery of a payload.
 */
void
bench_figures_peers (const BenchSettings *settings)
{
  Bench bench = { .settings = settings };

  if (settings->quick) /* they need not be installed, and are not what is tested */
    return;

  bench_report_add_heading (settings->report, "Beside the servers of others");
  bench.peer_keys = bench_keys_new (1, BITS);
  add_ours (&bench);
  for (guint i = 0; i < BENCH_N_PEERS; i++)
    add_peer (&bench, &bench_peers[i]);
  bench_report_add (settings->report, "peers: payload of a delivery", (double) bench.size, "bytes");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    measure_size (&bench, &sizes[i]);
  bench_close (&bench);
}
