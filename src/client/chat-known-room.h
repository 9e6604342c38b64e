/* A room that one has been in: where it is, as whom one enters it, and with which key files. Never
 * a secret. Immutable. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-profile.h"

G_BEGIN_DECLS

/**
 * ChatKnownRoom:
 *
 * A room that one has been in: where it is, as whom one enters it, and with which key files. It
 * holds no secret, and never changes.
 */
#define CHAT_TYPE_KNOWN_ROOM (chat_known_room_get_type ())
G_DECLARE_FINAL_TYPE (ChatKnownRoom, chat_known_room, CHAT, KNOWN_ROOM, GObject)

/* name: (nullable): what one calls it oneself. */
ChatKnownRoom *chat_known_room_new (const ChatProfile *profile, const char *name);

const ChatProfile *chat_known_room_get_profile (ChatKnownRoom *self);
const char *chat_known_room_get_name (ChatKnownRoom *self); /* nullable */
/* The name, or else the address, with the port where it is not the usual one. */
const char *chat_known_room_get_title (ChatKnownRoom *self);
/* Whether it is the same room under the same username; key files may have moved. */
gboolean chat_known_room_is_same (ChatKnownRoom *self, ChatKnownRoom *other);

G_END_DECLS
