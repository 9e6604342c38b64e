/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-desktop.h"

#include "chat-application-options.h"
#include "chat-application.h"
#include "chat-config.h"
#include "chat-locale.h"
#include "chat-pipeline.h"
#include "chat-secret.h"
#include "chat-settings.h"

#include <signal.h>
#include <stdlib.h>

/**
 * chat_desktop_main:
 * @argc: number of arguments
 * @argv: arguments: options, and profiles to open
 *
 * Returns: the exit status
 */
int
chat_desktop_main (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (ChatApplication) app = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  /* Before anything that calls GMP. */
  chat_wipe_gmp_memory ();
  chat_locale_init ();
  /* A connection that went away is an error of write (), not the end. */
  signal (SIGPIPE, SIG_IGN);

  settings = chat_settings_new (CHAT_SCHEMA_DIR, &error);
  if (settings == NULL)
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  app = chat_application_new (G_APPLICATION_HANDLES_OPEN, settings);
  chat_application_install_options (G_APPLICATION (app));

  status = g_application_run (G_APPLICATION (app), argc, argv);
  g_clear_object (&app);
  /* There is no window any more that could hang. */
  chat_pipeline_wait_for_retired (NULL);

  return status;
}
