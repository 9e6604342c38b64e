/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How soon somebody who comes back has everything that was said meanwhile. */
#include "bench-figures.h"

#include "bench-author.h"
#include "bench-fail.h"
#include "bench-folder.h"
#include "bench-load.h"
#include "bench-room.h"
#include "bench-session.h"
#include "chat-limits.h"

static void
talk (const BenchSettings *settings, BenchProcess *server, guint n_messages)
{
  g_autoptr (BenchDriver) room =
      bench_driver_new (bench_process_get_port (server), settings->keys);
  g_autoptr (BenchAuthor) author = bench_author_new (
      settings->keys, bench_keys_get_user (settings->keys, 0), BENCH_TEXT_LENGTH);

  bench_load_fill_history (server, room, author, bench_author_post_signed,
                           CHAT_MAX_POSTS_IN_FLIGHT, n_messages);
}

static void
visit (const BenchSettings *settings, BenchProcess *server, const char *archive)
{
  BenchSession *visitor =
      bench_session_new (server, settings->keys, bench_keys_get_user (settings->keys, 1), archive);

  bench_session_join (visitor);
  bench_session_leave (visitor);
  bench_session_free (visitor);
}

static void
come_back (const BenchSettings *settings, BenchProcess *server, const char *archive,
           guint n_messages)
{
  BenchSession *visitor =
      bench_session_new (server, settings->keys, bench_keys_get_user (settings->keys, 1), archive);
  gint64 start = g_get_monotonic_time ();
  double seconds;

  bench_session_watch_turns (visitor);
  bench_session_join (visitor);
  seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (visitor->n_delivered != n_messages || visitor->n_missed != n_messages
      || visitor->n_unreadable != 0)
    bench_fail ("%u of %u messages came, %u of which cannot be read", visitor->n_delivered,
                n_messages, visitor->n_unreadable);

  bench_report_add_least (settings->report, "messages verified, decrypted and kept",
                          n_messages / seconds, "per second", 5000);
  bench_report_add (settings->report, "longest turn of the main loop meanwhile",
                    bench_session_get_longest_turn (visitor), "ms");
  bench_session_free (visitor);
}

/**
 * bench_figures_catch_up:
 * @settings: how
 *
 * Measures how fast a client that was away gets what it has missed: from its start, connecting
 * included, until the server's word that this was all has been understood.
 */
void
bench_figures_catch_up (const BenchSettings *settings)
{
  guint n_messages = settings->quick ? 200 : 10000;
  g_autoptr (BenchProcess) server =
      bench_room_start (settings->server_program, settings->keys,
                        &(BenchRoomOptions){ .history_limit = n_messages });
  g_autofree char *archive = bench_folder_new ();
  g_autofree char *heading = g_strdup_printf ("Catching up on %u messages", n_messages);

  bench_report_add_heading (settings->report, heading);
  visit (settings, server, archive);
  talk (settings, server, n_messages);
  come_back (settings, server, archive, n_messages);
}
