/* A copy of a key file in the folder of the app, where it is seen whatever becomes of the file that
 * was chosen. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The same file gets the same copy. Errors: G_FILE_ERROR, sentences. */
void chat_key_copy_async (const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
char *chat_key_copy_finish (GAsyncResult *result, GError **error); /* where it is */

G_END_DECLS
