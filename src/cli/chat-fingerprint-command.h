/* `chat-client fingerprint FILE`: what two people read to each other. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* argv[0] is the name of the subcommand. Returns the exit status. */
int chat_fingerprint_command (int argc, char **argv);

G_END_DECLS
