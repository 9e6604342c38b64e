/* What the server tells a client: the notices of docs/PROTOCOL.md, parsed. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

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
  CHAT_NOTICE_UNKNOWN, /* of a later version: ignored */
} ChatNoticeOp;

#define CHAT_N_NOTICE_OPS (CHAT_NOTICE_UNKNOWN + 1)

/* The members that op has on the wire, under the same names; the others are zero. */
typedef struct
{
  ChatNoticeOp op;

  GPtrArray *members; /* (element-type ChatMember): of members and added */
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
