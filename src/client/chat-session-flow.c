/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

/* How fast a session reads. What comes faster than it can be opened, or written to the disk, stays
 * with the server, which notices that nobody reads. */

/**
 * session_flow_is_held:
 * @self: a session
 *
 * Returns: whether it is the disk of this computer that is waited for
 */
gboolean
session_flow_is_held (ChatSession *self)
{
  return self->archive != NULL && chat_archive_is_full (self->archive);
}

/**
 * session_flow_update:
 * @self: a session, of which something has come, was opened, or was written
 *
 * Stops reading from its connection, or goes on.
 */
void
session_flow_update (ChatSession *self)
{
  if (self->link == NULL)
    return;

  if (session_flow_is_held (self) || chat_inbox_is_full (self->inbox))
    chat_link_set_reading (self->link, FALSE);
  else if (chat_inbox_has_room (self->inbox))
    chat_link_set_reading (self->link, TRUE);
}
