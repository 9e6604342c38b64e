/* `chat-client` in the room: ties a session, a view, and what a person or a script says together.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-view.h"

G_BEGIN_DECLS

typedef struct _ChatCliApp ChatCliApp;

/**
 * ChatCliInput:
 * @CHAT_CLI_TERMINAL: a person types
 * @CHAT_CLI_LINES: a file or a program gives lines
 *
 * Who speaks.
 */
typedef enum
{
  CHAT_CLI_TERMINAL,
  CHAT_CLI_LINES,
} ChatCliInput;

ChatCliApp *chat_cli_app_new (ChatSession *session, ChatView *view, ChatCliInput input);
void chat_cli_app_free (ChatCliApp *self);
/* Stays in the room until it is left. Returns the exit status. */
int chat_cli_app_run (ChatCliApp *self);

/* For the commands. */
ChatSession *chat_cli_app_get_session (ChatCliApp *self);
ChatView *chat_cli_app_get_view (ChatCliApp *self);
void chat_cli_app_send (ChatCliApp *self, const char *text, ChatMember *to);
void chat_cli_app_leave (ChatCliApp *self);
void chat_cli_app_complain (ChatCliApp *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Something that was to be said was not delivered. */
void chat_cli_app_count_refused (ChatCliApp *self);
void chat_cli_app_count_lost (ChatCliApp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCliApp, chat_cli_app_free)

G_END_DECLS
