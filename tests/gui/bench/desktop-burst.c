/* Many messages a second: does the window still move? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-bench.h"

typedef struct
{
  DesktopRoom *room;
  gint64 begin;
  guint n_wanted;
  guint n_sent;
} Burst;

/* As many as are due by now, however late the timer is. */
static gboolean
timer_cb (gpointer user_data)
{
  Burst *self = user_data;
  gint64 due = (g_get_monotonic_time () - self->begin) * DESKTOP_PER_SECOND / G_USEC_PER_SEC;
  guint until = (guint)MIN (due, self->n_wanted);

  if (until > self->n_sent)
    desktop_room_send (self->room, until - self->n_sent);
  self->n_sent = until;

  return G_SOURCE_CONTINUE;
}

static void
add_figures (BenchReport *report, const DesktopFrames *frames)
{
  bench_report_add_bar (report, BENCH_MEASURED,
                        "1,000 messages a second: longest gap between two frames",
                        (double)frames->longest / 1000, "ms", MAX_GAP_MS);
  bench_report_add (report, "1,000 messages a second: most CPU between two frames",
                    (double)frames->most_cpu / 1000, "ms");
  bench_report_add (report, "1,000 messages a second: frames",
                    (double)frames->n_frames * G_USEC_PER_SEC
                        / (double)(frames->last - frames->begin),
                    "per s");
}

/**
 * desktop_bench_burst:
 * @report: the figures
 * @room: a room that is open
 * @n_seconds: how long
 *
 * Until the last message is drawn. The CPU is that of the thread that draws, which is the server's
 * as well.
 */
void
desktop_bench_burst (BenchReport *report, DesktopRoom *room, guint n_seconds)
{
  Burst burst = { .room = room, .n_wanted = n_seconds * DESKTOP_PER_SECOND };
  guint n_messages = desktop_room_get_n_messages (room) + burst.n_wanted;
  DesktopFrames frames;
  guint timer;

  desktop_frames_begin (&frames, desktop_room_get_window (room));
  desktop_frames_wait (&frames);
  burst.begin = g_get_monotonic_time ();
  timer = g_timeout_add (4, timer_cb, &burst);
  while (desktop_room_get_n_messages (room) < n_messages)
    g_main_context_iteration (NULL, TRUE);
  desktop_frames_wait (&frames);
  g_source_remove (timer);
  desktop_frames_end (&frames);

  add_figures (report, &frames);
}
