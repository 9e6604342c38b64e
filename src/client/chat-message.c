/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message.h"

#include "chat-jwe.h"

struct _ChatMessage
{
  GObject parent_instance;

  char *mid;
  char *author;
  char *author_kid;
  char *text;
  ChatAudience *audience;
  gboolean own;

  guint epoch;
  gint64 seq;
  gint64 at;
  gint64 sent;
  guint serial;
  guint attempts;
  ChatMessageState state;
  char *problem;
  char *doubt;
};

G_DEFINE_FINAL_TYPE (ChatMessage, chat_message, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (ChatMessageState, chat_message_state,
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_SENDING, "sending"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_RECEIVED, "received"),
                    G_DEFINE_ENUM_VALUE (CHAT_MESSAGE_UNVERIFIED, "unverified"))

enum
{
  PROP_AUTHOR = 1,
  PROP_TEXT,
  PROP_OWN,
  PROP_DIRECT,
  PROP_PEER,
  PROP_AUDIENCE,
  PROP_TIME,
  PROP_STATE,
  PROP_PROBLEM,
  PROP_DOUBT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static ChatMessage *
new_message (void)
{
  static guint last_serial;
  ChatMessage *self = g_object_new (CHAT_TYPE_MESSAGE, NULL);

  /* Messages are made on one main context. */
  self->serial = ++last_serial;

  return self;
}

/**
 * chat_message_new_own:
 * @author: one's own username
 * @author_kid: name of one's own key
 * @text: what to say
 * @audience: to whom
 *
 * Makes a message that is still to be sent: %CHAT_MESSAGE_SENDING, without a number.
 *
 * Returns: (transfer full): a message that is on its way, with a new id
 */
ChatMessage *
chat_message_new_own (const char *author, const char *author_kid, const char *text,
                      ChatAudience *audience)
{
  ChatMessage *self;

  g_return_val_if_fail (author != NULL && author_kid != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (audience != NULL, NULL);

  self = new_message ();
  self->mid = chat_mid_new ();
  self->author = g_strdup (author);
  self->author_kid = g_strdup (author_kid);
  self->text = g_strdup (text);
  self->audience = chat_audience_ref (audience);
  self->own = TRUE;
  self->sent = g_get_real_time () / 1000;
  self->state = CHAT_MESSAGE_SENDING;

  return self;
}

/**
 * chat_message_new_received:
 * @facts: what is known of it
 *
 * Makes a message of what was checked. With a `problem` it is %CHAT_MESSAGE_UNVERIFIED.
 *
 * Returns: (transfer full): a message that came from the server
 */
ChatMessage *
chat_message_new_received (const ChatMessageFacts *facts)
{
  ChatMessage *self;

  g_return_val_if_fail (facts != NULL && facts->from != NULL, NULL);

  self = new_message ();
  self->mid = g_strdup (facts->mid);
  self->author = g_strdup (facts->from);
  self->author_kid = g_strdup (facts->author_kid);
  self->text = g_strdup (facts->text);
  self->audience = facts->audience != NULL ? chat_audience_ref (facts->audience) : NULL;
  self->own = facts->own;
  self->seq = facts->seq;
  self->at = facts->at;
  self->sent = facts->sent;
  self->problem = g_strdup (facts->problem);
  self->doubt = g_strdup (facts->doubt);
  self->state = facts->problem != NULL ? CHAT_MESSAGE_UNVERIFIED
                : facts->own           ? CHAT_MESSAGE_SENT
                                       : CHAT_MESSAGE_RECEIVED;

  return self;
}

static void
chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  switch (id)
    {
    case PROP_AUTHOR:
      g_value_set_string (value, self->author);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case PROP_DIRECT:
      g_value_set_boolean (value, chat_message_get_direct (self));
      break;
    case PROP_PEER:
      g_value_set_string (value, chat_message_get_peer (self));
      break;
    case PROP_AUDIENCE:
      g_value_set_boxed (value, self->audience);
      break;
    case PROP_TIME:
      g_value_set_int64 (value, chat_message_get_time (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_DOUBT:
      g_value_set_string (value, self->doubt);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_message_finalize (GObject *object)
{
  ChatMessage *self = CHAT_MESSAGE (object);

  g_free (self->mid);
  g_free (self->author);
  g_free (self->author_kid);
  g_free (self->text);
  g_free (self->problem);
  g_free (self->doubt);
  g_clear_pointer (&self->audience, chat_audience_unref);

  G_OBJECT_CLASS (chat_message_parent_class)->finalize (object);
}

static void
chat_message_class_init (ChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_message_get_property;
  object_class->finalize = chat_message_finalize;

  /**
   * ChatMessage:author:
   *
   * Who wrote it; of a message that is not verified, who the server says did.
   */
  props[PROP_AUTHOR] = g_param_spec_string ("author", NULL, NULL, NULL, flags);
  /**
   * ChatMessage:text:
   *
   * What it says; %NULL when it is not verified, or needs a newer version of this program.
   */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  /**
   * ChatMessage:own:
   *
   * Whether we wrote it, here or on another connection.
   */
  props[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  /**
   * ChatMessage:direct:
   *
   * Whether it was said in private.
   */
  props[PROP_DIRECT] = g_param_spec_boolean ("direct", NULL, NULL, FALSE, flags);
  /**
   * ChatMessage:peer:
   *
   * Of a private message, the name of the other; else %NULL.
   */
  props[PROP_PEER] = g_param_spec_string ("peer", NULL, NULL, NULL, flags);
  /**
   * ChatMessage:audience:
   *
   * For whom it is; %NULL when it is not verified. One that waits for a connection may get another.
   */
  props[PROP_AUDIENCE] = g_param_spec_boxed ("audience", NULL, NULL, CHAT_TYPE_AUDIENCE, flags);
  /**
   * ChatMessage:time:
   *
   * The time to show, in milliseconds since 1970: the server's or, before it has stored the
   * message, the author's.
   */
  props[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * ChatMessage:state:
   *
   * Where the message stands.
   */
  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_MESSAGE_STATE, CHAT_MESSAGE_SENDING, flags);
  /**
   * ChatMessage:problem:
   *
   * Why it failed, or could not be verified: the end of a sentence; else %NULL.
   */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  /**
   * ChatMessage:doubt:
   *
   * Why a verified message may not be its author's words: the end of a sentence; else %NULL.
   */
  props[PROP_DOUBT] = g_param_spec_string ("doubt", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_message_init (ChatMessage *self)
{
}

/**
 * chat_message_get_mid:
 * @self: a message
 *
 * Names the message: a UUID, the same for all readers.
 *
 * Returns: (transfer none) (nullable): the id that its author gave it; %NULL when not verified
 */
const char *
chat_message_get_mid (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->mid;
}

/**
 * chat_message_get_author:
 * @self: a message
 *
 * Gives the name for people.
 *
 * Returns: (transfer none): who wrote it; of a message that is not verified, who the server says
 *   did
 */
const char *
chat_message_get_author (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->author;
}

/**
 * chat_message_get_author_kid:
 * @self: a message
 *
 * Names the author's key, which stays the same when the author gets another name.
 *
 * Returns: (transfer none) (nullable): name of the key that signed it; %NULL when not verified
 */
const char *
chat_message_get_author_kid (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->author_kid;
}

/**
 * chat_message_get_text:
 * @self: a message
 *
 * Gives the words. They are valid UTF-8, at most %CHAT_MAX_TEXT bytes, and otherwise what their
 * author liked.
 *
 * Returns: (transfer none) (nullable): what it says, as it came: a terminal needs
 *   [func@text_make_safe]. %NULL for a message that is not verified, and for one of a type that
 *   needs a newer version of this program
 */
const char *
chat_message_get_text (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->text;
}

/**
 * chat_message_get_audience:
 * @self: a message
 *
 * Says who can read it.
 *
 * Returns: (transfer none) (nullable): for whom it is; %NULL when not verified
 */
ChatAudience *
chat_message_get_audience (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->audience;
}

/**
 * chat_message_get_own:
 * @self: a message
 *
 * Tells our words from those of others.
 *
 * Returns: whether we wrote it, here or on another connection
 */
gboolean
chat_message_get_own (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->own;
}

/**
 * chat_message_get_direct:
 * @self: a message
 *
 * Tells private words from those to the room. Nobody's words, which were not verified, are never
 * private.
 *
 * Returns: whether it was said in private
 */
gboolean
chat_message_get_direct (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), FALSE);

  return self->audience != NULL && chat_audience_get_kind (self->audience) == CHAT_AUDIENCE_DIRECT;
}

/**
 * chat_message_get_peer:
 * @self: a message
 *
 * Says with whom a private message was exchanged, whoever of the two wrote it.
 *
 * Returns: (transfer none) (nullable): of a direct message, the name of the other
 */
const char *
chat_message_get_peer (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return chat_message_get_direct (self) ? chat_audience_get_names (self->audience)[0] : NULL;
}

/**
 * chat_message_get_seq:
 * @self: a message
 *
 * Gives the place among all messages of one store; see [method@Message.get_epoch].
 *
 * Returns: its number in the server's order; 0 while it has none
 */
gint64
chat_message_get_seq (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->seq;
}

/**
 * chat_message_get_at:
 * @self: a message
 *
 * Gives the server's time: milliseconds since 1970, UTC.
 *
 * Returns: when the server stored it, in milliseconds; 0 while it has not
 */
gint64
chat_message_get_at (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->at;
}

/**
 * chat_message_get_sent:
 * @self: a message
 *
 * Gives the author's time: milliseconds since 1970, UTC. The author's clock may be wrong.
 *
 * Returns: when it was written, in milliseconds, by its author's clock
 */
gint64
chat_message_get_sent (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->sent;
}

/**
 * chat_message_get_time:
 * @self: a message
 *
 * Gives milliseconds since 1970, UTC.
 *
 * Returns: the time to show, in milliseconds: when the server stored it, which is in order for
 *   everybody; before that, when it was written
 */
gint64
chat_message_get_time (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->at != 0 ? self->at : self->sent;
}

/**
 * chat_message_get_state:
 * @self: a message
 *
 * Says whether it is somebody's, or ours and how far it has come.
 *
 * Returns: where it stands
 */
ChatMessageState
chat_message_get_state (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), CHAT_MESSAGE_UNVERIFIED);

  return self->state;
}

/**
 * chat_message_get_problem:
 * @self: a message
 *
 * Says why the state is %CHAT_MESSAGE_FAILED or %CHAT_MESSAGE_UNVERIFIED.
 *
 * Returns: (transfer none) (nullable): why it failed, or could not be verified; the end of a
 *   sentence
 */
const char *
chat_message_get_problem (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->problem;
}

/**
 * chat_message_get_doubt:
 * @self: a message
 *
 * Warns of words that may be somebody else's.
 *
 * Returns: (transfer none) (nullable): of a verified message, why it may not be its author's words:
 *   the key that signed it is not the one that one knows them by; the end of a sentence
 */
const char *
chat_message_get_doubt (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), NULL);

  return self->doubt;
}

/**
 * chat_message_set_doubt:
 * @self: a message
 * @doubt: (nullable): why it may not be its author's
 *
 * Notes a doubt, or takes it back once a person has accepted the key. For the session.
 */
void
chat_message_set_doubt (ChatMessage *self, const char *doubt)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (g_strcmp0 (self->doubt, doubt) == 0)
    return;
  g_free (self->doubt);
  self->doubt = g_strdup (doubt);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DOUBT]);
}

/**
 * chat_message_get_serial:
 * @self: a message
 *
 * Orders messages that the server has given no number.
 *
 * Returns: a number that grows in the order in which messages were made here
 */
guint
chat_message_get_serial (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->serial;
}

/**
 * chat_message_set_place:
 * @self: a message
 * @seq: its number in the server's order
 * @at: when the server stored it
 *
 * Called through [method@Timeline.settle] for messages that are in a timeline.
 */
void
chat_message_set_place (ChatMessage *self, gint64 seq, gint64 at)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  self->seq = seq;
  self->at = at;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIME]);
}

/**
 * chat_message_set_state:
 * @self: a message
 * @state: where it stands now
 * @problem: (nullable): why it failed
 *
 * Moves the message on. For the session.
 */
void
chat_message_set_state (ChatMessage *self, ChatMessageState state, const char *problem)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  if (g_strcmp0 (self->problem, problem) != 0)
    {
      g_free (self->problem);
      self->problem = g_strdup (problem);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
    }
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * chat_message_set_audience:
 * @self: a message that is on its way
 * @audience: for whom it is sealed now: the room may have changed since it was written
 *
 * Says for whom it is sealed in the end. For the session.
 */
void
chat_message_set_audience (ChatMessage *self, ChatAudience *audience)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));
  g_return_if_fail (audience != NULL);

  if (self->audience == audience)
    return;
  chat_audience_ref (audience);
  chat_audience_unref (self->audience);
  self->audience = audience;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AUDIENCE]);
}

/**
 * chat_message_count_attempt:
 * @self: a message that the server asked to see again
 *
 * Counts one more, so that the session can give up. For the session.
 *
 * Returns: how many times it did so
 */
guint
chat_message_count_attempt (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return ++self->attempts;
}

/**
 * chat_message_set_epoch:
 * @self: a message
 * @epoch: in which its number counts
 *
 * For the timeline.
 */
void
chat_message_set_epoch (ChatMessage *self, guint epoch)
{
  g_return_if_fail (CHAT_IS_MESSAGE (self));

  self->epoch = epoch;
}

/**
 * chat_message_get_epoch:
 * @self: a message
 *
 * Says to which of the server's stores the number belongs: a store that is made anew counts from
 * the beginning.
 *
 * Returns: the epoch in which its number counts
 */
guint
chat_message_get_epoch (ChatMessage *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE (self), 0);

  return self->epoch;
}
