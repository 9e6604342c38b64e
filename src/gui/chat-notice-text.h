/* The words of a notification. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

/**
 * ChatNoticeKind:
 * @CHAT_NOTICE_ROOM: a message to all
 * @CHAT_NOTICE_MENTION: one that speaks of the user
 * @CHAT_NOTICE_DIRECT: one for the user alone
 *
 * Why the user might want to know of a message.
 */
typedef enum
{
  CHAT_NOTICE_ROOM,
  CHAT_NOTICE_MENTION,
  CHAT_NOTICE_DIRECT,
} ChatNoticeKind;

ChatNoticeKind chat_notice_text_classify (ChatMessage *message, const char *username);
/* (transfer full) count: how many messages it stands for; message is the last one. */
char *chat_notice_text_dup_title (ChatNoticeKind kind, ChatMessage *message, const char *room,
                                  guint count);
char *chat_notice_text_dup_body (ChatMessage *message, guint count);
/* (transfer full): no markup, no breaks, not long */
char *chat_notice_text_shorten (const char *text);

G_END_DECLS
