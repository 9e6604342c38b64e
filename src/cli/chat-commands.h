/* The commands that begin with a slash, in a table. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-cli-app.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;      /* without the slash */
  const char *arguments; /* for people; NULL: it takes none */
  const char *help;
  void (*run) (ChatCliApp *app, const char *arguments);
} ChatCommand;

/* Ends with a NULL name. */
extern const ChatCommand chat_commands[];

/* A line that somebody has typed or piped: a message, or a command. */
void chat_commands_run_line (ChatCliApp *app, const char *line);

G_END_DECLS
