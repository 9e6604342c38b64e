/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-folder.h"

#include "chat-base64url.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/**
 * chat_room_folder_get_path:
 * @base: (nullable): where the rooms are; %NULL for the user's own data folder
 * @server_key: whose room it is
 * @own_key: as whom one is there
 *
 * A room is its server's key, wherever that server listens. The name of the folder tells neither
 * key to whom does not know both.
 *
 * Returns: (transfer full): the path of the folder
 */
char *
chat_room_folder_get_path (const char *base, ChatPublicKey *server_key, ChatPublicKey *own_key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *name = NULL;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (server_key), NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (own_key), NULL);

  g_checksum_update (checksum, (const guchar *)chat_public_key_get_id (server_key), -1);
  g_checksum_update (checksum, (const guchar *)chat_public_key_get_id (own_key), -1);
  g_checksum_get_digest (checksum, digest, &size);
  name = chat_base64url_encode (digest, size);

  return base != NULL
             ? g_build_filename (base, name, NULL)
             : g_build_filename (g_get_user_data_dir (), "conclave", "rooms", name, NULL);
}

/**
 * chat_room_folder_make:
 * @path: a folder
 * @error: return location for a #GFileError
 *
 * Makes a folder for what belongs to one room, with those above it. For threads: it blocks. The
 * error is a sentence that names the folder.
 *
 * Returns: whether it is there, and only its owner can look into it
 */
gboolean
chat_room_folder_make (const char *path, GError **error)
{
  int code;

  g_return_val_if_fail (path != NULL, FALSE);

  if (g_mkdir_with_parents (path, 0700) == 0 && g_chmod (path, 0700) == 0)
    return TRUE;

  code = errno;
  g_set_error (error, G_FILE_ERROR, (int)g_file_error_from_errno (code),
               _("The folder “%s” cannot be used: %s. Make it yourself, or let your user write to "
                 "the folder that it is in."),
               path, g_strerror (code));
  return FALSE;
}
