/* What a message says: the payload of its JWS. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatClaims:
 * @iss: the name of the author's key
 * @aud: the name of the server's key
 * @jti: the message id
 * @iat: when it was written, in milliseconds since 1970
 * @to: the hash of the reader set
 * @direct: whether it is meant for these readers only, and not for the room
 * @type: what the body is: "text", or something newer
 * @text: (nullable): the words, when the type is "text": valid UTF-8 of at most %CHAT_MAX_TEXT
 *   bytes
 *
 * What a message says: the payload of its JWS. The members are called as on the wire
 * (docs/PROTOCOL.md, "What a message says"); `direct`, `type` and `text` are those of the body and
 * beside it.
 */
typedef struct
{
  char *iss;
  char *aud;
  char *jti;
  gint64 iat;
  char *to;
  gboolean direct;
  char *type;
  char *text;
} ChatClaims;

ChatClaims *chat_claims_parse (const char *json, gsize size, GError **error);
/* claims->type is "text". */
char *chat_claims_to_json (const ChatClaims *claims, gsize *size);
void chat_claims_free (ChatClaims *claims);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatClaims, chat_claims_free)

G_END_DECLS
