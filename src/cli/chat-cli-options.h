/* The command line of `chat-client`. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses. */
#define CHAT_CLI_OK 0
#define CHAT_CLI_FAILED 1
#define CHAT_CLI_USAGE 2

typedef struct
{
  char *directory; /* where user_config.json and the key files are; "." unless given */
  char *config;
  char *address;
  int port; /* 0: not given */
  char *username;
  char *private_key;
  char *server_key;
  char *passphrase_file;
  gboolean json;
  gboolean no_color;
  gboolean save;
} ChatCliOptions;

/* argv: (inout): the options are taken out. NULL with an error; --help and --version print and
 * exit. */
ChatCliOptions *chat_cli_options_parse (int *argc, char ***argv, GError **error);
void chat_cli_options_free (ChatCliOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCliOptions, chat_cli_options_free)

G_END_DECLS
