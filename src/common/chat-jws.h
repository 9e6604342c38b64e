/* JWS in compact serialization (RFC 7515) with PS256: how an author signs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

/**
 * ChatJws:
 *
 * What an author has signed: a JWS in compact serialization (RFC 7515, section 7.1), with PS256.
 */
typedef struct _ChatJws ChatJws;

/* Private operation: not on a main loop. */
char *chat_jws_sign (ChatPrivateKey *key, const char *payload, gsize size, GError **error);

/* Parses and checks everything but the signature; the payload can only be had by verifying. */
ChatJws *chat_jws_parse (const char *text, gsize size, GError **error);
const char *chat_jws_get_kid (ChatJws *self);
GBytes *chat_jws_verify (ChatJws *self, ChatPublicKey *key, GError **error);
void chat_jws_free (ChatJws *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatJws, chat_jws_free)

G_END_DECLS
