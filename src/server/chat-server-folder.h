/* The folder in which a server runs: config.json, keys/, the server's key pair, history.db.
 * Synchronous: for start-up. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"
#include "chat-server-config.h"

G_BEGIN_DECLS

typedef struct
{
  char *path; /* of the folder; "." is written as "" so that messages stay short */
  char *config_path;
  char *keys_path;
  char *private_key_path;
  char *public_key_path;
  char *history_path;
  int lock_fd; /* -1 while it is not locked */
} ChatServerFolder;

ChatServerFolder *chat_server_folder_new (const char *directory);
void chat_server_folder_free (ChatServerFolder *self);

/* One server at a time: two would write one history. Held until the folder is freed. */
gboolean chat_server_folder_lock (ChatServerFolder *self, GError **error);
/* Makes what is missing; made: (element-type utf8) gets a line for each. */
ChatServerConfig *chat_server_folder_prepare (ChatServerFolder *self, GPtrArray *made,
                                              GError **error);
gboolean chat_server_folder_prepare_keys (ChatServerFolder *self, GPtrArray *made, GError **error);
/* Loads the key pair; makes the public file from the private one when only that is missing. */
ChatPrivateKey *chat_server_folder_load_key (ChatServerFolder *self, const ChatSecret *passphrase,
                                             GError **error);

gboolean chat_server_folder_check_history (ChatServerFolder *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatServerFolder, chat_server_folder_free)

G_END_DECLS
