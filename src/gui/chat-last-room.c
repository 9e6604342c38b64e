/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-last-room.h"

#include <glib/gstdio.h>

/**
 * chat_last_room_dup_path:
 *
 * Returns: (transfer full): the file, which need not be there
 */
char *
chat_last_room_dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "conclave", CHAT_PROFILE_FILE, NULL);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Nobody asked for it, so nobody is disturbed. */
  if (!chat_profile_save_finish (result, &error))
    g_message ("the room is not remembered: %s", error->message);
}

/**
 * chat_last_room_remember:
 * @profile: a complete profile
 *
 * Offers it the next time.
 */
void
chat_last_room_remember (const ChatProfile *profile)
{
  g_autofree char *path = chat_last_room_dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_return_if_fail (profile != NULL);

  g_mkdir_with_parents (folder, 0700);
  chat_profile_save_async (profile, path, NULL, saved_cb, NULL);
}
