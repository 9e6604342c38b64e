/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-join-field.h"

#include "chat-error.h"

#include <gio/gio.h>

static ChatJoinField
of_link_error (ChatLinkError code)
{
  switch (code)
    {
    case CHAT_LINK_ERROR_WRONG_PEER:
      return CHAT_JOIN_FIELD_SERVER_KEY;
    case CHAT_LINK_ERROR_DENIED:
      return CHAT_JOIN_FIELD_PRIVATE_KEY;
    case CHAT_LINK_ERROR_CLOSED:
    case CHAT_LINK_ERROR_LOST:
      return CHAT_JOIN_FIELD_NONE;
    case CHAT_LINK_ERROR_TIMEOUT:
    case CHAT_LINK_ERROR_NOT_TLS13:
    case CHAT_LINK_ERROR_HANDSHAKE:
    default:
      return CHAT_JOIN_FIELD_ADDRESS;
    }
}

/**
 * chat_join_field_of_error:
 * @error: why a session could not be opened
 *
 * Returns: the field that one would change, or look at again
 */
ChatJoinField
chat_join_field_of_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, CHAT_JOIN_FIELD_NONE);

  if (error->domain == CHAT_LINK_ERROR)
    return of_link_error ((ChatLinkError)error->code);
  if (error->domain == G_IO_ERROR || error->domain == G_RESOLVER_ERROR)
    return CHAT_JOIN_FIELD_ADDRESS;
  if (g_error_matches (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_WRONG_NAME)
      || g_error_matches (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_MANY))
    return CHAT_JOIN_FIELD_USERNAME;
  if (g_error_matches (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_REMOVED))
    return CHAT_JOIN_FIELD_PRIVATE_KEY;

  return CHAT_JOIN_FIELD_NONE;
}
