/* A row by which a list is kept in its place. GTK guesses how high rows are that it has not made
 * yet, and finds its place by such a guess when it is scrolled: what is in sight then moves by more
 * or less than was scrolled. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _ChatLandmark ChatLandmark;

ChatLandmark *chat_landmark_new (void);
void chat_landmark_free (ChatLandmark *self);
/* After a layout: what is in sight, and where. */
void chat_landmark_look (ChatLandmark *self, GtkWidget *list, double page);
/* Before the next one: it was scrolled. */
void chat_landmark_move (ChatLandmark *self, double distance, double page);
void chat_landmark_forget (ChatLandmark *self);
/* After the layout: how far it is from where it should be; 0 when there is none. */
double chat_landmark_get_error (ChatLandmark *self, GtkWidget *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatLandmark, chat_landmark_free)

G_END_DECLS
