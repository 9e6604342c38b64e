/* The least that a libadwaita program can be, until its first frame. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "first-frame.h"

#include <adwaita.h>

static void
activate_cb (GtkApplication *app)
{
  gtk_window_present (GTK_WINDOW (adw_application_window_new (app)));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app =
      adw_application_new ("io.github.conclave_chat.Empty", G_APPLICATION_DEFAULT_FLAGS);

  first_frame_watch ();
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), NULL);

  return g_application_run (G_APPLICATION (app), argc, argv);
}
