/* What the files of ChatSession share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-archive.h"
#include "chat-check.h"
#include "chat-connect-error.h"
#include "chat-inbox.h"
#include "chat-link.h"
#include "chat-outbox.h"
#include "chat-pin-store.h"
#include "chat-retry.h"
#include "chat-session.h"

G_BEGIN_DECLS

struct _ChatSession
{
  GObject parent_instance;

  /* Whom to connect to, as whom. */
  char *address;
  guint16 port;
  char *username;
  ChatPrivateKey *key;
  ChatPublicKey *server_key;

  ChatMemberList *members;
  ChatTimeline *timeline;

  ChatSessionState state; /* changed by session_set_state () only */
  GError *error;
  char *stopped_by;
  gboolean been_open;
  gboolean leaving; /* wished: as soon as nothing is pending */
  gboolean admin;
  gint64 history_limit;

  /* The connection, and what belongs to it. A result with another generation is of an earlier
   * one, and is dropped. */
  guint generation;
  GCancellable *cancellable;
  ChatLink *link;
  GPtrArray *joining;    /* (element-type ChatMember): the guest list before welcome */
  gboolean welcomed;     /* the guest list is whole */
  GHashTable *announced; /* `to` → ChatAudience */
  gsize n_announced;     /* readers of all sets in announced */
  guint n_broken;        /* frames that could not be understood */
  guint n_refused;       /* errors that were told */
  guint n_histories;     /* that were asked for and are not answered */
  gint64 opened_at;      /* monotonic */

  /* Made at the first start, and kept. */
  ChatCredentials *credentials;
  ChatPoller *poller;
  ChatInbox *inbox;
  ChatOutbox *outbox;

  /* What is kept on this computer; all NULL when nothing is. */
  char *server_key_file; /* nullable: for sentences */
  char *archive_folder;
  ChatArchive *archive;
  ChatDraft *draft;
  gboolean archive_opened;
  GError *archive_error;       /* not told yet */
  gint64 archive_seen;         /* what the archive knows of since */
  gint64 archive_read;         /* up to here, the person had seen all; 0: not known */
  guint archive_read_epoch;
  gboolean read_found;         /* as far back as there are unread ones, all is loaded */
  gint64 archive_marked;       /* what it was told to be read */
  GHashTable *sealed;          /* mid → ChatPost: ours, until it has a number */
  GHashTable *reader_sets;     /* `to` → ChatReaderSet */
  GHashTable *announced_sets;  /* likewise: those in `announced` */
  GHashTable *archived_sets;   /* `to` → ChatAudience: of messages of the archive */
  GPtrArray *page;             /* (element-type ChatMessage): what is verified of the page */
  guint page_epoch;
  guint page_left;             /* what is not verified yet */
  guint n_pages;               /* that have been added */
  GSource *reading_on;         /* a timer */
  guint n_unverifiable;        /* of all pages */
  gboolean loading;

  /* By which keys one knows the members; of the earlier runs as well, when there is a folder. */
  ChatPins *pins;
  char *pins_folder;
  ChatPinStore *pin_store;
  gboolean pins_loaded;
  gboolean pins_empty;   /* nobody was known before those who are judged now */
  GPtrArray *newcomers;  /* (element-type ChatMember): not told yet */
  GPtrArray *changed;    /* (element-type ChatMember): likewise */
  gboolean newcomers_live;
  GQueue pin_problems;   /* (element-type GError): not told yet */
  GHashTable *pin_told;  /* (element-type utf8): what has been told, or will be */

  GSource *timer; /* of the state; a change of state ends it */
  ChatRetry retry;
  gint64 retry_at; /* monotonic */

  /* The place in the server's order. */
  char *history; /* names the store in which the numbers count; NULL before the first welcome */
  gint64 since;  /* all up to here has been seen */
  gint64 highest;
  gint64 welcomed_at; /* the last number that was given out then */

  /* (element-type ChatMessage): ours, in the order in which they were written. */
  GQueue waiting;
  GQueue in_flight;
  guint last_serial; /* of the message that was written last */
  GQueue commands;   /* what was asked for after messages that are still on their way */
};

/* chat-session.c */
void session_set_state (ChatSession *self, ChatSessionState state);
void session_set_timer (ChatSession *self, guint milliseconds, GSourceFunc func);
void session_emit_delivered (ChatSession *self, ChatMessage *message, ChatDeliveryOrigin origin);
void session_emit_acknowledged (ChatSession *self, ChatMessage *message);
void session_emit_failed (ChatSession *self, ChatMessage *message);
void session_emit_caught_up (ChatSession *self, const ChatNotice *notice);
void session_emit_history_end (ChatSession *self, const ChatNotice *notice);
void session_emit_archive_loaded (ChatSession *self);
void session_emit_throttled (ChatSession *self, const ChatNotice *notice);
void session_emit_refused (ChatSession *self, const GError *error);
void session_emit_newcomers (ChatSession *self, GPtrArray *newcomers, gboolean live);
void session_emit_key_changed (ChatSession *self, ChatMember *member);
void session_emit_key_accepted (ChatSession *self, ChatMember *member);
void session_emit_problem (ChatSession *self, const GError *error);
void session_notify_pending (ChatSession *self);

/* chat-session-archive.c */
gboolean session_archive_must_open (ChatSession *self);
void session_archive_begin (ChatSession *self, gboolean again);
void session_archive_keep (ChatSession *self, ChatPost *post, const char *to);
void session_archive_keep_own (ChatSession *self, ChatMessage *message, gint64 seq, gint64 at);
void session_archive_note_readers (ChatSession *self, const ChatNotice *notice);
void session_archive_forget_readers (ChatSession *self);
void session_archive_note_seen (ChatSession *self);
void session_archive_load (ChatSession *self);
void session_archive_handle_opened (ChatSession *self, const ChatInbound *inbound);
void session_archive_clear (ChatSession *self);

/* chat-session-flow.c */
gboolean session_flow_is_held (ChatSession *self);
void session_flow_update (ChatSession *self);

/* chat-session-pins.c */
gboolean session_pins_must_load (ChatSession *self);
void session_pins_judge (ChatSession *self, GPtrArray *members);
void session_pins_announce (ChatSession *self);
void session_pins_clear (ChatSession *self);

/* chat-session-connection.c */
void session_connect (ChatSession *self);
void session_go_on_connecting (ChatSession *self);
void session_end_connection (ChatSession *self, const GError *cause);
void session_end_with (ChatSession *self, ChatSessionState state, const GError *error);
void session_report_broken (ChatSession *self, const char *what);
void session_leave_if_done (ChatSession *self);
void session_arm_close_timer (ChatSession *self);
ChatConnectContext session_get_context (ChatSession *self);
void session_command (ChatSession *self, JsonObject *command);

/* chat-session-commands.c */
void session_command_in_turn (ChatSession *self, JsonObject *command);
void session_flush_commands (ChatSession *self);
void session_clear_commands (ChatSession *self);

/* chat-session-notices.c */
void session_handle_notice (ChatSession *self, const ChatNotice *notice);

/* chat-session-deliveries.c */
void session_handle_delivery (ChatSession *self, const ChatDelivery *delivery, ChatPost *post);
ChatCheck session_get_check (ChatSession *self);

/* chat-session-posts.c */
void session_go_on (ChatSession *self);
guint session_get_oldest_pending (ChatSession *self);
void session_queue_post (ChatSession *self, ChatMessage *message);
void session_take_back_posts (ChatSession *self);
void session_post_again (ChatSession *self, const char *mid);
void session_settle_post (ChatSession *self, const char *mid, gint64 seq, gint64 at);
void session_settle_message (ChatSession *self, ChatMessage *message, gint64 seq, gint64 at);
void session_fail_post (ChatSession *self, const char *mid, const char *problem);
void session_fail_all_posts (ChatSession *self, const char *problem);
void session_handle_outbound (const ChatOutbound *outbound, gpointer user_data);

G_END_DECLS
