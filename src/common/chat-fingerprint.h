/* What people compare of a key: a part of the same hash that names it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* hash: the 32 bytes of which the kid is the base64url form. (transfer full) */
char *chat_fingerprint_from_hash (const guint8 *hash);
/* NULL where that is no kid. (transfer full) (nullable) */
char *chat_fingerprint_from_kid (const char *kid);

G_END_DECLS
