/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-frames.h"

#include <time.h>

static gint64
thread_cpu (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
after_paint_cb (GdkFrameClock *clock, DesktopFrames *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 cpu = thread_cpu ();

  self->longest = MAX (self->longest, now - self->last);
  self->most_cpu = MAX (self->most_cpu, cpu - self->last_cpu);
  self->last = now;
  self->last_cpu = cpu;
  self->n_frames++;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

/**
 * desktop_frames_begin:
 * @self: (out caller-allocates): what is to be filled
 * @window: a window that is shown; must outlive it
 */
void
desktop_frames_begin (DesktopFrames *self, GtkWidget *window)
{
  *self = (DesktopFrames){ .window = window };
  self->begin = self->last = g_get_monotonic_time ();
  self->last_cpu = thread_cpu ();
  self->handler = g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                                    G_CALLBACK (after_paint_cb), self);
  self->tick = gtk_widget_add_tick_callback (window, tick_cb, NULL, NULL);
}

/**
 * desktop_frames_end:
 * @self: what was begun
 */
void
desktop_frames_end (DesktopFrames *self)
{
  gtk_widget_remove_tick_callback (self->window, self->tick);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (self->window), self->handler);
}

/**
 * desktop_frames_wait:
 * @self: what was begun
 */
void
desktop_frames_wait (DesktopFrames *self)
{
  guint n_frames = self->n_frames;

  while (self->n_frames == n_frames)
    g_main_context_iteration (NULL, TRUE);
}
