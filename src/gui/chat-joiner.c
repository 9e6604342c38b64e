/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-joiner.h"

#include "chat-error.h"
#include "chat-key-loader.h"
#include "chat-room-folder.h"

struct _ChatJoiner
{
  GObject parent_instance;

  ChatProfile *profile;
  ChatJoinerState state;
  GCancellable *cancellable;
  ChatPublicKey *server_key;
  ChatSession *session;
  GError *error;
  ChatJoinField field; /* of the error */
};

G_DEFINE_FINAL_TYPE (ChatJoiner, chat_joiner, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (ChatJoinerState, chat_joiner_state,
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_PROVING, "proving"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_ENTERING, "entering"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_JOINED, "joined"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (CHAT_JOINER_CANCELLED, "cancelled"))

enum
{
  PROP_STATE = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/**
 * chat_joiner_new:
 * @profile: a complete profile, which is copied
 *
 * Returns: (transfer full): a joiner that has not started
 */
ChatJoiner *
chat_joiner_new (const ChatProfile *profile)
{
  ChatJoiner *self;

  g_return_val_if_fail (profile != NULL, NULL);

  self = g_object_new (CHAT_TYPE_JOINER, NULL);
  self->profile = chat_profile_copy (profile);

  return self;
}

static void
chat_joiner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int)CHAT_JOINER (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_joiner_dispose (GObject *object)
{
  ChatJoiner *self = CHAT_JOINER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->server_key);

  G_OBJECT_CLASS (chat_joiner_parent_class)->dispose (object);
}

static void
chat_joiner_finalize (GObject *object)
{
  ChatJoiner *self = CHAT_JOINER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->profile, chat_profile_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (chat_joiner_parent_class)->finalize (object);
}

static void
chat_joiner_class_init (ChatJoinerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chat_joiner_get_property;
  object_class->dispose = chat_joiner_dispose;
  object_class->finalize = chat_joiner_finalize;

  props[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_JOINER_STATE, CHAT_JOINER_IDLE,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_joiner_init (ChatJoiner *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
set_state (ChatJoiner *self, ChatJoinerState state)
{
  g_autoptr (ChatJoiner) hold = NULL;

  if (self->state == state)
    return;

  hold = g_object_ref (self);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
fail (ChatJoiner *self, ChatJoinField field, const GError *error)
{
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  self->field = field;
  set_state (self, CHAT_JOINER_FAILED);
}

/* The session */

static void
session_state_cb (ChatJoiner *self)
{
  /* Once it is open, the session is somebody else's concern. */
  if (chat_joiner_is_over (self))
    return;

  switch (chat_session_get_state (self->session))
    {
    case CHAT_SESSION_CONNECTING:
      set_state (self, CHAT_JOINER_CONNECTING);
      break;
    case CHAT_SESSION_HANDSHAKING:
      set_state (self, CHAT_JOINER_PROVING);
      break;
    case CHAT_SESSION_JOINING:
      set_state (self, CHAT_JOINER_ENTERING);
      break;
    case CHAT_SESSION_OPEN:
      set_state (self, CHAT_JOINER_JOINED);
      break;
    case CHAT_SESSION_FAILED:
      fail (self, chat_join_field_of_error (chat_session_get_error (self->session)),
            chat_session_get_error (self->session));
      break;
    case CHAT_SESSION_STOPPED:
    case CHAT_SESSION_CLOSED:
      set_state (self, CHAT_JOINER_CANCELLED);
      break;
    case CHAT_SESSION_IDLE:
    case CHAT_SESSION_LEAVING:
    case CHAT_SESSION_WAITING:
    default:
      break;
    }
}

static void
start_session (ChatJoiner *self, ChatPrivateKey *key)
{
  g_autofree char *folder =
      chat_room_folder_get_path (NULL, self->server_key, chat_private_key_get_public (key));

  self->session = chat_session_new (self->profile->address, self->profile->port,
                                    self->profile->username, key, self->server_key);
  chat_session_set_server_key_file (self->session, self->profile->server_key);
  chat_session_set_archive_folder (self->session, folder);
  chat_session_set_pins_folder (self->session, folder);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (session_state_cb), self,
                           G_CONNECT_SWAPPED);
  chat_session_start (self->session);
}

/* The keys */

static gboolean
wants_passphrase (const GError *error)
{
  return g_error_matches (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NEEDS_PASSPHRASE)
         || g_error_matches (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_WRONG_PASSPHRASE);
}

static void
private_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatJoiner) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_key_loader_load_private_finish (result, &error);

  if (chat_joiner_is_over (self))
    return;

  if (key != NULL)
    {
      start_session (self, key);
    }
  else if (wants_passphrase (error))
    {
      g_clear_error (&self->error);
      if (error->code == CHAT_KEY_ERROR_WRONG_PASSPHRASE)
        self->error = g_steal_pointer (&error);
      set_state (self, CHAT_JOINER_ASKING);
    }
  else
    {
      fail (self, CHAT_JOIN_FIELD_PRIVATE_KEY, error);
    }
}

static void
public_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatJoiner) self = user_data;
  g_autoptr (GError) error = NULL;

  self->server_key = chat_key_loader_load_public_finish (result, &error);
  if (chat_joiner_is_over (self))
    return;

  if (self->server_key == NULL)
    fail (self, CHAT_JOIN_FIELD_SERVER_KEY, error);
  else
    chat_key_loader_load_private_async (self->profile->private_key, NULL, self->cancellable,
                                        private_loaded_cb, g_object_ref (self));
}

/* Public functions */

/**
 * chat_joiner_start:
 * @self: a joiner that has not started
 *
 * Begins with the keys, so that a wrong file is told before anybody is called.
 */
void
chat_joiner_start (ChatJoiner *self)
{
  g_return_if_fail (CHAT_IS_JOINER (self));
  g_return_if_fail (self->state == CHAT_JOINER_IDLE);

  set_state (self, CHAT_JOINER_LOADING);
  chat_key_loader_load_public_async (self->profile->server_key, self->cancellable,
                                     public_loaded_cb, g_object_ref (self));
}

/**
 * chat_joiner_give_passphrase:
 * @self: a joiner that is %CHAT_JOINER_ASKING
 * @passphrase: what may open the private key
 *
 * Goes on. A wrong one is asked for again.
 */
void
chat_joiner_give_passphrase (ChatJoiner *self, ChatSecret *passphrase)
{
  g_return_if_fail (CHAT_IS_JOINER (self) && passphrase != NULL);
  g_return_if_fail (self->state == CHAT_JOINER_ASKING);

  set_state (self, CHAT_JOINER_LOADING);
  chat_key_loader_load_private_async (self->profile->private_key, passphrase, self->cancellable,
                                      private_loaded_cb, g_object_ref (self));
}

/**
 * chat_joiner_cancel:
 * @self: a joiner
 *
 * Gives up, unless it is over.
 */
void
chat_joiner_cancel (ChatJoiner *self)
{
  g_autoptr (ChatJoiner) hold = NULL;

  g_return_if_fail (CHAT_IS_JOINER (self));

  if (chat_joiner_is_over (self))
    return;

  /* Whoever hears of it may let go of the joiner. */
  hold = g_object_ref (self);
  set_state (self, CHAT_JOINER_CANCELLED);
  g_cancellable_cancel (self->cancellable);
  if (self->session != NULL)
    chat_session_close (self->session);
}

/**
 * chat_joiner_get_state:
 * @self: a joiner
 *
 * Returns: how far it has come
 */
ChatJoinerState
chat_joiner_get_state (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), CHAT_JOINER_IDLE);

  return self->state;
}

/**
 * chat_joiner_is_over:
 * @self: a joiner
 *
 * Returns: whether nothing more will happen
 */
gboolean
chat_joiner_is_over (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), TRUE);

  return self->state == CHAT_JOINER_JOINED || self->state == CHAT_JOINER_FAILED
         || self->state == CHAT_JOINER_CANCELLED;
}

/**
 * chat_joiner_get_error:
 * @self: a joiner
 *
 * Returns: (transfer none) (nullable): why it failed, or why it asks again
 */
const GError *
chat_joiner_get_error (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), NULL);

  return self->error;
}

/**
 * chat_joiner_get_field:
 * @self: a joiner that failed
 *
 * Returns: what the failure concerns
 */
ChatJoinField
chat_joiner_get_field (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), CHAT_JOIN_FIELD_NONE);

  return self->field;
}

/**
 * chat_joiner_get_profile:
 * @self: a joiner
 *
 * Returns: (transfer none): where to, and as whom
 */
const ChatProfile *
chat_joiner_get_profile (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), NULL);

  return self->profile;
}

/**
 * chat_joiner_get_session:
 * @self: a joiner
 *
 * Returns: (transfer none) (nullable): the session, open when the state is %CHAT_JOINER_JOINED
 */
ChatSession *
chat_joiner_get_session (ChatJoiner *self)
{
  g_return_val_if_fail (CHAT_IS_JOINER (self), NULL);

  return self->session;
}
