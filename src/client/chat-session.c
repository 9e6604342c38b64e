/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

G_DEFINE_FINAL_TYPE (ChatSession, chat_session, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (ChatSessionState, chat_session_state,
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_HANDSHAKING, "handshaking"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_JOINING, "joining"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_LEAVING, "leaving"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (CHAT_SESSION_FAILED, "failed"))

enum
{
  PROP_STATE = 1,
  PROP_SECONDS_LEFT,
  PROP_PENDING,
  PROP_MEMBERS,
  PROP_TIMELINE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_DELIVERED,
  SIGNAL_ACKNOWLEDGED,
  SIGNAL_FAILED,
  SIGNAL_CAUGHT_UP,
  SIGNAL_HISTORY_END,
  SIGNAL_THROTTLED,
  SIGNAL_REFUSED,
  SIGNAL_PROBLEM,
  SIGNAL_ARCHIVE_LOADED,
  SIGNAL_NEWCOMERS,
  SIGNAL_KEY_CHANGED,
  SIGNAL_KEY_ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/**
 * chat_session_new:
 * @address: the server's IP address or host name
 * @port: the server's port
 * @username: as whom to join
 * @key: one's own key
 * @server_key: the only key that the server may have
 *
 * Makes a stay in a room. Nothing is connected before [method@Session.start], whose thread-default
 * main context runs everything.
 *
 * Returns: (transfer full): a session that has not started
 */
ChatSession *
chat_session_new (const char *address, guint16 port, const char *username, ChatPrivateKey *key,
                  ChatPublicKey *server_key)
{
  ChatSession *self;

  g_return_val_if_fail (address != NULL && username != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (server_key), NULL);

  self = g_object_new (CHAT_TYPE_SESSION, NULL);
  self->address = g_strdup (address);
  self->port = port;
  self->username = g_strdup (username);
  self->key = g_object_ref (key);
  self->server_key = g_object_ref (server_key);
  self->members = chat_member_list_new (chat_private_key_get_public (key));

  return self;
}

static void
chat_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatSession *self = CHAT_SESSION (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, chat_session_get_seconds_left (self));
      break;
    case PROP_PENDING:
      g_value_set_uint (value, chat_session_get_pending (self));
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case PROP_TIMELINE:
      g_value_set_object (value, self->timeline);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
clear_timer (ChatSession *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
chat_session_dispose (GObject *object)
{
  ChatSession *self = CHAT_SESSION (object);

  clear_timer (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      chat_link_close (self->link, NULL);
    }
  g_clear_object (&self->link);
  g_clear_pointer (&self->inbox, chat_inbox_free);
  g_clear_pointer (&self->outbox, chat_outbox_free);
  session_archive_clear (self);
  session_pins_clear (self);

  G_OBJECT_CLASS (chat_session_parent_class)->dispose (object);
}

static void
chat_session_finalize (GObject *object)
{
  ChatSession *self = CHAT_SESSION (object);

  g_free (self->address);
  g_free (self->username);
  g_free (self->stopped_by);
  g_free (self->history);
  g_free (self->server_key_file);
  g_free (self->archive_folder);
  g_free (self->pins_folder);
  g_clear_error (&self->archive_error);
  g_clear_error (&self->error);
  g_clear_object (&self->key);
  g_clear_object (&self->server_key);
  g_clear_object (&self->members);
  g_clear_object (&self->timeline);
  g_clear_object (&self->poller);
  g_clear_pointer (&self->credentials, chat_credentials_unref);
  g_clear_pointer (&self->pins, chat_pins_free);
  g_clear_pointer (&self->newcomers, g_ptr_array_unref);
  g_clear_pointer (&self->changed, g_ptr_array_unref);
  g_clear_pointer (&self->joining, g_ptr_array_unref);
  g_clear_pointer (&self->announced, g_hash_table_unref);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_queue_clear_full (&self->in_flight, g_object_unref);
  session_clear_commands (self);

  G_OBJECT_CLASS (chat_session_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType first, GType second, GType third)
{
  return g_signal_new (name, CHAT_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_params, first, second, third);
}

static void
chat_session_class_init (ChatSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GType none = G_TYPE_NONE, number = G_TYPE_INT64;

  object_class->get_property = chat_session_get_property;
  object_class->dispose = chat_session_dispose;
  object_class->finalize = chat_session_finalize;

  /**
   * ChatSession:state:
   *
   * Where the session stands.
   */
  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_SESSION_STATE, CHAT_SESSION_IDLE, flags);
  /**
   * ChatSession:seconds-left:
   *
   * The seconds until the next attempt to connect, rounded up; 0 when it is not waiting.
   */
  props[PROP_SECONDS_LEFT] = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * ChatSession:pending:
   *
   * How many of our messages are neither acknowledged nor failed.
   */
  props[PROP_PENDING] = g_param_spec_uint ("pending", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * ChatSession:members:
   *
   * Who is in the room. It stays the same list for the whole stay, and has signals of its own.
   */
  props[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, CHAT_TYPE_MEMBER_LIST, flags);
  /**
   * ChatSession:timeline:
   *
   * What was said. It stays the same list for the whole stay, and has signals of its own.
   */
  props[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, CHAT_TYPE_TIMELINE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * ChatSession::delivered:
   * @self: a session
   * @message: what came; it is in the timeline
   * @origin: (type ChatDeliveryOrigin): why it came
   *
   * A message came. Live and missed ones are delivered once.
   */
  signals[SIGNAL_DELIVERED] = new_signal ("delivered", 2, CHAT_TYPE_MESSAGE, G_TYPE_UINT, none);
  /**
   * ChatSession::acknowledged:
   * @self: a session
   * @message: one of ours
   *
   * The server has stored the message: it is not lost any more.
   */
  signals[SIGNAL_ACKNOWLEDGED] = new_signal ("acknowledged", 1, CHAT_TYPE_MESSAGE, none, none);
  /**
   * ChatSession::failed:
   * @self: a session
   * @message: one of ours
   *
   * The message is not delivered, and will not be: [property@Message:problem] says why.
   * [method@Session.send_again] sends it once more.
   */
  signals[SIGNAL_FAILED] = new_signal ("failed", 1, CHAT_TYPE_MESSAGE, none, none);
  /**
   * ChatSession::caught-up:
   * @self: a session
   * @count: how many messages came
   * @withheld: how many others there were, not sealed for us
   * @lost: how many the server did not keep
   *
   * What was missed has come.
   */
  signals[SIGNAL_CAUGHT_UP] = new_signal ("caught-up", 3, number, number, number);
  /**
   * ChatSession::history-end:
   * @self: a session
   * @count: how many messages came
   * @withheld: how many others there were, not sealed for us
   * @more: whether there are older ones
   *
   * The answer to [method@Session.request_history] is complete.
   */
  signals[SIGNAL_HISTORY_END] = new_signal ("history-end", 3, number, number, G_TYPE_BOOLEAN);
  /**
   * ChatSession::throttled:
   * @self: a session
   * @rate: how many frames a second the server takes
   * @ms: when it reads on, in milliseconds
   *
   * We send too fast. Nothing is lost: the server reads on later.
   */
  signals[SIGNAL_THROTTLED] = new_signal ("throttled", 2, number, number, none);
  /**
   * ChatSession::refused:
   * @self: a session
   * @error: (type GLib.Error): why, as a sentence
   *
   * The server did not obey a command. The session goes on.
   */
  signals[SIGNAL_REFUSED] = new_signal ("refused", 1, G_TYPE_ERROR, none, none);
  /**
   * ChatSession::archive-loaded:
   * @self: a session
   *
   * Messages of earlier sessions are in the timeline, as far back as there are unread ones; those
   * before them follow.
   */
  signals[SIGNAL_ARCHIVE_LOADED] = new_signal ("archive-loaded", 0, none, none, none);
  /**
   * ChatSession::newcomers:
   * @self: a session
   * @members: (element-type ChatMember): who they are
   * @live: whether [signal@MemberList::member-changed] has told of them as well
   *
   * There are members who were not known before.
   */
  signals[SIGNAL_NEWCOMERS] =
      new_signal ("newcomers", 2, G_TYPE_PTR_ARRAY, G_TYPE_BOOLEAN, none);
  /**
   * ChatSession::key-changed:
   * @self: a session
   * @member: whose
   *
   * This is not the key that one knows the member by. Until [method@Session.accept_key], nothing is
   * sealed for it.
   */
  signals[SIGNAL_KEY_CHANGED] = new_signal ("key-changed", 1, CHAT_TYPE_MEMBER, none, none);
  /**
   * ChatSession::key-accepted:
   * @self: a session
   * @member: whose
   *
   * From now on one knows the member by the new key.
   */
  signals[SIGNAL_KEY_ACCEPTED] = new_signal ("key-accepted", 1, CHAT_TYPE_MEMBER, none, none);
  /**
   * ChatSession::problem:
   * @self: a session
   * @error: (type GLib.Error): what is wrong, as a sentence
   *
   * The server sent what is not understood, or the archive cannot be used. The session goes on.
   */
  signals[SIGNAL_PROBLEM] = new_signal ("problem", 1, G_TYPE_ERROR, none, none);
}

static void
chat_session_init (ChatSession *self)
{
  self->timeline = chat_timeline_new ();
  self->pins = chat_pins_new ();
  self->newcomers = g_ptr_array_new_with_free_func (g_object_unref);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  self->joining = g_ptr_array_new_with_free_func (g_object_unref);
  self->announced =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)chat_audience_unref);
  g_queue_init (&self->waiting);
  g_queue_init (&self->in_flight);
  g_queue_init (&self->commands);
}

/* Shared with the other files */

/**
 * session_set_state:
 * @self: a session
 * @state: where it stands from now on
 *
 * The only way to change the state: ends the timer of the old one, and notifies. An observer may
 * change it again, so look at it afterwards.
 */
void
session_set_state (ChatSession *self, ChatSessionState state)
{
  g_autoptr (ChatSession) hold = NULL;
  g_autofree char *name = NULL;

  if (self->state == state)
    return;

  hold = g_object_ref (self);
  clear_timer (self);
  self->state = state;
  name = g_enum_to_string (CHAT_TYPE_SESSION_STATE, (int)state);
  g_debug ("session: %s%s%s", name, self->error != NULL ? ": " : "",
           self->error != NULL ? self->error->message : "");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (state == CHAT_SESSION_WAITING)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SECONDS_LEFT]);
}

/**
 * session_set_timer:
 * @self: a session
 * @milliseconds: from now
 * @func: called with the session; returns %G_SOURCE_REMOVE
 *
 * Sets the one timer of the present state, in the place of the one that it may have. A change of
 * state ends it.
 */
void
session_set_timer (ChatSession *self, guint milliseconds, GSourceFunc func)
{
  clear_timer (self);
  self->timer = g_timeout_source_new (milliseconds);
  g_source_set_callback (self->timer, func, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  if (self->state == CHAT_SESSION_WAITING)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SECONDS_LEFT]);
}

/**
 * session_emit_delivered:
 * @self: a session
 * @message: a message that came, and is in the timeline
 * @origin: why it came
 */
void
session_emit_delivered (ChatSession *self, ChatMessage *message, ChatDeliveryOrigin origin)
{
  g_signal_emit (self, signals[SIGNAL_DELIVERED], 0, message, (guint)origin);
}

/**
 * session_emit_acknowledged:
 * @self: a session
 * @message: one of ours that is stored now
 */
void
session_emit_acknowledged (ChatSession *self, ChatMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_ACKNOWLEDGED], 0, message);
}

/**
 * session_emit_failed:
 * @self: a session
 * @message: one of ours that is given up, with its problem
 */
void
session_emit_failed (ChatSession *self, ChatMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, message);
}

/**
 * session_emit_caught_up:
 * @self: a session
 * @notice: a notice `caught-up`
 */
void
session_emit_caught_up (ChatSession *self, const ChatNotice *notice)
{
  g_signal_emit (self, signals[SIGNAL_CAUGHT_UP], 0, notice->count, notice->withheld, notice->lost);
}

/**
 * session_emit_history_end:
 * @self: a session
 * @notice: a notice `history-end`
 */
void
session_emit_history_end (ChatSession *self, const ChatNotice *notice)
{
  g_signal_emit (self, signals[SIGNAL_HISTORY_END], 0, notice->count, notice->withheld,
                 notice->more);
}

/**
 * session_emit_archive_loaded:
 * @self: a session
 */
void
session_emit_archive_loaded (ChatSession *self)
{
  g_signal_emit (self, signals[SIGNAL_ARCHIVE_LOADED], 0);
}

/**
 * session_emit_throttled:
 * @self: a session
 * @notice: a notice `throttled`
 */
void
session_emit_throttled (ChatSession *self, const ChatNotice *notice)
{
  g_signal_emit (self, signals[SIGNAL_THROTTLED], 0, notice->rate, notice->ms);
}

/**
 * session_emit_refused:
 * @self: a session
 * @error: why the server refuses a command, as a sentence
 */
void
session_emit_refused (ChatSession *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_REFUSED], 0, error);
}

/**
 * session_emit_newcomers:
 * @self: a session
 * @newcomers: (element-type ChatMember): who was not known before
 * @live: whether they were added while one was in the room
 */
void
session_emit_newcomers (ChatSession *self, GPtrArray *newcomers, gboolean live)
{
  g_signal_emit (self, signals[SIGNAL_NEWCOMERS], 0, newcomers, live);
}

/**
 * session_emit_key_changed:
 * @self: a session
 * @member: whose key is not the known one
 */
void
session_emit_key_changed (ChatSession *self, ChatMember *member)
{
  g_signal_emit (self, signals[SIGNAL_KEY_CHANGED], 0, member);
}

/**
 * session_emit_key_accepted:
 * @self: a session
 * @member: whose new key was accepted
 */
void
session_emit_key_accepted (ChatSession *self, ChatMember *member)
{
  g_signal_emit (self, signals[SIGNAL_KEY_ACCEPTED], 0, member);
}

/**
 * session_emit_problem:
 * @self: a session
 * @error: what was left out, and why, as a sentence
 */
void
session_emit_problem (ChatSession *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error);
}

/**
 * session_notify_pending:
 * @self: a session whose queues of messages have changed
 */
void
session_notify_pending (ChatSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PENDING]);
}

/* Public functions */

/**
 * chat_session_set_server_key_file:
 * @self: a session that has not started
 * @path: (type filename): the file that the server's key is from
 *
 * Lets sentences name it, should the server show another key.
 */
void
chat_session_set_server_key_file (ChatSession *self, const char *path)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (self->state == CHAT_SESSION_IDLE);

  g_free (self->server_key_file);
  self->server_key_file = g_strdup (path);
}

/**
 * chat_session_start:
 * @self: a session that has not started, or that is over
 *
 * Connects. If the first attempt fails, the session is %CHAT_SESSION_FAILED: an address that never
 * worked is more likely wrong than busy. Once it has been open, it comes back by itself.
 */
void
chat_session_start (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (self->state == CHAT_SESSION_IDLE || chat_session_is_over (self));

  self->leaving = FALSE;
  self->been_open = FALSE;
  g_clear_pointer (&self->stopped_by, g_free);
  chat_retry_reset (&self->retry);
  session_connect (self);
}

/**
 * chat_session_try_now:
 * @self: a session
 *
 * Ends the pause before the next attempt, if there is one.
 */
void
chat_session_try_now (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (self->state == CHAT_SESSION_WAITING)
    session_connect (self);
}

/**
 * chat_session_leave:
 * @self: a session
 *
 * Leaves in order: what waits is sent and acknowledged first, over another connection if it must
 * be. Whoever does not want to wait so long calls [method@Session.close].
 */
void
chat_session_leave (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  self->leaving = TRUE;
  session_leave_if_done (self);
}

/**
 * chat_session_close:
 * @self: a session
 *
 * Leaves at once. Messages that were not acknowledged fail.
 */
void
chat_session_close (ChatSession *self)
{
  g_return_if_fail (CHAT_IS_SESSION (self));

  if (!chat_session_is_over (self))
    session_end_with (self, CHAT_SESSION_CLOSED, NULL);
}

/**
 * chat_session_get_state:
 * @self: a session
 *
 * Says where the session stands. [property@Session:state] notifies.
 *
 * Returns: where it stands
 */
ChatSessionState
chat_session_get_state (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), CHAT_SESSION_IDLE);

  return self->state;
}

/**
 * chat_session_is_over:
 * @self: a session
 *
 * Tells whether the session has come to its end. [method@Session.start] begins it anew.
 *
 * Returns: whether the state is a final one
 */
gboolean
chat_session_is_over (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), TRUE);

  return self->state >= CHAT_SESSION_STOPPED;
}

/**
 * chat_session_get_error:
 * @self: a session
 *
 * Explains %CHAT_SESSION_FAILED and %CHAT_SESSION_WAITING. It is borrowed until the state changes.
 *
 * Returns: (transfer none) (nullable): why it failed, or why it is waiting, in whole sentences for
 *   the user
 */
const GError *
chat_session_get_error (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->error;
}

/**
 * chat_session_get_stopped_by:
 * @self: a session
 *
 * Explains %CHAT_SESSION_STOPPED. A server that was stopped on its host is a lost connection
 * instead.
 *
 * Returns: (transfer none) (nullable): which admin has stopped the server
 */
const char *
chat_session_get_stopped_by (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->stopped_by;
}

/**
 * chat_session_get_seconds_left:
 * @self: a session
 *
 * Gives a countdown for %CHAT_SESSION_WAITING. [property@Session:seconds-left] notifies.
 *
 * Returns: the seconds until the next attempt to connect, rounded up; 0 when it is not waiting
 */
guint
chat_session_get_seconds_left (ChatSession *self)
{
  gint64 left;

  g_return_val_if_fail (CHAT_IS_SESSION (self), 0);

  left = self->retry_at - g_get_monotonic_time ();
  if (self->state != CHAT_SESSION_WAITING || left <= 0)
    return 0;

  return (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/**
 * chat_session_get_pending:
 * @self: a session
 *
 * Says whether leaving now would lose words. [property@Session:pending] notifies.
 *
 * Returns: how many of our messages are neither acknowledged nor failed
 */
guint
chat_session_get_pending (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), 0);

  return self->waiting.length + self->in_flight.length;
}

/**
 * chat_session_has_been_open:
 * @self: a session
 *
 * Tells a connection that was lost from one that never was.
 *
 * Returns: whether it was in the room since it started
 */
gboolean
chat_session_has_been_open (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return self->been_open;
}

/**
 * chat_session_get_address:
 * @self: a session
 *
 * Gives what [ctor@Session.new] was given.
 *
 * Returns: (transfer none): the server's IP address or host name
 */
const char *
chat_session_get_address (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->address;
}

/**
 * chat_session_get_username:
 * @self: a session
 *
 * Says who one is in this room.
 *
 * Returns: (transfer none): one's own name; once in the room, as the server spells it
 */
const char *
chat_session_get_username (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->username;
}

/**
 * chat_session_get_admin:
 * @self: a session
 *
 * Tells whether [method@Session.shut_server_down] will be obeyed. Known once the session is open.
 *
 * Returns: whether the server lets one stop it
 */
gboolean
chat_session_get_admin (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);

  return self->admin;
}

/**
 * chat_session_get_history_limit:
 * @self: a session
 *
 * Tells how much there can be to ask for. 0 until the session is open.
 *
 * Returns: how many messages the server keeps
 */
gint64
chat_session_get_history_limit (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), 0);

  return self->history_limit;
}

/**
 * chat_session_get_key:
 * @self: a session
 *
 * Says by which key the others know one.
 *
 * Returns: (transfer none): one's own public key
 */
ChatPublicKey *
chat_session_get_key (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return chat_private_key_get_public (self->key);
}

/**
 * chat_session_get_server_key:
 * @self: a session
 *
 * Gives the key that proves the server to us.
 *
 * Returns: (transfer none): the only key that the server may have
 */
ChatPublicKey *
chat_session_get_server_key (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->server_key;
}

/**
 * chat_session_get_members:
 * @self: a session
 *
 * Gives one list for the whole stay: it is updated, and never replaced.
 *
 * Returns: (transfer none): who is in the room
 */
ChatMemberList *
chat_session_get_members (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->members;
}

/**
 * chat_session_get_timeline:
 * @self: a session
 *
 * Gives one list for the whole stay: it is updated, and never replaced.
 *
 * Returns: (transfer none): what was said
 */
ChatTimeline *
chat_session_get_timeline (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->timeline;
}
