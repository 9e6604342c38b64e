/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is queued for one reader in one turn of the server's loop leaves in few records. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-load.h"
#include "bench-room.h"

#define N_FRAMES 64

typedef struct
{
  BenchClient *reader;
  guint64 deliveries; /* that it shall have */
} Wait;

static gboolean
has_them (gpointer user_data)
{
  Wait *wait = user_data;

  return wait->reader->received.deliveries >= wait->deliveries;
}

/**
 * bench_figures_coalescing:
 * @settings: how
 *
 * Asks for the history: its messages are all queued in the turn in which the store gives them. One
 * that a client gets alone, for comparison, is one record.
 */
void
bench_figures_coalescing (const BenchSettings *settings)
{
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys, NULL);
  g_autoptr (BenchDriver) driver =
      bench_driver_new (bench_process_get_port (server), settings->keys);
  g_autoptr (BenchAuthor) author =
      bench_author_new (settings->keys, bench_keys_get_user (settings->keys, 0),
                                  BENCH_TEXT_LENGTH);
  BenchClient *reader;
  Wait wait;
  guint64 records;

  bench_report_add_heading (settings->report, "64 frames queued for one reader in one turn");
  bench_load_fill_history (server, driver, author, bench_author_post, 1, N_FRAMES);

  reader = bench_driver_get_client (driver, 1);
  records = reader->received.records;
  wait = (Wait){ reader, reader->received.deliveries + N_FRAMES };
  bench_client_command (reader, "{\"op\":\"history\",\"limit\":" G_STRINGIFY (N_FRAMES) "}");
  bench_driver_run_until (driver, has_them, &wait, "the history had come");

  bench_report_add (settings->report, "size of a frame", (double) reader->received.delivery_size,
                    "bytes");
  bench_report_add_bar (settings->report, BENCH_COUNTED, "TLS records for each frame",
                        (double) (reader->received.records - records) / N_FRAMES, "records", 0.2);
}
