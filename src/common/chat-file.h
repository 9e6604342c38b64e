/* Files of people: bounded reading, and writing that is atomic. Synchronous: for threads and for
 * start-up. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a regular file (symlinks are followed, FIFOs and devices refused without blocking) of at
 * most max_size bytes. Errors: G_FILE_ERROR (NOENT, ACCES, ISDIR, ...), G_FILE_ERROR_INVAL for a
 * file that is too large or not regular. The buffer is NUL-terminated and must be wiped by the
 * caller if secret. */
char *chat_file_read (const char *path, gsize max_size, gsize *size, GError **error);
/* Writes to a temporary file in the same folder, fsyncs, renames (when overwrite is FALSE in a way
 * that never replaces an existing file: G_FILE_ERROR_EXIST), fsyncs the folder. The mode is set
 * before any byte is written. */
gboolean chat_file_write (const char *path, const char *data, gsize size, int mode,
                          gboolean overwrite, GError **error);
/* The step of it that never replaces a file, and what to say when it fails. */
int chat_file_publish (const char *temporary, const char *path);
const char *chat_file_explain (int code);
/* Until the open file is locked against others who do the same; for two seconds at most. */
void chat_file_wait_for_lock (int fd);

G_END_DECLS
