/* `rooms.json`: the rooms that one has been in, the last one first. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-known-room.h"

G_BEGIN_DECLS

/* Synchronous: for threads. Arrays of ChatKnownRoom. Errors: CHAT_CONFIG_ERROR, whole sentences.
 * Where there is no such file, the profile beside it that an earlier version remembered is taken
 * over, and without one the array is empty. */
GPtrArray *chat_room_file_load (const char *path, GError **error);
gboolean chat_room_file_save (GPtrArray *rooms, const char *path, GError **error);

/* Holds other programs and threads off between loading and saving; -1 with an error. */
int chat_room_file_lock (const char *path, GError **error);
void chat_room_file_unlock (int lock);

G_END_DECLS
