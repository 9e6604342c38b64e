/* A row for a key file: chosen or dropped, and at once told what it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-public-key.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ChatKeyRowState:
 * @CHAT_KEY_ROW_EMPTY: no file is chosen
 * @CHAT_KEY_ROW_LOADING: the file is being looked at
 * @CHAT_KEY_ROW_GOOD: a key that can be used
 * @CHAT_KEY_ROW_PROTECTED: one that can be used with its passphrase
 * @CHAT_KEY_ROW_BAD: none; the key doctor says why
 *
 * What is known of the file.
 */
typedef enum
{
  CHAT_KEY_ROW_EMPTY,
  CHAT_KEY_ROW_LOADING,
  CHAT_KEY_ROW_GOOD,
  CHAT_KEY_ROW_PROTECTED,
  CHAT_KEY_ROW_BAD,
} ChatKeyRowState;

#define CHAT_TYPE_KEY_ROW_STATE (chat_key_row_state_get_type ())
GType chat_key_row_state_get_type (void);

#define CHAT_TYPE_KEY_ROW (chat_key_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatKeyRow, chat_key_row, CHAT, KEY_ROW, AdwActionRow)

/* Properties: "private", "path", and with notify "state". */

void chat_key_row_set_path (ChatKeyRow *self, const char *path); /* nullable */
const char *chat_key_row_get_path (ChatKeyRow *self);            /* nullable */
ChatKeyRowState chat_key_row_get_state (ChatKeyRow *self);
ChatPublicKey *chat_key_row_get_key (ChatKeyRow *self); /* nullable */
gboolean chat_key_row_is_usable (ChatKeyRow *self);
void chat_key_row_set_refused (ChatKeyRow *self, gboolean refused);
void chat_key_row_check (ChatKeyRow *self); /* looks at the file again */

G_END_DECLS
