/* What a file is that somebody dropped or opened: judged by what is in it, in a thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatFileKind:
 * @CHAT_FILE_KIND_OTHER: none of them
 * @CHAT_FILE_KIND_PROFILE: JSON, so perhaps a user_config.json
 * @CHAT_FILE_KIND_PRIVATE_KEY: looks like a private key, perhaps one that cannot be used
 * @CHAT_FILE_KIND_PUBLIC_KEY: looks like a public key or a certificate, likewise
 *
 * What can be made of it; others look at it in earnest.
 */
typedef enum
{
  CHAT_FILE_KIND_OTHER,
  CHAT_FILE_KIND_PROFILE,
  CHAT_FILE_KIND_PRIVATE_KEY,
  CHAT_FILE_KIND_PUBLIC_KEY,
} ChatFileKind;

void chat_file_kind_find_async (const char *path, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* CHAT_FILE_KIND_OTHER with an error of G_FILE_ERROR or G_IO_ERROR_CANCELLED, or without one. */
ChatFileKind chat_file_kind_find_finish (GAsyncResult *result, GError **error);
/* Of that result. */
const char *chat_file_kind_get_path (GAsyncResult *result);

G_END_DECLS
