/* The line that a person types, by readline on the GLib main loop, and the lines above it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

G_BEGIN_DECLS

/* line: NULL at Ctrl+D. Must not close the terminal. */
typedef void (*ChatTerminalFunc) (const char *line, gpointer user_data);

/* readline has only one line, so there is only one terminal, and no object for it. */
void chat_terminal_open (ChatMemberList *members, ChatTerminalFunc func, gpointer user_data);
void chat_terminal_close (void);
/* Puts a line above the one that is being typed. Also when the terminal is not open. */
void chat_terminal_print (const char *line);

G_END_DECLS
