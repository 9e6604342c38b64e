/* `chat-client keygen`: makes a key pair and says what to do with it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* argv[0] is the name of the subcommand. Returns the exit status. */
int chat_keygen_command (int argc, char **argv);

G_END_DECLS
