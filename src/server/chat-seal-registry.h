/* The seals that one connection has registered: the last CHAT_MAX_SEALS of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-wrappings.h"

G_BEGIN_DECLS

typedef struct _ChatSealRegistry ChatSealRegistry;

ChatSealRegistry *chat_seal_registry_new (void);
void chat_seal_registry_free (ChatSealRegistry *self);
gboolean chat_seal_registry_add (ChatSealRegistry *self, const char *id, GHashTable *encrypted_keys,
                                 gboolean complete, GError **error);
void chat_seal_registry_refuse (ChatSealRegistry *self, const char *id);
ChatWrappings *chat_seal_registry_lookup (ChatSealRegistry *self, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatSealRegistry, chat_seal_registry_free)

G_END_DECLS
