/* A user's stay in a room: connects, joins, keeps the member list and the timeline, sends, comes
 * back when the connection is lost. Everything on the main context that it was made on; nothing
 * blocks it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-draft.h"
#include "chat-member-list.h"
#include "chat-private-key.h"
#include "chat-timeline.h"

G_BEGIN_DECLS

/**
 * ChatSessionState:
 * @CHAT_SESSION_IDLE: not started
 * @CHAT_SESSION_CONNECTING: looking up the name, opening the TCP connection
 * @CHAT_SESSION_HANDSHAKING: proving both keys
 * @CHAT_SESSION_JOINING: hello is sent; member list and missed messages come
 * @CHAT_SESSION_OPEN: in the room
 * @CHAT_SESSION_LEAVING: everything is delivered, and bye is sent
 * @CHAT_SESSION_WAITING: the connection was lost; a pause before the next attempt
 * @CHAT_SESSION_STOPPED: an admin stopped the server; final
 * @CHAT_SESSION_CLOSED: we left; final
 * @CHAT_SESSION_FAILED: refused, or sent away; final, and the error says why
 *
 * Where a session stands.
 */
typedef enum
{
  CHAT_SESSION_IDLE,
  CHAT_SESSION_CONNECTING,
  CHAT_SESSION_HANDSHAKING,
  CHAT_SESSION_JOINING,
  CHAT_SESSION_OPEN,
  CHAT_SESSION_LEAVING,
  CHAT_SESSION_WAITING,
  CHAT_SESSION_STOPPED,
  CHAT_SESSION_CLOSED,
  CHAT_SESSION_FAILED,
} ChatSessionState;

#define CHAT_TYPE_SESSION_STATE (chat_session_state_get_type ())
GType chat_session_state_get_type (void);

/**
 * ChatDeliveryOrigin:
 * @CHAT_ORIGIN_LIVE: just posted
 * @CHAT_ORIGIN_MISSED: posted while the connection was lost
 * @CHAT_ORIGIN_HISTORY: the answer to [method@Session.request_history]
 *
 * Why a message comes.
 */
typedef enum
{
  CHAT_ORIGIN_LIVE,
  CHAT_ORIGIN_MISSED,
  CHAT_ORIGIN_HISTORY,
} ChatDeliveryOrigin;

/**
 * ChatSession:
 *
 * A stay in a room: it connects, joins, keeps [property@Session:members] and
 * [property@Session:timeline], sends, and comes back by itself when the connection is lost.
 * Everything happens on the main context that it was started on, and nothing blocks it.
 */
#define CHAT_TYPE_SESSION (chat_session_get_type ())
G_DECLARE_FINAL_TYPE (ChatSession, chat_session, CHAT, SESSION, GObject)

ChatSession *chat_session_new (const char *address, guint16 port, const char *username,
                               ChatPrivateKey *key, ChatPublicKey *server_key);

/* Before it starts: where the server's key is from, for the sentences that speak of it. */
void chat_session_set_server_key_file (ChatSession *self, const char *path);
/* Before it starts: what is said is kept there, sealed, and what was said before is loaded. */
void chat_session_set_archive_folder (ChatSession *self, const char *folder);
/* Before it starts: the members' keys are known from earlier sessions, and remembered. */
void chat_session_set_pins_folder (ChatSession *self, const char *folder);
void chat_session_start (ChatSession *self);
/* WAITING: ends the pause. */
void chat_session_try_now (ChatSession *self);
/* Delivers what waits, says bye, and is CLOSED. */
void chat_session_leave (ChatSession *self);
/* Is CLOSED at once; what was not acknowledged fails. */
void chat_session_close (ChatSession *self);

/* to: (nullable): one member, or the room. Errors: G_IO_ERROR, whole sentences. (transfer none) */
ChatMessage *chat_session_send (ChatSession *self, const char *text, ChatMember *to,
                                GError **error);
/* A message that failed, once more. */
gboolean chat_session_send_again (ChatSession *self, ChatMessage *message, GError **error);
/* limit: 0 for as many as the server keeps; before: 0 for the latest. FALSE when not open. */
gboolean chat_session_request_history (ChatSession *self, gint64 limit, gint64 before);
gboolean chat_session_shut_server_down (ChatSession *self);

/* A member whose key has changed: it is theirs. Until then nothing is sealed for it. */
void chat_session_accept_key (ChatSession *self, ChatMember *member);

/* The person has seen this message and all before it. Needs an archive to be remembered. */
void chat_session_mark_read (ChatSession *self, ChatMessage *message);
/* TRUE when it is not ours, and had not been seen when the session started; FALSE also where
 * nothing is known of that. */
gboolean chat_session_is_unread (ChatSession *self, ChatMessage *message);

ChatSessionState chat_session_get_state (ChatSession *self);
gboolean chat_session_is_over (ChatSession *self);
const GError *chat_session_get_error (ChatSession *self);    /* nullable: of FAILED and WAITING */
const char *chat_session_get_stopped_by (ChatSession *self); /* nullable: of STOPPED */
guint chat_session_get_seconds_left (ChatSession *self);     /* of WAITING */
guint chat_session_get_pending (ChatSession *self);          /* ours, not acknowledged */
gboolean chat_session_has_been_open (ChatSession *self);
const char *chat_session_get_address (ChatSession *self);
const char *chat_session_get_username (ChatSession *self);
gboolean chat_session_get_admin (ChatSession *self);
gint64 chat_session_get_history_limit (ChatSession *self);
ChatPublicKey *chat_session_get_key (ChatSession *self);
ChatPublicKey *chat_session_get_server_key (ChatSession *self);
ChatMemberList *chat_session_get_members (ChatSession *self);
ChatTimeline *chat_session_get_timeline (ChatSession *self);
ChatDraft *chat_session_get_draft (ChatSession *self); /* nullable: nothing is kept */

G_END_DECLS
