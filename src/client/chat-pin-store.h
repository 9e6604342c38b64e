/* Reads and writes the known keys of a room, in a thread. Several programs may use one file. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-pins.h"

G_BEGIN_DECLS

/**
 * ChatPinStore:
 *
 * Reads and writes the known keys of a room, in a thread. Several programs may use one file.
 */
typedef struct _ChatPinStore ChatPinStore;

/**
 * ChatPinStoreFunc:
 * @pins: (transfer full) (nullable): the answer to a load
 * @error: (nullable): why there are none, or why nothing was written, as a sentence
 * @user_data: what [func@PinStore.new] was given
 *
 * Takes what was loaded, or what went wrong, on the main context of [func@PinStore.new]. It may
 * free the store.
 */
typedef void (*ChatPinStoreFunc) (ChatPins *pins, const GError *error, gpointer user_data);

/* folder: of the room; see chat_room_folder_get_path (). */
ChatPinStore *chat_pin_store_new (const char *folder, ChatPinStoreFunc func, gpointer user_data);
/* What is to be written still is; see chat_pipeline_wait_for_retired (). */
void chat_pin_store_free (ChatPinStore *self);

void chat_pin_store_load (ChatPinStore *self);
/* accept: instead of the key that the name has, which ends there; NULL: only a name without a key
 * gets it. */
void chat_pin_store_put (ChatPinStore *self, const char *username, const char *kid,
                         const ChatPinEnd *accept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPinStore, chat_pin_store_free)

G_END_DECLS
