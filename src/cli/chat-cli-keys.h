/* Key files of the one who runs the program, with the passphrase asked for where one is needed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

/* passphrase_file: (nullable) */
ChatPrivateKey *chat_cli_load_private_key (const char *path, const char *passphrase_file,
                                           GError **error);
ChatSecret *chat_cli_read_passphrase_file (const char *path, GError **error);

G_END_DECLS
