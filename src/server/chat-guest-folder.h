/* keys/: the guest list as it lies on the disk, one key_USERNAME.pem for each guest. Synchronous:
 * for threads and for the commands of the person who runs the server. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-guest.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *guests;   /* (element-type ChatGuest), sorted by name */
  GPtrArray *problems; /* (element-type utf8): a sentence for each file that gives nobody access */
} ChatGuestScan;

/* server_key: (nullable): the server's own key, which is no guest's. present: (nullable): a set of
 * the usernames that are guests already. Error: the folder itself cannot be read. */
ChatGuestScan *chat_guest_folder_scan (const char *folder, ChatPublicKey *server_key,
                                       GHashTable *present, GError **error);
void chat_guest_scan_free (ChatGuestScan *scan);

char *chat_guest_folder_get_path (const char *folder, const char *username);
/* The guest of that name, without regard to case. */
ChatGuest *chat_guest_scan_find (ChatGuestScan *scan, const char *username);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatGuestScan, chat_guest_scan_free)

G_END_DECLS
