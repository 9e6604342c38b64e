/* Whether a text speaks of somebody. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean chat_mention_is_in (const char *text, const char *username);

G_END_DECLS
