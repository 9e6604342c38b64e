/* What the tests of the desktop app share. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

void gui_test_init (int *argc, char ***argv);

typedef gboolean (*GuiTestPredicate) (gpointer user_data);
/* Fails when it does not come true within a generous time. what: for the message */
void gui_test_wait (const char *what, GuiTestPredicate predicate, gpointer user_data);
/* As many frames as it takes until there is nothing to draw. */
void gui_test_settle (GtkWidget *widget);
/* To be done before its window is destroyed. The grab of the pointer enters a popover, wherever the
 * pointer is, and half a second later GTK 4.8 looks for a tooltip in it, whether it is still there
 * or not: until the end of the grab has been heard of. */
void gui_test_close_popover (GtkPopover *popover);

/* A child of a template, by its id; its own ones before those of widgets inside it. */
gpointer gui_test_child (gpointer widget, const char *id);
/* A descendant by its CSS class, for widgets that make their parts when they need them. */
gpointer gui_test_find (gpointer widget, const char *css_class); /* nullable */

/* A window with a child; destroy it with gtk_window_destroy (). */
GtkWindow *gui_test_show (GtkWidget *child, int width, int height);

/* A new folder, removed with all that is in it by gui_test_remove_folder (). */
char *gui_test_make_folder (void);
void gui_test_remove_folder (char *folder); /* (transfer full) */
/* Makes a key pair there: NAME.pem and NAME_public.pem. */
ChatPrivateKey *gui_test_make_keys (const char *folder, const char *name,
                                    const char *passphrase);

G_END_DECLS
