/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-terminal.h"

#include "chat-completion.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* After stdio, which they need. */
#include <readline/history.h>
#include <readline/readline.h>

#define PROMPT "> "

/* readline keeps its state in globals and calls back without user data; this stands beside it. */
static struct
{
  ChatTerminalFunc func;
  gpointer user_data;
  guint input;
  guint resize;
  gboolean open;
  gboolean in_line; /* a line is being handled: readline shows nothing meanwhile */
} terminal;

/* Takes the typed line off the screen instead of leaving it there: the message that it becomes is
 * printed like all others. */
static int
accept_line (int count, int key)
{
  rl_clear_visible_line ();
  rl_done = 1;

  return 0;
}

static void
bind_keys (void)
{
  const Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      rl_bind_key_in_map ('\r', accept_line, maps[i]);
      rl_bind_key_in_map ('\n', accept_line, maps[i]);
    }
}

static void
line_cb (char *line)
{
  terminal.in_line = TRUE;
  if (line != NULL && *line != '\0')
    add_history (line);
  terminal.func (line, terminal.user_data);
  free (line);
  terminal.in_line = FALSE;
}

static gboolean
input_cb (int fd, GIOCondition condition, gpointer user_data)
{
  if ((condition & G_IO_IN) != 0)
    rl_callback_read_char ();
  else
    {
      /* The terminal is gone, and with it whoever sat there. */
      terminal.input = 0;
      terminal.func (NULL, terminal.user_data);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
resize_cb (gpointer user_data)
{
  rl_resize_terminal ();

  return G_SOURCE_CONTINUE;
}

/**
 * chat_terminal_open:
 * @members: whose names Tab completes; must live until chat_terminal_close()
 * @func: takes each line
 * @user_data: for @func
 *
 * Begins to read lines. What was typed can be had again by the arrow keys, and is not written to
 * any file. Does nothing when it is open already.
 */
void
chat_terminal_open (ChatMemberList *members, ChatTerminalFunc func, gpointer user_data)
{
  g_return_if_fail (func != NULL);

  /* Open again after the connection was lost: the line being typed stays. */
  if (terminal.open)
    return;

  terminal.func = func;
  terminal.user_data = user_data;
  terminal.open = TRUE;

  /* Signals come through the main loop. */
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_readline_name = "chat-client";
  chat_completion_install (members);
  using_history ();
  rl_callback_handler_install (PROMPT, line_cb);
  bind_keys ();
  terminal.input = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, input_cb, NULL);
  terminal.resize = g_unix_signal_add (SIGWINCH, resize_cb, NULL);
}

/**
 * chat_terminal_close:
 *
 * Gives the terminal back as it was. Does nothing when it is not open.
 */
void
chat_terminal_close (void)
{
  if (!terminal.open)
    return;

  terminal.open = FALSE;
  if (!terminal.in_line)
    rl_clear_visible_line ();
  rl_callback_handler_remove ();
  fflush (stdout);
  g_clear_handle_id (&terminal.input, g_source_remove);
  g_clear_handle_id (&terminal.resize, g_source_remove);
  chat_completion_uninstall ();
  clear_history ();
}

/**
 * chat_terminal_print:
 * @line: one or more lines, safe for a terminal
 *
 * What is being typed moves down and stays as it is.
 */
void
chat_terminal_print (const char *line)
{
  gboolean typing = terminal.open && !terminal.in_line;

  g_return_if_fail (line != NULL);

  if (typing)
    rl_clear_visible_line ();
  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
  if (typing)
    {
      rl_on_new_line ();
      rl_redisplay ();
    }
}
