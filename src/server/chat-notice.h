/* The notices of docs/PROTOCOL.md as JSON texts, ready to be sealed for a client. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-error.h"
#include "chat-guest.h"
#include "chat-reader-set.h"

G_BEGIN_DECLS

/* What an error notice tells besides its code. */
typedef struct
{
  const char *mid;
  const char *seal;
  const char *username;
  gint64 limit; /* 0: none */
} ChatErrorDetails;

typedef struct
{
  const char *username;
  gboolean is_admin;
  guint history_limit;
  const char *history;
  gint64 seq;
} ChatWelcome;

/* All: (transfer full). */
char *chat_notice_members (GPtrArray *guests, guint first, guint n_guests);
char *chat_notice_former_member (const char *username, GBytes *key);
char *chat_notice_welcome (const ChatWelcome *welcome);
char *chat_notice_caught_up (gint64 seq, gint64 count, gint64 withheld, gint64 lost);
char *chat_notice_presence (GPtrArray *guests, ChatGuest *except);
char *chat_notice_added (ChatGuest *guest);
char *chat_notice_removed (const char *username);
char *chat_notice_readers (ChatReaderSet *readers);
char *chat_notice_ack (const char *mid, gint64 seq, gint64 at);
char *chat_notice_history_end (gint64 count, gint64 withheld, gboolean more);
char *chat_notice_throttled (guint rate, gint64 milliseconds);
char *chat_notice_shutdown (const char *by);
char *chat_notice_bye (void);
char *chat_notice_error (ChatProtocolError code, const char *text, const ChatErrorDetails *details);

G_END_DECLS
