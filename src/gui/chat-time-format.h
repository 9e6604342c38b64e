/* Times as people read them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *chat_time_format_clock (gint64 ms); /* 14:03 */
char *chat_time_format_day (gint64 ms);   /* Today, or the date */
char *chat_time_format_full (gint64 ms);

G_END_DECLS
