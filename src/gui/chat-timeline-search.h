/* Finds words in the messages of a room, the latest first, in small steps while nothing else is to
 * be done. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_TYPE_TIMELINE_SEARCH (chat_timeline_search_get_type ())
G_DECLARE_FINAL_TYPE (ChatTimelineSearch, chat_timeline_search, CHAT, TIMELINE_SEARCH, GObject)

/* Signals:
 *
 * - "changed": there are more matches, or fewer, or another is the current one
 * - "moved": another one is the current one, by a new query or by a step
 */

ChatTimelineSearch *chat_timeline_search_new (void);

void chat_timeline_search_set_items (ChatTimelineSearch *self,
                                     GListModel *items); /* nullable; of ChatFeedItem */
void chat_timeline_search_set_query (ChatTimelineSearch *self, const char *query);
/* steps: 1 to the next older match, -1 to the next newer one; around at the ends. */
void chat_timeline_search_step (ChatTimelineSearch *self, int steps);

gboolean chat_timeline_search_has_query (ChatTimelineSearch *self);
gboolean chat_timeline_search_is_busy (ChatTimelineSearch *self);
guint chat_timeline_search_get_n_matches (ChatTimelineSearch *self);
guint chat_timeline_search_get_rank (ChatTimelineSearch *self);     /* 1: the latest; 0: none */
guint chat_timeline_search_get_position (ChatTimelineSearch *self); /* G_MAXUINT: none */

G_END_DECLS
