/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-known-room.h"

#include "chat-limits.h"

#include <string.h>

struct _ChatKnownRoom
{
  GObject parent_instance;

  ChatProfile *profile;
  char *name;
  char *title;
};

G_DEFINE_FINAL_TYPE (ChatKnownRoom, chat_known_room, G_TYPE_OBJECT)

/* An IPv6 address has colons of its own. */
static char *
make_title (const ChatProfile *profile)
{
  if (profile->port == CHAT_DEFAULT_PORT)
    return g_strdup (profile->address);

  return g_strdup_printf (strchr (profile->address, ':') != NULL ? "[%s]:%u" : "%s:%u",
                          profile->address, profile->port);
}

/**
 * chat_known_room_new:
 * @profile: a complete profile, which is copied
 * @name: (nullable): what one calls the room oneself
 *
 * Describes a room. The result never changes; a new name makes a new object.
 *
 * Returns: (transfer full): a room
 */
ChatKnownRoom *
chat_known_room_new (const ChatProfile *profile, const char *name)
{
  ChatKnownRoom *self;

  g_return_val_if_fail (profile != NULL && profile->address != NULL, NULL);
  g_return_val_if_fail (profile->username != NULL && profile->port != 0, NULL);
  g_return_val_if_fail (profile->private_key != NULL && profile->server_key != NULL, NULL);

  self = g_object_new (CHAT_TYPE_KNOWN_ROOM, NULL);
  self->profile = chat_profile_copy (profile);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : NULL);
  self->title = self->name != NULL ? g_strdup (self->name) : make_title (profile);

  return self;
}

static void
chat_known_room_finalize (GObject *object)
{
  ChatKnownRoom *self = CHAT_KNOWN_ROOM (object);

  g_clear_pointer (&self->profile, chat_profile_free);
  g_free (self->name);
  g_free (self->title);

  G_OBJECT_CLASS (chat_known_room_parent_class)->finalize (object);
}

static void
chat_known_room_class_init (ChatKnownRoomClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_known_room_finalize;
}

static void
chat_known_room_init (ChatKnownRoom *self)
{
}

/**
 * chat_known_room_get_profile:
 * @self: a room
 *
 * Says how to enter the room: where it is, as whom, and with which key files.
 *
 * Returns: (transfer none): how to enter it
 */
const ChatProfile *
chat_known_room_get_profile (ChatKnownRoom *self)
{
  g_return_val_if_fail (CHAT_IS_KNOWN_ROOM (self), NULL);

  return self->profile;
}

/**
 * chat_known_room_get_name:
 * @self: a room
 *
 * Gives only what the person has chosen; [method@KnownRoom.get_title] always has something to show.
 *
 * Returns: (transfer none) (nullable): what one calls it oneself
 */
const char *
chat_known_room_get_name (ChatKnownRoom *self)
{
  g_return_val_if_fail (CHAT_IS_KNOWN_ROOM (self), NULL);

  return self->name;
}

/**
 * chat_known_room_get_title:
 * @self: a room
 *
 * Gives the name or, without one, the address, with the port where it is not the usual one.
 *
 * Returns: (transfer none): what it is called in a list
 */
const char *
chat_known_room_get_title (ChatKnownRoom *self)
{
  g_return_val_if_fail (CHAT_IS_KNOWN_ROOM (self), NULL);

  return self->title;
}

/**
 * chat_known_room_is_same:
 * @self: a room
 * @other: another one
 *
 * Compares address, port and username. The key files may have moved, and the name may be another.
 *
 * Returns: whether both are the same room, entered under the same username
 */
gboolean
chat_known_room_is_same (ChatKnownRoom *self, ChatKnownRoom *other)
{
  g_return_val_if_fail (CHAT_IS_KNOWN_ROOM (self) && CHAT_IS_KNOWN_ROOM (other), FALSE);

  /* Host names are the same in any case of letters. */
  return g_ascii_strcasecmp (self->profile->address, other->profile->address) == 0
         && self->profile->port == other->profile->port
         && g_str_equal (self->profile->username, other->profile->username);
}
