/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "first-frame.h"

#include <gtk/gtk.h>
#include <stdio.h>
#include <stdlib.h>

static void
after_paint_cb (GdkFrameClock *clock)
{
  printf ("%" G_GINT64_FORMAT "\n", g_get_monotonic_time ());
  fflush (stdout);
  _Exit (EXIT_SUCCESS);
}

static void
realize_cb (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                    G_CALLBACK (after_paint_cb), NULL);
}

static gboolean
window_added_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values,
                 gpointer user_data)
{
  g_signal_connect_after (g_value_get_object (&values[1]), "realize", G_CALLBACK (realize_cb),
                          NULL);

  return FALSE;
}

void
first_frame_watch (void)
{
  g_type_class_unref (g_type_class_ref (GTK_TYPE_APPLICATION)); /* which has the signal */
  g_signal_add_emission_hook (g_signal_lookup ("window-added", GTK_TYPE_APPLICATION), 0,
                              window_added_cb, NULL, NULL);
}
