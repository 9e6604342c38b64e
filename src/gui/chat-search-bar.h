/* Where one looks for words in a room. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_SEARCH_BAR (chat_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (ChatSearchBar, chat_search_bar, CHAT, SEARCH_BAR, AdwBin)

/* Property with notify: "open". Signal "found" (guint position): that row is to be shown;
 * G_MAXUINT: none. */

void chat_search_bar_set_items (ChatSearchBar *self,
                                GListModel *items); /* nullable; of ChatFeedItem */
/* Opens with the focus in it; when it closes, what had the focus gets it back. */
void chat_search_bar_set_open (ChatSearchBar *self, gboolean open);
gboolean chat_search_bar_get_open (ChatSearchBar *self);
void chat_search_bar_begin (ChatSearchBar *self);

G_END_DECLS
