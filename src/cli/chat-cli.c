/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli.h"

#include "chat-cli-app.h"
#include "chat-cli-keys.h"
#include "chat-cli-options.h"
#include "chat-error.h"
#include "chat-fingerprint-command.h"
#include "chat-json-view.h"
#include "chat-key-file.h"
#include "chat-keygen-command.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "chat-profile.h"
#include "chat-prompt.h"
#include "chat-room-folder.h"
#include "chat-terminal.h"
#include "chat-text-view.h"
#include "chat-text.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_PORT 65535

static gboolean
has_terminal (void)
{
  return isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
}

static char *
config_path (const ChatCliOptions *options)
{
  return options->config != NULL ? g_strdup (options->config)
                                 : g_build_filename (options->directory, CHAT_PROFILE_FILE, NULL);
}

/* What is in the file, or nothing where there is none and none was asked for. */
static ChatProfile *
load_profile (const ChatCliOptions *options, GError **error)
{
  g_autofree char *path = config_path (options);
  g_autoptr (GError) cause = NULL;
  ChatProfile *profile = chat_profile_load (path, &cause);

  if (profile != NULL)
    return profile;
  if (options->config == NULL && g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return chat_profile_new (options->directory);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_set_error (error, cause->domain, cause->code,
                 _("%s. --config names a file that is there; without it, user_config.json is read "
                    "where there is one."),
                 cause->message);
  else
    g_propagate_error (error, g_steal_pointer (&cause));

  return NULL;
}

static void
replace (char **value, const char *option)
{
  if (option == NULL)
    return;
  g_free (*value);
  *value = g_strdup (option);
}

static void
apply_options (ChatProfile *profile, const ChatCliOptions *options)
{
  replace (&profile->address, options->address);
  replace (&profile->username, options->username);
  replace (&profile->private_key, options->private_key);
  replace (&profile->server_key, options->server_key);
  if (options->port != 0)
    profile->port = (guint16)options->port;
}

static gboolean
ask_port (ChatProfile *profile)
{
  g_autofree char *proposal = g_strdup_printf ("%d", CHAT_DEFAULT_PORT);

  for (;;)
    {
      g_autofree char *answer = chat_prompt_line (_("Server port"), proposal);
      guint64 port;

      if (answer == NULL)
        return FALSE;
      if (g_ascii_string_to_unsigned (answer, 10, 1, MAX_PORT, &port, NULL))
        {
          profile->port = (guint16)port;
          return TRUE;
        }
      g_printerr (_("A port is a number from 1 to %d.\n"), MAX_PORT);
    }
}

static gboolean
ask_username (ChatProfile *profile)
{
  for (;;)
    {
      g_autofree char *answer = chat_prompt_line (_("Username"), NULL);
      g_autoptr (GError) error = NULL;

      if (answer == NULL)
        return FALSE;
      if (chat_username_check (answer, &error))
        {
          profile->username = g_steal_pointer (&answer);
          return TRUE;
        }
      g_printerr ("%s\n", error->message);
    }
}

static gboolean
ask_for_the_rest (ChatProfile *profile)
{
  if (profile->address == NULL)
    profile->address = chat_prompt_line (_("Server address"), CHAT_DEFAULT_ADDRESS);

  return profile->address != NULL && (profile->port != 0 || ask_port (profile))
         && (profile->username != NULL || ask_username (profile));
}

/* Before anything is asked: who has no keys yet must get them first, and is told of both at
 * once. */
static gboolean
check_keys_exist (const ChatProfile *profile, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *quoted = g_shell_quote (profile->private_key);

  if (!g_file_test (profile->server_key, G_FILE_TEST_EXISTS))
    g_string_append_printf (text,
                            _("%s does not exist. It holds the server's public key; ask the "
                               "server's admin for that file, and put it there."),
                            profile->server_key);
  if (!g_file_test (profile->private_key, G_FILE_TEST_EXISTS))
    g_string_append_printf (text,
                            _("%s%s does not exist. It holds your private key; put it there, or "
                               "make one, which also says what the admin needs from you:\n"
                               "  chat-client keygen --output %s"),
                            text->len > 0 ? "\n" : "", profile->private_key, quoted);
  if (text->len == 0)
    return TRUE;

  g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING, text->str);

  return FALSE;
}

static gboolean
complete_profile (ChatProfile *profile, GError **error)
{
  if (has_terminal ())
    {
      if (ask_for_the_rest (profile))
        return TRUE;
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("Without address, port and username there is no room to enter."));
      return FALSE;
    }

  if (profile->username == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _("There is no terminal to ask for the username on, and no %s. Give it by "
                      "--username."),
                   CHAT_PROFILE_FILE);
      return FALSE;
    }
  if (profile->address == NULL)
    profile->address = g_strdup (CHAT_DEFAULT_ADDRESS);
  if (profile->port == 0)
    profile->port = CHAT_DEFAULT_PORT;

  return TRUE;
}

static ChatProfile *
get_profile (const ChatCliOptions *options, GError **error)
{
  g_autoptr (ChatProfile) profile = load_profile (options, error);

  if (profile == NULL)
    return NULL;
  apply_options (profile, options);
  if (!check_keys_exist (profile, error) || !complete_profile (profile, error))
    return NULL;
  if (options->save)
    {
      g_autofree char *path = config_path (options);

      if (!chat_profile_save (profile, path, error))
        return NULL;
    }

  return g_steal_pointer (&profile);
}

static ChatSession *
make_session (const ChatProfile *profile, const char *passphrase_file, GError **error)
{
  g_autoptr (ChatPublicKey) server_key = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autofree char *advice = NULL;
  g_autofree char *folder = NULL;
  ChatSession *session;

  server_key = chat_key_file_load_public (profile->server_key, CHAT_KEY_OWNER_SERVER, error);
  if (server_key == NULL)
    return NULL;
  key = chat_cli_load_private_key (profile->private_key, passphrase_file, error);
  if (key == NULL)
    return NULL;
  advice = chat_key_file_advise (profile->private_key);
  if (advice != NULL)
    g_printerr ("%s\n", advice);

  session = chat_session_new (profile->address, profile->port, profile->username, key, server_key);
  chat_session_set_server_key_file (session, profile->server_key);
  folder = chat_room_folder_get_path (NULL, server_key, chat_private_key_get_public (key));
  chat_session_set_pins_folder (session, folder);

  return session;
}

static void
print_to_terminal (const char *line, ChatNote note, gpointer user_data)
{
  chat_terminal_print (line);
}

/* Problems go to standard error, so that what is left can be piped on. */
static void
print_to_streams (const char *line, ChatNote note, gpointer user_data)
{
  FILE *stream = note == CHAT_NOTE_PROBLEM ? stderr : stdout;

  fputs (line, stream);
  fputc ('\n', stream);
  /* Whoever read has gone, so there is nobody to stay for. SIGPIPE itself is ignored. */
  if (fflush (stream) != 0 && stream == stdout)
    raise (SIGTERM);
}

static ChatView *
make_view (const ChatCliOptions *options, gboolean typing)
{
  const char *no_color = g_getenv ("NO_COLOR");
  ChatTextViewFlags flags = CHAT_TEXT_VIEW_PLAIN;

  if (options->json)
    return chat_json_view_new (print_to_streams, NULL);
  if (!typing)
    return chat_text_view_new (flags, print_to_streams, NULL);

  flags = CHAT_TEXT_VIEW_OWN;
  /* no-color.org: set and not empty. */
  if (!options->no_color && (no_color == NULL || *no_color == '\0')
      && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0)
    flags |= CHAT_TEXT_VIEW_COLOR;

  return chat_text_view_new (flags, print_to_terminal, NULL);
}

static int
enter_room (const ChatCliOptions *options, GError **error)
{
  gboolean typing = has_terminal () && !options->json;
  g_autoptr (ChatProfile) profile = get_profile (options, error);
  g_autoptr (ChatSession) session = NULL;
  g_autoptr (ChatView) view = NULL;
  g_autoptr (ChatCliApp) app = NULL;

  if (profile == NULL)
    return CHAT_CLI_FAILED;
  session = make_session (profile, options->passphrase_file, error);
  if (session == NULL)
    return CHAT_CLI_FAILED;

  view = make_view (options, typing);
  app = chat_cli_app_new (session, view, typing ? CHAT_CLI_TERMINAL : CHAT_CLI_LINES);

  return chat_cli_app_run (app);
}

static void
print_error (const GError *error)
{
  g_autofree char *safe = chat_text_make_safe (error->message, CHAT_TEXT_KEEP_LINES);

  g_printerr ("chat-client: %s\n", safe);
}

/**
 * chat_cli_main:
 * @argc: number of arguments
 * @argv: arguments
 *
 * Returns: the exit status
 */
int
chat_cli_main (int argc, char **argv)
{
  g_autoptr (ChatCliOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (argc > 1 && g_str_equal (argv[1], "keygen"))
    return chat_keygen_command (argc - 1, argv + 1);
  if (argc > 1 && g_str_equal (argv[1], "fingerprint"))
    return chat_fingerprint_command (argc - 1, argv + 1);

  g_set_prgname ("chat-client");
  options = chat_cli_options_parse (&argc, &argv, &error);
  if (options == NULL)
    {
      print_error (error);
      return CHAT_CLI_USAGE;
    }

  status = enter_room (options, &error);
  /* What was learned about the members' keys is written to the end. */
  chat_pipeline_wait_for_retired (NULL);
  if (error != NULL)
    print_error (error);

  return g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED) ? CHAT_CLI_USAGE : status;
}
