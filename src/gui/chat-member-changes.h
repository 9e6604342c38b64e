/* Who came, went, was added or removed in a row, told in a line or two: "alice, bob and 3 others
 * are online". */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-member-list.h"

G_BEGIN_DECLS

typedef struct _ChatMemberChanges ChatMemberChanges;

ChatMemberChanges *chat_member_changes_new (void);
void chat_member_changes_free (ChatMemberChanges *self);
void chat_member_changes_add (ChatMemberChanges *self, const char *username,
                              ChatMemberChange change);
guint chat_member_changes_get_n (ChatMemberChanges *self);
/* (transfer full) How it stands after all of them. */
char *chat_member_changes_dup_summary (ChatMemberChanges *self);
/* (transfer full) Each of them, in a line of its own. */
char *chat_member_changes_dup_all (ChatMemberChanges *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatMemberChanges, chat_member_changes_free)

G_END_DECLS
