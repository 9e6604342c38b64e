/* The desktop app as it is, until its first frame. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-desktop.h"
#include "first-frame.h"

int
main (int argc, char **argv)
{
  first_frame_watch ();

  return chat_desktop_main (argc, argv);
}
