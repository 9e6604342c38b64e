/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli.h"

#include "chat-config.h"
#include "chat-secret.h"

#include <libintl.h>
#include <locale.h>
#include <signal.h>

int
main (int argc, char **argv)
{
  /* Before anything that calls GMP. */
  chat_wipe_gmp_memory ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CHAT_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* A reader that went away is an error of write (), not the end before the room is left. */
  signal (SIGPIPE, SIG_IGN);

  return chat_cli_main (argc, argv);
}
