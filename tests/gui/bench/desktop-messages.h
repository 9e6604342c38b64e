/* Messages as they are in earnest: signed by those who wrote them, and sealed for alice. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-post.h"

G_BEGIN_DECLS

typedef struct _DesktopMessages DesktopMessages;

/* Of alice and bob, whose keys are those of the fake server. */
DesktopMessages *desktop_messages_new (void);
void desktop_messages_free (DesktopMessages *self);

/* The frame in which the server delivers it; message number seq is the same each time. */
char *desktop_messages_make (DesktopMessages *self, gint64 seq, gsize *size);
/* Keeps 1 to n in a folder, as a session does. Returns when all is written. */
void desktop_messages_archive (DesktopMessages *self, const char *folder, guint n);

G_END_DECLS
