/* base64url without padding (RFC 4648, section 5), strict: the encoding of JOSE. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *chat_base64url_encode (gconstpointer data, gsize size);
void chat_base64url_append (GString *string, gconstpointer data, gsize size);
/* length: -1 for NUL-terminated. NULL with CHAT_JOSE_ERROR_MALFORMED for padding, junk, or unused
 * bits that are not zero. */
GBytes *chat_base64url_decode (const char *text, gssize length, GError **error);
/* Decodes exactly size bytes into data (for ids, ivs, tags); anything else is an error. */
gboolean chat_base64url_decode_exactly (const char *text, gssize length, guint8 *data, gsize size,
                                        GError **error);
/* The same check without decoding, for a text that is only passed on. */
gboolean chat_base64url_check (const char *text, gssize length, GError **error);

G_END_DECLS
