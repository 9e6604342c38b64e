/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-cli.h"

#include "chat-locale.h"
#include "chat-secret.h"

#include <signal.h>

int
main (int argc, char **argv)
{
  /* Before anything that calls GMP. */
  chat_wipe_gmp_memory ();
  chat_locale_init ();
  /* A reader that went away is an error of write (), not the end before the room is left. */
  signal (SIGPIPE, SIG_IGN);

  return chat_cli_main (argc, argv);
}
