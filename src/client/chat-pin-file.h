/* The file of known keys of a room: a first line that names the format, then a line for each name,
 * with its key and those that it had before. Synchronous: for threads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-pins.h"

G_BEGIN_DECLS

/**
 * CHAT_PIN_FILE:
 *
 * The file of known keys, in the folder of a room.
 */
#define CHAT_PIN_FILE "known-keys"

/* A file that is not there is an empty list. Errors: CHAT_CONFIG_ERROR, whole sentences. */
ChatPins *chat_pin_file_load (const char *path, GError **error);
/* Atomically, and readable by nobody else. Errors: CHAT_CONFIG_ERROR, whole sentences. */
gboolean chat_pin_file_save (ChatPins *pins, const char *path, GError **error);

/* For tests and fuzzers. Errors: CHAT_CONFIG_ERROR, the line and what is wrong with it. */
ChatPins *chat_pin_file_parse (const char *text, gsize size, GError **error);
char *chat_pin_file_to_text (ChatPins *pins);

G_END_DECLS
