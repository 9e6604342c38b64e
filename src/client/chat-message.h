/* A message in the timeline: somebody's verified words, our own on their way, or one that could not
 * be verified. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-audience.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ChatMessageState:
 * @CHAT_MESSAGE_SENDING: ours, not acknowledged yet
 * @CHAT_MESSAGE_SENT: ours, stored by the server
 * @CHAT_MESSAGE_FAILED: ours, not delivered; the problem says why
 * @CHAT_MESSAGE_RECEIVED: somebody's, verified
 * @CHAT_MESSAGE_UNVERIFIED: nobody's words: a check failed, and the problem says which
 *
 * Where a message stands.
 */
typedef enum
{
  CHAT_MESSAGE_SENDING,
  CHAT_MESSAGE_SENT,
  CHAT_MESSAGE_FAILED,
  CHAT_MESSAGE_RECEIVED,
  CHAT_MESSAGE_UNVERIFIED,
} ChatMessageState;

#define CHAT_TYPE_MESSAGE_STATE (chat_message_state_get_type ())
GType chat_message_state_get_type (void);

/**
 * ChatMessage:
 *
 * A message in the timeline: somebody's verified words, our own on their way, or one that could not
 * be verified.
 */
#define CHAT_TYPE_MESSAGE (chat_message_get_type ())
G_DECLARE_FINAL_TYPE (ChatMessage, chat_message, CHAT, MESSAGE, GObject)

/**
 * ChatMessageFacts:
 * @from: who wrote it, says the server
 * @seq: the number that the server gave it
 * @at: when the server stored it, in milliseconds since 1970
 * @mid: (nullable): the message id
 * @author_kid: (nullable): the name of the key that signed it
 * @sent: when it was written, in milliseconds since 1970, says its author
 * @text: (nullable): what it says; %NULL when it is not verified, or of a type that needs a newer
 *   version
 * @audience: (nullable): for whom it is; %NULL when it is not verified
 * @problem: (nullable): why it is not verified
 * @doubt: (nullable): why its author may be another
 * @own: whether we wrote it
 *
 * What is known of a message that came. Only `from` is there in every one; the rest may be zero.
 */
typedef struct
{
  const char *from;
  gint64 seq;
  gint64 at;
  const char *mid;
  const char *author_kid;
  gint64 sent;
  const char *text;
  ChatAudience *audience;
  const char *problem;
  const char *doubt;
  gboolean own;
} ChatMessageFacts;

ChatMessage *chat_message_new_own (const char *author, const char *author_kid, const char *text,
                                   ChatAudience *audience);
ChatMessage *chat_message_new_received (const ChatMessageFacts *facts);

const char *chat_message_get_mid (ChatMessage *self); /* nullable */
const char *chat_message_get_author (ChatMessage *self);
const char *chat_message_get_author_kid (ChatMessage *self); /* nullable: not verified */
const char *chat_message_get_text (ChatMessage *self);       /* nullable */
ChatAudience *chat_message_get_audience (ChatMessage *self); /* nullable: not verified */
gboolean chat_message_get_own (ChatMessage *self);
gboolean chat_message_get_direct (ChatMessage *self);
const char *
chat_message_get_peer (ChatMessage *self);        /* nullable: of a direct message, the other */
gint64 chat_message_get_seq (ChatMessage *self);  /* 0 while the server has not given one */
gint64 chat_message_get_at (ChatMessage *self);   /* ms, by the server's clock; 0 as above */
gint64 chat_message_get_sent (ChatMessage *self); /* ms, by the author's clock */
gint64 chat_message_get_time (ChatMessage *self); /* the one to show: at, else sent */
ChatMessageState chat_message_get_state (ChatMessage *self);
const char *chat_message_get_problem (ChatMessage *self); /* nullable */
/* nullable: it is verified, but by a key that is not known to be its author's. */
const char *chat_message_get_doubt (ChatMessage *self);
guint chat_message_get_serial (ChatMessage *self); /* in the order in which they were made here */

/* For the session. */
void chat_message_set_place (ChatMessage *self, gint64 seq, gint64 at);
void chat_message_set_state (ChatMessage *self, ChatMessageState state, const char *problem);
void chat_message_set_audience (ChatMessage *self, ChatAudience *audience);
void chat_message_set_doubt (ChatMessage *self, const char *doubt);
guint chat_message_count_attempt (ChatMessage *self);
/* For the timeline: seq counts within an epoch. */
void chat_message_set_epoch (ChatMessage *self, guint epoch);
guint chat_message_get_epoch (ChatMessage *self);

G_END_DECLS
