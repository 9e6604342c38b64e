/* One direction of one connection between a client and its server: a content key that is wrapped
 * once and then used for every command or notice. Public operation once, in new (); sealing costs
 * one AES-GCM. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

G_BEGIN_DECLS

/**
 * ChatEnvelope:
 *
 * One direction of one connection between a client and its server: a content key that is wrapped
 * once, and then used for every command or notice.
 */
typedef struct _ChatEnvelope ChatEnvelope;

ChatEnvelope *chat_envelope_new (ChatPublicKey *reader, GError **error);
void chat_envelope_free (ChatEnvelope *self);
/* The frame (JWE text) for a JSON text. */
char *chat_envelope_seal (ChatEnvelope *self, const char *json, gsize size, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatEnvelope, chat_envelope_free)

G_END_DECLS
