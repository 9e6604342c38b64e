/* `user_config.json`: where to connect to, as whom, and with which key files. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CHAT_PROFILE_FILE:
 *
 * The usual name of a profile's file.
 */
#define CHAT_PROFILE_FILE "user_config.json"
/**
 * CHAT_PROFILE_PRIVATE_KEY:
 *
 * The usual name of a member's private key, beside the profile.
 */
#define CHAT_PROFILE_PRIVATE_KEY "client_private_key.pem"
/**
 * CHAT_PROFILE_SERVER_KEY:
 *
 * The usual name of the server's public key, beside the profile.
 */
#define CHAT_PROFILE_SERVER_KEY "server_public_key.pem"

/**
 * ChatProfile:
 * @username: as whom
 * @address: the server's IP address or host name
 * @port: the server's port
 * @private_key: the file of one's own key
 * @server_key: the file of the server's public key
 *
 * `user_config.json`: where to connect to, as whom, and with which key files. A plain value; %NULL,
 * or port 0, is what is not known yet. Key files are full paths, or relative to the current folder.
 */
typedef struct
{
  char *username;
  char *address;
  guint16 port;
  char *private_key;
  char *server_key;
} ChatProfile;

/* directory: where the key files are, unless somebody says otherwise. */
ChatProfile *chat_profile_new (const char *directory);
ChatProfile *chat_profile_copy (const ChatProfile *self);
void chat_profile_free (ChatProfile *self);

/* Errors: CHAT_CONFIG_ERROR, whole sentences. G_FILE_ERROR_NOENT when there is no such file. The
 * first three are for threads and for start-up. */
ChatProfile *chat_profile_load (const char *path, GError **error);
gboolean chat_profile_check_paths (const ChatProfile *self, GError **error);
gboolean chat_profile_save (const ChatProfile *self, const char *path, GError **error);
void chat_profile_load_async (const char *path, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
ChatProfile *chat_profile_load_finish (GAsyncResult *result, GError **error);
void chat_profile_save_async (const ChatProfile *self, const char *path, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean chat_profile_save_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatProfile, chat_profile_free)

G_END_DECLS
