/* Somebody who is, or was, in the room: a name and a key. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

G_BEGIN_DECLS

/**
 * ChatMember:
 *
 * Somebody who is, or was, in the room: a name and a key.
 */
#define CHAT_TYPE_MEMBER (chat_member_get_type ())
G_DECLARE_FINAL_TYPE (ChatMember, chat_member, CHAT, MEMBER, GObject)

ChatMember *chat_member_new (const char *username, ChatPublicKey *key, gboolean online,
                             gboolean former);

const char *chat_member_get_username (ChatMember *self);
const char *chat_member_get_folded (ChatMember *self); /* the form that is unique */
ChatPublicKey *chat_member_get_key (ChatMember *self);
gboolean chat_member_get_online (ChatMember *self);
gboolean chat_member_get_former (ChatMember *self);
/* Whether this is not the key by which one knows them, and has not been accepted. */
gboolean chat_member_get_changed (ChatMember *self);
const char *chat_member_get_known_kid (ChatMember *self); /* nullable: the key that it was */
void chat_member_set_online (ChatMember *self, gboolean online);
void chat_member_set_former (ChatMember *self, gboolean former);
void chat_member_set_known_kid (ChatMember *self, const char *kid);

G_END_DECLS
