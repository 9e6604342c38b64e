/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-application-options.h"

#include "chat-config.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define CONTINUE -1

static GPtrArray *
dup_files (char **names)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; names[i] != NULL; i++)
    g_ptr_array_add (files, g_file_new_for_commandline_arg (names[i]));

  return files;
}

/* GApplication itself opens what is left of the arguments, but cannot be told how. Returns what
 * the handler of the options returns. */
static int
open_files (GApplication *app, char **names, gboolean connect)
{
  g_autoptr (GPtrArray) files = dup_files (names);
  g_autoptr (GError) error = NULL;

  if (!g_application_register (app, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  g_application_open (app, (GFile **)files->pdata, (int)files->len,
                      connect ? CHAT_OPEN_HINT_CONNECT : "");

  return g_application_get_is_remote (app) ? EXIT_SUCCESS : CONTINUE;
}

/* The desktop's menu asks for it. Returns what the handler of the options returns. */
static int
open_window (GApplication *app)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (app, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  g_action_group_activate_action (G_ACTION_GROUP (app), "new-window", NULL);

  return g_application_get_is_remote (app) ? EXIT_SUCCESS : CONTINUE;
}

static int
handle_local_options_cb (GApplication *app, GVariantDict *options, gpointer user_data)
{
  g_autofree char **names = NULL;
  gboolean connect = FALSE;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("conclave %s\n", CHAT_VERSION);
      return EXIT_SUCCESS;
    }
  if (g_variant_dict_contains (options, "new-instance"))
    g_application_set_flags (app, g_application_get_flags (app) | G_APPLICATION_NON_UNIQUE);

  g_variant_dict_lookup (options, "connect", "b", &connect);
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &names))
    return open_files (app, names, connect);
  if (g_variant_dict_contains (options, "new-window"))
    return open_window (app);

  return CONTINUE;
}

/**
 * chat_application_install_options:
 * @app: the application, before it runs
 *
 * Lets it be told on the command line how to open files, and whether to share a process.
 */
void
chat_application_install_options (GApplication *app)
{
  const GOptionEntry files[] = {
    { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };

  g_return_if_fail (G_IS_APPLICATION (app));

  g_application_add_main_option_entries (app, files);
  g_application_add_main_option (app, "connect", 'c', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Connect at once to the rooms of the files"), NULL);
  g_application_add_main_option (app, "new-instance", 'n', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Run apart from the windows that are open already"), NULL);
  g_application_add_main_option (app, "new-window", 'w', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Open a window even if there is one already"), NULL);
  g_application_add_main_option (app, "version", 'v', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Print the version and exit"), NULL);
  /* TRANSLATORS: what follows the options on the command line: files like user_config.json */
  g_application_set_option_context_parameter_string (app, _("[FILE…]"));
  g_application_set_option_context_summary (
      app, _("Opens a window for each FILE, which is one like user_config.json."));
  g_signal_connect (app, "handle-local-options", G_CALLBACK (handle_local_options_cb), NULL);
}
