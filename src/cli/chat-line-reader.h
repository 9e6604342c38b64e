/* Lines from standard input when it is not a terminal: bounded, and only as fast as they are used.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ChatLineReader ChatLineReader;

/**
 * ChatLineEvent:
 * @CHAT_LINE_READ: a line, in UTF-8 without NUL and line break
 * @CHAT_LINE_TOO_LONG: a line that no message can hold was left out
 * @CHAT_LINE_NOT_TEXT: a line that is not UTF-8, or has a NUL, was left out
 * @CHAT_LINE_END: there are no more
 *
 * What was read.
 */
typedef enum
{
  CHAT_LINE_READ,
  CHAT_LINE_TOO_LONG,
  CHAT_LINE_NOT_TEXT,
  CHAT_LINE_END,
} ChatLineEvent;

/* line: NULL unless CHAT_LINE_READ. May pause the reader, not free it. */
typedef void (*ChatLineReaderFunc) (ChatLineEvent event, const char *line, gpointer user_data);

/* Paused at first. max_line: in bytes, without the line break. */
ChatLineReader *chat_line_reader_new (int fd, gsize max_line, ChatLineReaderFunc func,
                                      gpointer user_data);
void chat_line_reader_free (ChatLineReader *self);
void chat_line_reader_set_reading (ChatLineReader *self, gboolean reading);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLineReader, chat_line_reader_free)

G_END_DECLS
