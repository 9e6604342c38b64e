/* What goes out: signed and sealed in one thread, and handed back in order, ready for the link. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"
#include "chat-post.h"
#include "chat-private-key.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * ChatOutbox:
 *
 * What goes out: signed and sealed in one thread, and handed back in order, ready for the link.
 */
typedef struct _ChatOutbox ChatOutbox;

/**
 * ChatOutbound:
 * @generation: number of the connection
 * @mid: (nullable): of a post; %NULL for a command
 * @frames: (element-type GLib.Bytes): to send in this order
 * @post: (nullable): the same as a store has it, but for its number; see
 *   [method@Outbox.set_keeping]
 * @error: (nullable): why the post could not be made
 *
 * One thing to send. All of it is borrowed.
 */
typedef struct
{
  guint generation;
  const char *mid;
  GPtrArray *frames;
  ChatPost *post;
  GError *error;
} ChatOutbound;

/**
 * ChatOutboxFunc:
 * @outbound: what to send
 * @user_data: what [func@Outbox.new] was given
 *
 * Takes what is ready, on the main context of [func@Outbox.new]. It may free the outbox.
 */
typedef void (*ChatOutboxFunc) (const ChatOutbound *outbound, gpointer user_data);

ChatOutbox *chat_outbox_new (ChatPrivateKey *key, ChatPublicKey *server_key, ChatOutboxFunc func,
                             gpointer user_data);
void chat_outbox_free (ChatOutbox *self);
/* From the beginning: posts come with what is to be kept of them. */
void chat_outbox_set_keeping (ChatOutbox *self, gboolean keeping);
/* A new connection: nothing is registered there yet. */
void chat_outbox_begin (ChatOutbox *self, guint generation);
void chat_outbox_push_command (ChatOutbox *self, JsonObject *command);
/* The message's audience has keys. */
void chat_outbox_push_post (ChatOutbox *self, ChatMessage *message);
/* The server has refused a seal: make a new one. */
void chat_outbox_forget_seal (ChatOutbox *self, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatOutbox, chat_outbox_free)

G_END_DECLS
