/* JWE in flattened JSON serialization (RFC 7516, 7.2.2), RSA-OAEP-256 and A256GCM: every frame is
 * one. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-mid.h"
#include "chat-secret.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * ChatJwe:
 *
 * A frame: a JWE in flattened JSON serialization (RFC 7516, section 7.2.2), with RSA-OAEP-256 and
 * A256GCM. All that it gives is borrowed from it.
 */
typedef struct _ChatJwe ChatJwe;

/* What is read from a frame. All strings are borrowed from the object. */
ChatJwe *chat_jwe_parse (const char *json, gsize size, GError **error);
void chat_jwe_free (ChatJwe *self);
JsonObject *chat_jwe_get_unprotected (ChatJwe *self);   /* NULL when absent */
const char *chat_jwe_get_kid (ChatJwe *self);           /* of header; NULL when absent */
const char *chat_jwe_get_encrypted_key (ChatJwe *self); /* base64url, checked; NULL when absent */
guint chat_jwe_get_n_protected (ChatJwe *self); /* members of the protected header */
const char *chat_jwe_get_mid (ChatJwe *self);           /* of protected: a UUID; NULL when absent */
/* The four base64url texts as they came, checked for alphabet and length. */
const char *chat_jwe_get_protected (ChatJwe *self);
const char *chat_jwe_get_iv (ChatJwe *self);
const char *chat_jwe_get_ciphertext (ChatJwe *self);
const char *chat_jwe_get_tag (ChatJwe *self);

/* The plaintext, by an unwrapped content key. */
ChatSecret *chat_jwe_open (ChatJwe *self, const ChatSecret *content_key, GError **error);

/* Writes a JWE. unprotected, kid, encrypted_key and mid may be NULL; unprotected is JSON text (of
 * one object), trusted. */
char *chat_jwe_seal (const ChatSecret *content_key, const char *unprotected, const char *kid,
                     const char *encrypted_key, const char *mid, gconstpointer plaintext,
                     gsize size, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatJwe, chat_jwe_free)

G_END_DECLS
