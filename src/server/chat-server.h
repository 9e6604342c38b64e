/* chat-server while it runs: folder, room, listener, signals. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-server-folder.h"

G_BEGIN_DECLS

/* Runs until it is stopped. Returns the exit status. */
int chat_server_run (ChatServerFolder *folder, const ChatSecret *passphrase, gboolean verbose);

G_END_DECLS
