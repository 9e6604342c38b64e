/* The checks of docs/PROTOCOL.md, "What a message says", that need to know who is in the room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-delivery.h"
#include "chat-member-list.h"
#include "chat-message.h"
#include "chat-pins.h"

G_BEGIN_DECLS

/**
 * ChatCheck:
 * @server_kid: the name of the server's key
 * @own_kid: the name of one's own key
 * @members: who is, or was, in the room
 * @announced: (element-type utf8 ChatAudience): `to` → readers, of the notices `readers` on this
 *   connection
 * @pins: (nullable): by which keys one knows them
 * @history: (nullable): names the order in which its number counts
 * @live: what comes now was posted now, unless it is history
 *
 * What a reader knows when a message is checked. All of it is borrowed.
 */
typedef struct
{
  const char *server_kid;
  const char *own_kid;
  ChatMemberList *members;
  GHashTable *announced;
  ChatPins *pins;
  const char *history;
  gboolean live;
} ChatCheck;

/* A message of verified words, or of nobody's words with the reason. */
ChatMessage *chat_check_delivery (const ChatCheck *self, const ChatDelivery *delivery);
/* NULL when the set does not contain the reader. */
ChatAudience *chat_check_make_audience (const ChatCheck *self, const char *to,
                                        const char *const *kids);

G_END_DECLS
