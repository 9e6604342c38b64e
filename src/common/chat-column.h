/* Tables in a terminal: columns are counted in letters, where printf () counts bytes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *chat_column_pad (const char *text, guint width);

G_END_DECLS
