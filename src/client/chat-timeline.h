/* The messages as a GListModel of ChatMessage: in the server's order, our unsent ones at the end,
 * each once. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatTimeline:
 *
 * The messages as a [iface@Gio.ListModel] of [class@Message]: in the server's order, our unsent
 * ones at the end, each once.
 */
#define CHAT_TYPE_TIMELINE (chat_timeline_get_type ())
G_DECLARE_FINAL_TYPE (ChatTimeline, chat_timeline, CHAT, TIMELINE, GObject)

ChatTimeline *chat_timeline_new (void);

/* Adds a message, or finds the one that it is a copy of. (transfer none) is_new: (out) (optional)
 */
ChatMessage *chat_timeline_add (ChatTimeline *self, ChatMessage *message, gboolean *is_new);
/* Adds verified messages of an archive, ascending. FALSE: there was no room for the oldest. */
gboolean chat_timeline_add_batch (ChatTimeline *self, GPtrArray *messages, guint epoch);
/* The server has given one of our messages its place. */
void chat_timeline_settle (ChatTimeline *self, ChatMessage *message, gint64 seq, gint64 at);
/* The server's store was made anew and counts from the beginning. */
void chat_timeline_begin_epoch (ChatTimeline *self);
guint chat_timeline_get_epoch (ChatTimeline *self);
/* The smallest number in this epoch, to ask for what is older; 0 when there is none. */
gint64 chat_timeline_get_first_seq (ChatTimeline *self);

G_END_DECLS
