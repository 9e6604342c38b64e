/* Log lines for the person who runs the server: who, what, why; never content. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CHAT_LOG_ERROR,
  CHAT_LOG_WARNING,
  CHAT_LOG_INFO,
  CHAT_LOG_DEBUG,
  CHAT_N_LOG_LEVELS,
} ChatLogLevel;

const char *chat_log_level_to_string (ChatLogLevel level);
gboolean chat_log_level_from_string (const char *name, ChatLogLevel *level);
void chat_log_set_level (ChatLogLevel level);

/* Pairs of key and value (both const char *; a NULL value leaves the pair out), then NULL. */
void chat_log (ChatLogLevel level, const char *event, ...) G_GNUC_NULL_TERMINATED;
char *chat_log_format_value (const char *value);
char *chat_log_dup_field_name (const char *key);

/* For people at a terminal: one line on standard error, in which nothing commands the terminal. */
char *chat_log_escape (const char *text);
void chat_log_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
