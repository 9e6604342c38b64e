/* What comes in: frames are opened, parsed and verified in one thread, and handed back in order. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-delivery.h"
#include "chat-notice.h"
#include "chat-post.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatInbox:
 *
 * What comes in: frames are opened, parsed and verified in one thread, and handed back in order.
 */
typedef struct _ChatInbox ChatInbox;

/**
 * ChatInbound:
 * @generation: number of the connection
 * @archived: whether it comes from an archive, and not from the connection
 * @post: (nullable): a delivery whose signature is right, as it came; see
 *   [method@Inbox.set_keeping]
 * @notice: (nullable): what the server tells
 * @delivery: (nullable): a message
 * @broken: (nullable): why the frame cannot be understood; in English, for a log
 * @end: (nullable): why the connection ended, or must; all that came before has been handed over
 *
 * One thing that came. One of `notice`, `delivery`, `broken` and `end` is set; beside `end`, the
 * others do not count. All of it is borrowed.
 */
typedef struct
{
  guint generation;
  gboolean archived;
  ChatPost *post;
  ChatNotice *notice;
  ChatDelivery *delivery;
  GError *broken;
  GError *end;
} ChatInbound;

/**
 * ChatInboxFunc:
 * @inbound: what came
 * @user_data: what [func@Inbox.new] was given
 *
 * Takes what came, on the main context of [func@Inbox.new]. It may free the inbox.
 */
typedef void (*ChatInboxFunc) (const ChatInbound *inbound, gpointer user_data);

ChatInbox *chat_inbox_new (ChatPrivateKey *key, ChatInboxFunc func, gpointer user_data);
void chat_inbox_free (ChatInbox *self);
void chat_inbox_push_frame (ChatInbox *self, guint generation, GBytes *frame);
void chat_inbox_push_end (ChatInbox *self, guint generation, const GError *error);
/* One from an archive. */
void chat_inbox_push_post (ChatInbox *self, ChatPost *post);
/* From the beginning: deliveries come with their post. */
void chat_inbox_set_keeping (ChatInbox *self, gboolean keeping);
/* Nothing more should be read for now; and, with some distance: it may be again. */
gboolean chat_inbox_is_full (ChatInbox *self);
gboolean chat_inbox_has_room (ChatInbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatInbox, chat_inbox_free)

G_END_DECLS
