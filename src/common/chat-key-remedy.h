/* What to do about a key file that cannot be used: it depends on how the file came to be read. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatKeyOrigin:
 * @CHAT_KEY_FROM_FOLDER: it is looked for at its place in a folder, or a command names it
 * @CHAT_KEY_FROM_CHOOSER: it was chosen in a window, where another one can be chosen
 *
 * Where a key file comes from.
 */
typedef enum
{
  CHAT_KEY_FROM_FOLDER,
  CHAT_KEY_FROM_CHOOSER,
} ChatKeyOrigin;

/**
 * ChatKeyWanted:
 * @owner: (nullable): whose key, a username or %CHAT_KEY_OWNER_SERVER; %NULL for the reader's own
 * @private: whether it is the private half
 * @origin: where the file comes from
 *
 * What a file should have held, and how it came to be read: what to advise depends on both.
 */
typedef struct
{
  const char *owner;
  gboolean private;
  ChatKeyOrigin origin;
} ChatKeyWanted;

/* Each the second half of a sentence, behind "; ". */
char *chat_key_remedy_right_file (const ChatKeyWanted *wanted);
char *chat_key_remedy_whole_file (const ChatKeyWanted *wanted);
const char *chat_key_remedy_new_pair (const ChatKeyWanted *wanted);
/* Behind them ": " and a command. */
const char *chat_key_remedy_convert (const ChatKeyWanted *wanted);
const char *chat_key_remedy_extract (const ChatKeyWanted *wanted);

G_END_DECLS
