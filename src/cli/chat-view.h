/* How the room is shown: as text for people, or as JSON for programs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

G_BEGIN_DECLS

#define CHAT_TYPE_VIEW (chat_view_get_type ())
G_DECLARE_INTERFACE (ChatView, chat_view, CHAT, VIEW, GObject)

/**
 * ChatNote:
 * @CHAT_NOTE_INFO: an answer, or something to know
 * @CHAT_NOTE_PROBLEM: something went wrong
 *
 * What kind of sentence a person gets.
 */
typedef enum
{
  CHAT_NOTE_INFO,
  CHAT_NOTE_PROBLEM,
} ChatNote;

/* Texts that come from the network are made safe by the view. */
struct _ChatViewInterface
{
  GTypeInterface parent_iface;

  void (*state) (ChatView *self, ChatSession *session);
  /* One of ours was written; it is acknowledged, or fails, later. */
  void (*posted) (ChatView *self, ChatMessage *message);
  void (*message) (ChatView *self, ChatMessage *message, ChatDeliveryOrigin origin);
  void (*acknowledged) (ChatView *self, ChatMessage *message);
  void (*failed) (ChatView *self, ChatMessage *message);
  void (*member) (ChatView *self, ChatMember *member, ChatMemberChange change);
  /* Not known before; live: member () has told of them as well. */
  void (*newcomer) (ChatView *self, ChatMember *member, gboolean live);
  void (*key_changed) (ChatView *self, ChatMember *member);
  void (*key_accepted) (ChatView *self, ChatMember *member);
  void (*members) (ChatView *self, ChatSession *session);
  void (*caught_up) (ChatView *self, gint64 count, gint64 withheld, gint64 lost);
  void (*history_end) (ChatView *self, gint64 count, gint64 withheld, gboolean more);
  void (*throttled) (ChatView *self, gint64 rate, gint64 ms);
  void (*note) (ChatView *self, ChatNote note, const char *text);
};

/* Whole lines of output, without the line break. */
typedef void (*ChatLineFunc) (const char *line, ChatNote note, gpointer user_data);

void chat_view_note (ChatView *self, ChatNote note, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
