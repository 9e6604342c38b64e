/* A copy of a server's folder from which the server can be started, made while it runs or not.
 * Synchronous: for the command. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-server-folder.h"

G_BEGIN_DECLS

gboolean chat_backup_make (ChatServerFolder *folder, const char *path, GError **error);

G_END_DECLS
