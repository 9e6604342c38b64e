/* The way into a room: from a profile, over the two keys and perhaps a passphrase, to a session
 * that is open. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-join-field.h"
#include "chat-profile.h"
#include "chat-session.h"

G_BEGIN_DECLS

/**
 * ChatJoinerState:
 * @CHAT_JOINER_IDLE: not started
 * @CHAT_JOINER_LOADING: reading the keys
 * @CHAT_JOINER_ASKING: waits for chat_joiner_give_passphrase()
 * @CHAT_JOINER_CONNECTING: looking up the name, opening the TCP connection
 * @CHAT_JOINER_PROVING: proving both keys
 * @CHAT_JOINER_ENTERING: member list and missed messages come
 * @CHAT_JOINER_JOINED: the session is open; final
 * @CHAT_JOINER_FAILED: the error says why; final
 * @CHAT_JOINER_CANCELLED: somebody gave up; final
 *
 * How far one has come.
 */
typedef enum
{
  CHAT_JOINER_IDLE,
  CHAT_JOINER_LOADING,
  CHAT_JOINER_ASKING,
  CHAT_JOINER_CONNECTING,
  CHAT_JOINER_PROVING,
  CHAT_JOINER_ENTERING,
  CHAT_JOINER_JOINED,
  CHAT_JOINER_FAILED,
  CHAT_JOINER_CANCELLED,
} ChatJoinerState;

#define CHAT_TYPE_JOINER_STATE (chat_joiner_state_get_type ())
GType chat_joiner_state_get_type (void);

#define CHAT_TYPE_JOINER (chat_joiner_get_type ())
G_DECLARE_FINAL_TYPE (ChatJoiner, chat_joiner, CHAT, JOINER, GObject)

/* Property with notify: "state". */

ChatJoiner *chat_joiner_new (const ChatProfile *profile); /* a complete one */
void chat_joiner_start (ChatJoiner *self);
void chat_joiner_give_passphrase (ChatJoiner *self, ChatSecret *passphrase);
void chat_joiner_cancel (ChatJoiner *self);

ChatJoinerState chat_joiner_get_state (ChatJoiner *self);
gboolean chat_joiner_is_over (ChatJoiner *self);
/* Of ASKING, when an earlier passphrase was wrong, and of FAILED. */
const GError *chat_joiner_get_error (ChatJoiner *self);
ChatJoinField chat_joiner_get_field (ChatJoiner *self);
const ChatProfile *chat_joiner_get_profile (ChatJoiner *self);
ChatSession *chat_joiner_get_session (ChatJoiner *self); /* nullable: not before CONNECTING */

G_END_DECLS
