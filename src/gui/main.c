/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-desktop.h"

int
main (int argc, char **argv)
{
  return chat_desktop_main (argc, argv);
}
