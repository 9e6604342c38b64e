/* The guest list as the server uses it: kept in step with keys/ while it runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-guest-folder.h"
#include "chat-reader-set.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_TYPE_GUEST_LIST (chat_guest_list_get_type ())
G_DECLARE_FINAL_TYPE (ChatGuestList, chat_guest_list, CHAT, GUEST_LIST, GObject)

/* Signals:
 *   "added"   (ChatGuestList *, ChatGuest *)
 *   "removed" (ChatGuestList *, ChatGuest *)   already gone from the list; before "added" when a
 * key was replaced */

ChatGuestList *chat_guest_list_new (const char *folder, ChatPublicKey *server_key,
                                    guint rate_limit);
/* Reads the folder (synchronously: for start-up) and watches it from then on. */
gboolean chat_guest_list_load (ChatGuestList *self, GError **error);

/* Reads the folder again, in a thread. */
void chat_guest_list_reload (ChatGuestList *self);
void chat_guest_list_set_rate_limit (ChatGuestList *self, guint rate_limit);

guint chat_guest_list_get_size (ChatGuestList *self);
ChatGuest *chat_guest_list_lookup (ChatGuestList *self, const char *kid);
GPtrArray *chat_guest_list_get_all (ChatGuestList *self);
/* All guests as a reader set: what a message to the room is sealed for. */
ChatReaderSet *chat_guest_list_get_readers (ChatGuestList *self);

G_END_DECLS
