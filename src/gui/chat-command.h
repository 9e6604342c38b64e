/* What was typed: a message, or a command. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CHAT_COMMAND_SAY,
  CHAT_COMMAND_MSG,
  CHAT_COMMAND_HISTORY,
  CHAT_COMMAND_MEMBERS,
  CHAT_COMMAND_RETRY,
  CHAT_COMMAND_EXIT,
  CHAT_COMMAND_SHUTDOWN,
  CHAT_COMMAND_HELP,
} ChatCommandKind;

typedef struct
{
  ChatCommandKind kind;
  char *text;   /* of SAY and MSG */
  char *name;   /* of MSG */
  gint64 limit; /* of HISTORY; 0: as many as there are */
} ChatCommand;

/* Errors: G_IO_ERROR_INVALID_ARGUMENT, whole sentences. */
ChatCommand *chat_command_parse (const char *typed, GError **error);
void chat_command_free (ChatCommand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCommand, chat_command_free)

/* What there is, a line for each. */
char *chat_command_describe_all (void);
/* The names, without the slash. (transfer none) */
const char *const *chat_command_get_names (void);

G_END_DECLS
