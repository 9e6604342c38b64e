/* Somebody on the guest list: a name, a key, and the connections that are open under it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"
#include "chat-rate-limit.h"

G_BEGIN_DECLS

#define CHAT_TYPE_GUEST (chat_guest_get_type ())
G_DECLARE_FINAL_TYPE (ChatGuest, chat_guest, CHAT, GUEST, GObject)

struct _ChatGuest
{
  GObject parent_instance;

  char *username;
  char *folded;
  char *shape; /* what it looks like, see chat-lookalike.h */
  ChatPublicKey *key;

  GPtrArray *peers;          /* (element-type ChatPeer), borrowed: those that have said hello */
  GPtrArray *outside;        /* (element-type ChatPeer), borrowed: before hello, or ending */
  gboolean announced_online; /* what the presence notices have told last */
  gboolean told_early;       /* somebody has been told otherwise, in a member list */
  ChatRateLimit rate_limit;  /* over all connections */
  gint64 throttling_logged_at;
};

ChatGuest *chat_guest_new (const char *username, ChatPublicKey *key);
gboolean chat_guest_tell_online (ChatGuest *self);
gboolean chat_guest_take_news (ChatGuest *self);

G_END_DECLS
