/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-id.h"

/**
 * chat_room_id_for_session:
 * @session: a session
 *
 * Returns: (transfer full): the same for every session of this user with this server
 */
char *
chat_room_id_for_session (ChatSession *session)
{
  g_return_val_if_fail (CHAT_IS_SESSION (session), NULL);

  return g_strdup_printf ("%s/%s",
                          chat_public_key_get_id (chat_session_get_server_key (session)),
                          chat_session_get_username (session));
}
