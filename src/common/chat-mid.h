/* The id of a message: a random UUID (RFC 4122) in lower case. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean chat_mid_is_valid (const char *mid);
char *chat_mid_new (void);

G_END_DECLS
