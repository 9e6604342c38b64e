/* What the server tells a client: the notices of docs/PROTOCOL.md, parsed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * ChatNoticeOp:
 * @CHAT_NOTICE_MEMBERS: the guest list, in one or several parts
 * @CHAT_NOTICE_WELCOME: one is in the room
 * @CHAT_NOTICE_CAUGHT_UP: what was missed has come
 * @CHAT_NOTICE_PRESENCE: members came or left
 * @CHAT_NOTICE_ADDED: somebody is on the guest list now
 * @CHAT_NOTICE_REMOVED: somebody is no longer on it
 * @CHAT_NOTICE_READERS: which keys a set of readers has
 * @CHAT_NOTICE_ACK: a message of ours is stored
 * @CHAT_NOTICE_HISTORY_END: the answer to `history` is complete
 * @CHAT_NOTICE_THROTTLED: the server reads on later
 * @CHAT_NOTICE_SHUTDOWN: the server stops
 * @CHAT_NOTICE_BYE: the answer to `bye`
 * @CHAT_NOTICE_ERROR: something was wrong
 * @CHAT_NOTICE_UNKNOWN: one of a later version, which is ignored
 *
 * The notices of docs/PROTOCOL.md.
 */
typedef enum
{
  CHAT_NOTICE_MEMBERS,
  CHAT_NOTICE_WELCOME,
  CHAT_NOTICE_CAUGHT_UP,
  CHAT_NOTICE_PRESENCE,
  CHAT_NOTICE_ADDED,
  CHAT_NOTICE_REMOVED,
  CHAT_NOTICE_READERS,
  CHAT_NOTICE_ACK,
  CHAT_NOTICE_HISTORY_END,
  CHAT_NOTICE_THROTTLED,
  CHAT_NOTICE_SHUTDOWN,
  CHAT_NOTICE_BYE,
  CHAT_NOTICE_ERROR,
  CHAT_NOTICE_UNKNOWN,
} ChatNoticeOp;

/**
 * CHAT_N_NOTICE_OPS:
 *
 * How many kinds of notices there are, with the unknown one: the size of a table of them.
 */
#define CHAT_N_NOTICE_OPS (CHAT_NOTICE_UNKNOWN + 1)

/**
 * ChatNotice:
 * @op: which notice it is
 * @members: (element-type ChatMember): of `members` and `added`: who they are
 * @online: of `presence`: the usernames of those who are connected
 * @offline: of `presence`: the usernames of those who are not any more
 * @kids: of `readers`: the names of their keys
 * @username: whom it is about
 * @history: the name of the server's store
 * @to: of `readers`: the hash that names the set
 * @mid: which message it is about
 * @seal: which seal it is about
 * @by: of `shutdown`: the admin who stopped the server
 * @text: of `error`: what the server says, in English
 * @code: of `error`: what it is
 * @fatal: of `error`: whether the connection closes
 * @admin: of `welcome`: whether one may stop the server
 * @more: of `history-end`: whether there are older messages
 * @seq: the number of a message in the server's order
 * @at: when the server stored it, in milliseconds since 1970
 * @count: how many messages came
 * @withheld: how many were not sealed for us
 * @lost: how many the server does not keep any more
 * @history_limit: how many messages the server keeps
 * @limit: of `error`: the limit that was met
 * @rate: of `throttled`: frames a second
 * @ms: of `throttled`: when the server reads on, in milliseconds
 *
 * A notice, parsed. Its members are those that the notice has on the wire, under the same names
 * (docs/PROTOCOL.md); the others are zero.
 */
typedef struct
{
  ChatNoticeOp op;
  GPtrArray *members;
  GStrv online;
  GStrv offline;
  GStrv kids;
  char *username;
  char *history;
  char *to;
  char *mid;
  char *seal;
  char *by;
  char *text;
  ChatProtocolError code;
  gboolean fatal;
  gboolean admin;
  gboolean more;
  gint64 seq;
  gint64 at;
  gint64 count;
  gint64 withheld;
  gint64 lost;
  gint64 history_limit;
  gint64 limit;
  gint64 rate;
  gint64 ms;
} ChatNotice;

/* May be called in any thread. */
ChatNotice *chat_notice_parse (const char *json, gsize size, GError **error);
void chat_notice_free (ChatNotice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatNotice, chat_notice_free)

G_END_DECLS
