/* The members of the room as a GListModel of ChatMember, sorted by name; and the former members, to
 * check what they wrote. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-audience.h"
#include "chat-member.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatMemberChange:
 * @CHAT_MEMBER_ADDED: is on the guest list now
 * @CHAT_MEMBER_REMOVED: is no longer on it
 * @CHAT_MEMBER_CAME: the first connection opened
 * @CHAT_MEMBER_LEFT: the last connection ended
 *
 * What happened to a member.
 */
typedef enum
{
  CHAT_MEMBER_ADDED,
  CHAT_MEMBER_REMOVED,
  CHAT_MEMBER_CAME,
  CHAT_MEMBER_LEFT,
} ChatMemberChange;

/**
 * ChatMemberList:
 *
 * The members of the room as a [iface@Gio.ListModel] of [class@Member], sorted by name; and the
 * former members, to check what they wrote.
 */
#define CHAT_TYPE_MEMBER_LIST (chat_member_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatMemberList, chat_member_list, CHAT, MEMBER_LIST, GObject)

/* self_key: whose list it is; direct messages are for the other and for this key. */
ChatMemberList *chat_member_list_new (ChatPublicKey *self_key);

void chat_member_list_add (ChatMemberList *self, ChatMember *member);
void chat_member_list_remove (ChatMemberList *self, const char *username);
void chat_member_list_set_online (ChatMemberList *self, const char *username, gboolean online);
/* Makes the list this one, by as few changes as possible. */
void chat_member_list_update (ChatMemberList *self, GPtrArray *members);

guint chat_member_list_get_n_former (ChatMemberList *self);
void chat_member_list_forget_former (ChatMemberList *self);

ChatMember *chat_member_list_find (ChatMemberList *self, const char *username);
ChatMember *chat_member_list_find_key (ChatMemberList *self, const char *kid);
/* Present or former. */
ChatMember *chat_member_list_find_author (ChatMemberList *self, const char *kid,
                                          const char *username);
/* (transfer full): the name of the one who has, or had, this key, or a stand-in */
char *chat_member_list_dup_name (ChatMemberList *self, const char *kid);

/* A present member's key is theirs from now on. */
void chat_member_list_accept (ChatMemberList *self, ChatMember *member);

/* The audiences that one can write to. (transfer full) */
ChatAudience *chat_member_list_get_room (ChatMemberList *self);
/* The room without those whose key has changed. */
ChatAudience *chat_member_list_get_accepted (ChatMemberList *self);
ChatAudience *chat_member_list_get_direct (ChatMemberList *self, ChatMember *other);

G_END_DECLS
