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
  CHAT_COMMAND_ACCEPT,
  CHAT_COMMAND_RETRY,
  CHAT_COMMAND_EXIT,
  CHAT_COMMAND_SHUTDOWN,
  CHAT_COMMAND_HELP,
} ChatCommandKind;

typedef struct
{
  ChatCommandKind kind;
  char *text;   /* of SAY and MSG */
  char *name;   /* of MSG and ACCEPT */
  gint64 limit; /* of HISTORY; 0: as many as there are */
} ChatCommand;

/* Errors: G_IO_ERROR_INVALID_ARGUMENT, whole sentences. */
ChatCommand *chat_command_parse (const char *typed, GError **error);
void chat_command_free (ChatCommand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCommand, chat_command_free)

/* What there is. arguments (nullable) and help are yet to be translated. */
typedef struct
{
  const char *name; /* without the slash */
  ChatCommandKind kind;
  const char *arguments;
  const char *help;
} ChatCommandInfo;

const ChatCommandInfo *chat_command_get_all (gsize *n_commands);
char *chat_command_dup_usage (const ChatCommandInfo *info); /* "/msg NAME TEXT" */
/* The name in a text that begins with "/msg NAME " and, in rest, what follows. (nullable) */
char *chat_command_split_msg (const char *typed, const char **rest);

G_END_DECLS
