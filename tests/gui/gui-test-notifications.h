/* A notification daemon that shows nothing, and remembers. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *summary;
  char *body;
  char *action; /* what a click does, or NULL */
  guint32 id;
} GuiTestNotification;

typedef struct _GuiTestNotifications GuiTestNotifications;

/* Takes the daemon's name on the session bus, which is the test's own, until the process ends. */
GuiTestNotifications *gui_test_notifications_new (void);

/* Those that are shown now, in the order in which they came first. */
guint gui_test_notifications_count (GuiTestNotifications *self);
const GuiTestNotification *gui_test_notifications_get (GuiTestNotifications *self, guint i);
/* Waits for what was sent to arrive. */
void gui_test_notifications_settle (GuiTestNotifications *self);
void gui_test_notifications_click (GuiTestNotifications *self, guint i);

G_END_DECLS
