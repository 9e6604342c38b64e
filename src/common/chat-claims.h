/* What a message says: the payload of its JWS. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *iss;       /* kid of the author */
  char *aud;       /* kid of the server */
  char *jti;       /* message id */
  gint64 iat;      /* written at, ms */
  char *to;        /* hash of the reader set */
  gboolean direct; /* meant for these readers only, not for the room */
  char *type;      /* of the body: "text" or something newer */
  char *text;      /* NULL unless type is "text"; valid UTF-8 of at most CHAT_MAX_TEXT bytes */
} ChatClaims;

ChatClaims *chat_claims_parse (const char *json, gsize size, GError **error);
/* claims->type is "text". */
char *chat_claims_to_json (const ChatClaims *claims, gsize *size);
void chat_claims_free (ChatClaims *claims);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatClaims, chat_claims_free)

G_END_DECLS
