/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room with many members, few of whom are there: what its size costs its authors, and the server
 * for each message. */
#include "bench-figures.h"

#include "bench-fail.h"
#include "bench-folder.h"
#include "bench-room.h"
#include "bench-session.h"

#include <sys/resource.h>

#define N_ROUNDS 3

/* At 60 a second: a window that draws no later drops nothing that anybody sees. */
#define FRAME_MILLISECONDS (1000.0 / 60)

typedef struct
{
  guint n_members;
  BenchProcess *server;
  BenchSession *author;
  double first;        /* ms from the first message to its ack; its seal is made for it */
  double longest_turn; /* ms, meanwhile */
  double author_costs[N_ROUNDS]; /* us for each message under the same seal */
  double server_costs[N_ROUNDS];
} Room;

/* Of all threads of this program. */
static double
get_own_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void
room_open (Room *self, const BenchSettings *settings, guint n_members)
{
  guint n_present = settings->keys->users->len;
  g_autofree char *archive = bench_folder_new ();
  gint64 start;

  self->n_members = MAX (n_members, n_present);
  self->server =
      bench_room_start (settings->server_program, settings->keys,
                        &(BenchRoomOptions){ .n_absent = self->n_members - n_present });
  self->author = bench_session_new (self->server, settings->keys,
                                    bench_keys_get_user (settings->keys, 0), archive);
  bench_session_join (self->author);

  start = g_get_monotonic_time ();
  bench_session_watch_turns (self->author);
  bench_session_say (self->author, 1);
  self->longest_turn = bench_session_get_longest_turn (self->author);
  self->first = (double) (g_get_monotonic_time () - start) / 1000;
  g_clear_handle_id (&self->author->beat, g_source_remove);
}

static void
room_measure (Room *self, guint round, guint n_messages)
{
  double server = bench_process_get_cpu (self->server);
  double own = get_own_cpu ();

  bench_session_say (self->author, n_messages);
  self->author_costs[round] = (get_own_cpu () - own) / n_messages;
  self->server_costs[round] = (bench_process_get_cpu (self->server) - server) / n_messages;
}

static void
room_close (Room *self)
{
  bench_session_free (self->author);
  bench_process_stop (self->server);
}

static void
report_first (const BenchSettings *settings, const Room *room)
{
  g_autofree char *name =
      g_strdup_printf ("first message to %u members, with its seal, until it is stored",
                       room->n_members);
  g_autofree char *turn = g_strconcat (name, ": longest turn of the main loop", NULL);

  bench_report_add (settings->report, name, room->first, "ms");
  bench_report_add_bar (settings->report, BENCH_MEASURED, turn, room->longest_turn, "ms",
                        FRAME_MILLISECONDS);
}

static void
report_ratio (const BenchSettings *settings, const char *whose, double few, double many)
{
  g_autofree char *few_name = g_strdup_printf ("%s, few members", whose);
  g_autofree char *many_name = g_strdup_printf ("%s, many members", whose);
  g_autofree char *ratio_name = g_strdup_printf ("%s, many beside few", whose);

  bench_report_add (settings->report, few_name, few, "us CPU");
  bench_report_add (settings->report, many_name, many, "us CPU");
  bench_report_add_bar (settings->report, BENCH_MEASURED, ratio_name, many / few, "times", 1.25);
}

/**
 * bench_figures_members:
 * @settings: how
 *
 * Measures what a message costs its author, and the server when nobody else is there, in a small
 * and in a large room.
 */
void
bench_figures_members (const BenchSettings *settings)
{
  guint n_messages = settings->quick ? 10 : 200;
  g_autofree char *heading = NULL;
  Room few = { 0 }, many = { 0 };

  room_open (&few, settings, 10);
  room_open (&many, settings, settings->quick ? 20 : 1000);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      room_measure (&few, round, n_messages);
      room_measure (&many, round, n_messages);
    }

  heading = g_strdup_printf ("Rooms of %u and %u members, one of whom is there", few.n_members,
                             many.n_members);
  bench_report_add_heading (settings->report, heading);
  report_first (settings, &few);
  report_first (settings, &many);
  report_ratio (settings, "author's message", bench_median (few.author_costs, N_ROUNDS),
                bench_median (many.author_costs, N_ROUNDS));
  report_ratio (settings, "server's message", bench_median (few.server_costs, N_ROUNDS),
                bench_median (many.server_costs, N_ROUNDS));
  room_close (&few);
  room_close (&many);
}
