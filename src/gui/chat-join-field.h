/* Which field of the connect view a failure concerns. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatJoinField:
 * @CHAT_JOIN_FIELD_NONE: none of them
 * @CHAT_JOIN_FIELD_ADDRESS: the server's address
 * @CHAT_JOIN_FIELD_PORT: its port
 * @CHAT_JOIN_FIELD_USERNAME: one's own name
 * @CHAT_JOIN_FIELD_PRIVATE_KEY: one's own key
 * @CHAT_JOIN_FIELD_SERVER_KEY: the server's
 *
 * What one fills in to enter a room.
 */
typedef enum
{
  CHAT_JOIN_FIELD_NONE,
  CHAT_JOIN_FIELD_ADDRESS,
  CHAT_JOIN_FIELD_PORT,
  CHAT_JOIN_FIELD_USERNAME,
  CHAT_JOIN_FIELD_PRIVATE_KEY,
  CHAT_JOIN_FIELD_SERVER_KEY,
} ChatJoinField;

#define CHAT_N_JOIN_FIELDS (CHAT_JOIN_FIELD_SERVER_KEY + 1)

/* error: of a session that FAILED. */
ChatJoinField chat_join_field_of_error (const GError *error);

G_END_DECLS
