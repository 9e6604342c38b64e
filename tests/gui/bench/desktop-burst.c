/* Many messages a second: does the window still move? */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-bench.h"

#define PER_SECOND 1000
#define MAX_GAP_MS 50.0

typedef struct
{
  DesktopRoom *room;
  gint64 begin;
  guint n_wanted;
  guint n_added;
  gint64 last; /* frame */
  gint64 longest;
  guint n_frames;
  gboolean over;
} Burst;

/* As many as are due by now, however late the timer is. */
static gboolean
timer_cb (gpointer user_data)
{
  Burst *self = user_data;
  gint64 due = (g_get_monotonic_time () - self->begin) * PER_SECOND / G_USEC_PER_SEC;
  guint until = (guint)MIN (due, self->n_wanted);

  if (until > self->n_added)
    desktop_room_add (self->room, until - self->n_added);
  self->n_added = until;

  return G_SOURCE_CONTINUE;
}

static void
after_paint_cb (GdkFrameClock *clock, Burst *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->last != 0)
    self->longest = MAX (self->longest, now - self->last);
  self->last = now;
  self->n_frames++;
  self->over = self->n_added == self->n_wanted;
}

/* Something always moves. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

/**
 * desktop_bench_burst:
 * @report: the figures
 * @room: a room that is shown
 * @n_seconds: how long
 */
void
desktop_bench_burst (BenchReport *report, DesktopRoom *room, guint n_seconds)
{
  GtkWidget *window = desktop_room_get_window (room);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  Burst burst = { .room = room, .n_wanted = n_seconds * PER_SECOND };
  gulong handler;
  guint tick, timer;

  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &burst);
  tick = gtk_widget_add_tick_callback (window, tick_cb, NULL, NULL);
  burst.begin = g_get_monotonic_time ();
  timer = g_timeout_add (4, timer_cb, &burst);
  while (!burst.over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  gtk_widget_remove_tick_callback (window, tick);
  g_signal_handler_disconnect (clock, handler);

  bench_report_add_bar (report, BENCH_MEASURED,
                        "1,000 messages a second: longest gap between two frames",
                        (double)burst.longest / 1000, "ms", MAX_GAP_MS);
  bench_report_add (report, "1,000 messages a second: frames",
                    (double)burst.n_frames * G_USEC_PER_SEC
                        / (double)(burst.last - burst.begin),
                    "per s");
}
