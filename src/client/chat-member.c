/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member.h"

#include "chat-username.h"

struct _ChatMember
{
  GObject parent_instance;

  char *username;
  char *folded;
  ChatPublicKey *key;
  gboolean online;
  gboolean former;
  char *known_kid;
};

G_DEFINE_FINAL_TYPE (ChatMember, chat_member, G_TYPE_OBJECT)

enum
{
  PROP_USERNAME = 1,
  PROP_KEY,
  PROP_FINGERPRINT,
  PROP_ONLINE,
  PROP_FORMER,
  PROP_CHANGED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/**
 * chat_member_new:
 * @username: the name, as the server spells it
 * @key: the member's public key
 * @online: whether any connection of theirs is open
 * @former: whether they are no longer a member
 *
 * May be called in any thread; the object then belongs to the one that it is handed to.
 *
 * Returns: (transfer full): a member
 */
ChatMember *
chat_member_new (const char *username, ChatPublicKey *key, gboolean online, gboolean former)
{
  ChatMember *self;

  g_return_val_if_fail (username != NULL, NULL);
  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (key), NULL);

  self = g_object_new (CHAT_TYPE_MEMBER, NULL);
  self->username = g_strdup (username);
  self->folded = chat_username_fold (username);
  self->key = g_object_ref (key);
  self->online = online && !former;
  self->former = former;

  return self;
}

static void
chat_member_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatMember *self = CHAT_MEMBER (object);

  switch (id)
    {
    case PROP_USERNAME:
      g_value_set_string (value, self->username);
      break;
    case PROP_KEY:
      g_value_set_object (value, self->key);
      break;
    case PROP_FINGERPRINT:
      g_value_set_string (value, chat_public_key_get_fingerprint (self->key));
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_FORMER:
      g_value_set_boolean (value, self->former);
      break;
    case PROP_CHANGED:
      g_value_set_boolean (value, self->known_kid != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_member_finalize (GObject *object)
{
  ChatMember *self = CHAT_MEMBER (object);

  g_free (self->username);
  g_free (self->folded);
  g_free (self->known_kid);
  g_clear_object (&self->key);

  G_OBJECT_CLASS (chat_member_parent_class)->finalize (object);
}

static void
chat_member_class_init (ChatMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_member_get_property;
  object_class->finalize = chat_member_finalize;

  /**
   * ChatMember:username:
   *
   * The name, as the server spells it.
   */
  props[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  /**
   * ChatMember:key:
   *
   * The key that is the member.
   */
  props[PROP_KEY] = g_param_spec_object ("key", NULL, NULL, CHAT_TYPE_PUBLIC_KEY, flags);
  /**
   * ChatMember:fingerprint:
   *
   * What people compare of the key; see [method@ChatCommon.PublicKey.get_fingerprint].
   */
  props[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", NULL, NULL, NULL, flags);
  /**
   * ChatMember:online:
   *
   * Whether any connection of theirs is open.
   */
  props[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  /**
   * ChatMember:former:
   *
   * Whether they have left the guest list.
   */
  props[PROP_FORMER] = g_param_spec_boolean ("former", NULL, NULL, FALSE, flags);
  /**
   * ChatMember:changed:
   *
   * Whether one knows the name by another key, and has not accepted this one.
   */
  props[PROP_CHANGED] = g_param_spec_boolean ("changed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_member_init (ChatMember *self)
{
}

/**
 * chat_member_get_username:
 * @self: a member
 *
 * Gives the name for people.
 *
 * Returns: (transfer none): the name, as the server spells it
 */
const char *
chat_member_get_username (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return self->username;
}

/**
 * chat_member_get_folded:
 * @self: a member
 *
 * Gives the name for comparing; see [func@ChatCommon.username_fold].
 *
 * Returns: (transfer none): the name in the form in which no two members have the same
 */
const char *
chat_member_get_folded (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return self->folded;
}

/**
 * chat_member_get_key:
 * @self: a member
 *
 * Gives what others seal for, and check signatures with.
 *
 * Returns: (transfer none): the key that is the member
 */
ChatPublicKey *
chat_member_get_key (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return self->key;
}

/**
 * chat_member_get_online:
 * @self: a member
 *
 * Tells whether a message would arrive now. Others find it when they come back.
 *
 * Returns: whether any connection of theirs is open
 */
gboolean
chat_member_get_online (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->online;
}

/**
 * chat_member_get_former:
 * @self: a member
 *
 * Tells whether this one is only remembered. Nothing is sealed for former members.
 *
 * Returns: whether they have left the guest list
 */
gboolean
chat_member_get_former (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->former;
}

/**
 * chat_member_get_changed:
 * @self: a member
 *
 * Warns of a key that is not the one by which one knew the name.
 *
 * Returns: whether one knows the name by another key, and has not accepted this one: who it really
 *   is, only the server says, and nothing is sealed for it
 */
gboolean
chat_member_get_changed (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), FALSE);

  return self->known_kid != NULL;
}

/**
 * chat_member_get_known_kid:
 * @self: a member
 *
 * Says which key one knew before, to show both fingerprints.
 *
 * Returns: (transfer none) (nullable): of a member whose key has changed, the name of the key that
 *   one knows them by
 */
const char *
chat_member_get_known_kid (ChatMember *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER (self), NULL);

  return self->known_kid;
}

/**
 * chat_member_set_known_kid:
 * @self: a member
 * @kid: (nullable): the key that one knows them by, where it is another than theirs
 *
 * For the session and the member list.
 */
void
chat_member_set_known_kid (ChatMember *self, const char *kid)
{
  g_autofree char *old = NULL;

  g_return_if_fail (CHAT_IS_MEMBER (self));

  old = g_steal_pointer (&self->known_kid);
  self->known_kid = g_strdup (kid);
  if ((old == NULL) != (kid == NULL))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHANGED]);
}

/**
 * chat_member_set_online:
 * @self: a member
 * @online: whether any connection of theirs is open
 *
 * Notes what the server said. For the member list.
 */
void
chat_member_set_online (ChatMember *self, gboolean online)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  if (self->online == online)
    return;
  self->online = online;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLINE]);
}

/**
 * chat_member_set_former:
 * @self: a member
 * @former: whether they have left the guest list; then they are offline as well
 *
 * Notes what the server said. For the member list.
 */
void
chat_member_set_former (ChatMember *self, gboolean former)
{
  g_return_if_fail (CHAT_IS_MEMBER (self));

  if (former)
    chat_member_set_online (self, FALSE);
  if (self->former == former)
    return;
  self->former = former;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FORMER]);
}
