/* The subcommands for the person who runs the server. Each prints what it did and returns an exit
 * status. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-server-folder.h"

G_BEGIN_DECLS

/* arguments: those after the subcommand's name. Returns -1 when there is no such subcommand. */
int chat_admin_run (ChatServerFolder *folder, const ChatSecret *passphrase, const char *command,
                    char **arguments);
/* The lines of --help. */
char *chat_admin_dup_help (void);

G_END_DECLS
