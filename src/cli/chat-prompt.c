/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-prompt.h"

#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* After stdio, which it needs. */
#include <readline/readline.h>

/**
 * chat_prompt_line:
 * @question: what to ask, without a colon
 * @proposal: (nullable): what an empty answer means
 *
 * Returns: (transfer full) (nullable): the answer, without blanks around it; %NULL at the end of
 *   input
 */
char *
chat_prompt_line (const char *question, const char *proposal)
{
  g_autofree char *prompt = NULL;
  g_autofree char *answer = NULL;
  char *line;

  g_return_val_if_fail (question != NULL, NULL);

  prompt = proposal != NULL ? g_strdup_printf ("%s [%s]: ", question, proposal)
                            : g_strdup_printf ("%s: ", question);
  line = readline (prompt);
  if (line == NULL)
    return NULL;

  answer = g_strstrip (g_strdup (line));
  free (line);

  return *answer == '\0' && proposal != NULL ? g_strdup (proposal) : g_steal_pointer (&answer);
}

/* Signals that end or stop the program must not leave the terminal without echo. They are only
 * noted by the handler, and raised again when the terminal is as it was. */

static const int guarded_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
static volatile sig_atomic_t caught_signal;

static void
note_signal (int number)
{
  caught_signal = number;
}

static void
guard_signals (struct sigaction *saved)
{
  struct sigaction action = { .sa_handler = note_signal };

  caught_signal = 0;
  sigemptyset (&action.sa_mask);
  /* Without SA_RESTART, so that read () returns. */
  for (gsize i = 0; i < G_N_ELEMENTS (guarded_signals); i++)
    sigaction (guarded_signals[i], &action, &saved[i]);
}

static void
release_signals (const struct sigaction *saved)
{
  for (gsize i = 0; i < G_N_ELEMENTS (guarded_signals); i++)
    sigaction (guarded_signals[i], &saved[i], NULL);
  if (caught_signal != 0)
    raise (caught_signal);
}

/* One line, of which nothing stays behind in a buffer of stdio. */
static gssize
read_line (int fd, char *line, gsize size)
{
  gsize length = 0;

  while (caught_signal == 0)
    {
      char c = '\0';
      gssize n = read (fd, &c, 1);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || (n == 0 && length == 0))
        return -1;
      if (n == 0 || c == '\n')
        return (gssize)length;
      if (length == size)
        return -1;
      line[length++] = c;
    }

  return -1;
}

static gssize
ask_without_echo (int fd, const char *question, char *line, gsize size)
{
  struct sigaction saved[G_N_ELEMENTS (guarded_signals)];
  struct termios before, silent;
  gssize length;

  if (tcgetattr (fd, &before) != 0)
    return -1;

  guard_signals (saved);
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  silent.c_lflag |= ECHONL;
  tcsetattr (fd, TCSAFLUSH, &silent);
  dprintf (fd, "%s: ", question);
  length = read_line (fd, line, size);
  tcsetattr (fd, TCSAFLUSH, &before);
  if (caught_signal != 0)
    dprintf (fd, "\n");
  release_signals (saved);

  return length;
}

/**
 * chat_prompt_passphrase:
 * @question: what to ask, without a colon
 * @error: return location for a `G_IO_ERROR` with a whole sentence
 *
 * Asks on the controlling terminal, without echo. Whatever signal comes meanwhile, the terminal is
 * put back before it takes effect.
 *
 * Returns: (transfer full) (nullable): the answer, possibly empty
 */
ChatSecret *
chat_prompt_passphrase (const char *question, GError **error)
{
  char line[CHAT_MAX_PASSPHRASE];
  ChatSecret *passphrase;
  gssize length = -1;
  int fd;

  g_return_val_if_fail (question != NULL, NULL);

  fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("There is no terminal to ask for the passphrase on. Give it by "
                              "--passphrase-file."));
      return NULL;
    }
  length = ask_without_echo (fd, question, line, sizeof line);
  close (fd);
  if (length < 0)
    {
      chat_wipe (line, sizeof line);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("No passphrase was given. (It may have up to %d bytes.)"),
                   CHAT_MAX_PASSPHRASE);
      return NULL;
    }

  passphrase = chat_secret_new (line, (gsize)length);
  chat_wipe (line, sizeof line);

  return passphrase;
}
