/* Why a connection was refused or ended, in the terms of the one who uses the program. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-notice.h"
#include "chat-public-key.h"

G_BEGIN_DECLS

/**
 * ChatConnectContext:
 * @address: where the server is
 * @port: its port
 * @username: as whom one wanted to join
 * @own_key: one's own key
 * @server_key: the one that we hold
 * @server_key_file: (nullable): where it is from, a path
 * @shown_key: (nullable): the one that the server showed
 *
 * What the sentences about a connection name. All of it is borrowed.
 */
typedef struct
{
  const char *address;
  guint16 port;
  const char *username;
  ChatPublicKey *own_key;
  ChatPublicKey *server_key;
  const char *server_key_file;
  ChatPublicKey *shown_key;
} ChatConnectContext;

/* Same domain and code as the cause, with a whole translated sentence; what the server did wrong is
 * a lost connection. */
GError *chat_connect_error_new (const ChatConnectContext *context, const GError *cause);
GError *chat_connect_error_new_from_notice (const ChatConnectContext *context,
                                            const ChatNotice *notice);
/* Trying again cannot help. */
gboolean chat_connect_error_is_final (const GError *error);

G_END_DECLS
