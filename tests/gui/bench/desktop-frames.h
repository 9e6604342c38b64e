/* Watches the frames of a window: how long nothing was drawn, and how busy the main loop was. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Times are in microseconds. */
typedef struct
{
  GtkWidget *window;
  gulong handler;
  guint tick;

  guint n_frames;
  gint64 begin;
  gint64 last; /* the end of the last frame */
  gint64 last_cpu;
  gint64 longest;  /* between the ends of two frames */
  gint64 most_cpu; /* of this thread, between the ends of two frames: other programs do not count */
} DesktopFrames;

/* Something always moves until the end. */
void desktop_frames_begin (DesktopFrames *self, GtkWidget *window);
void desktop_frames_end (DesktopFrames *self);
/* Runs the main loop until one more frame is drawn from beginning to end. */
void desktop_frames_wait (DesktopFrames *self);

G_END_DECLS
