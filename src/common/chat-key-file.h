/* Key files, and the key doctor: every way in which one can be wrong has a sentence with its
 * remedy. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"
#include "chat-public-key.h"

G_BEGIN_DECLS

/* In the place of a username; none looks like that. */
/**
 * CHAT_KEY_OWNER_SERVER:
 *
 * Stands for the server where the username of a key's owner is wanted. No username looks like that.
 */
#define CHAT_KEY_OWNER_SERVER "*"

/* Synchronous: for threads and for start-up. owner: whose key this file should hold, for the
 * remedy ("bob", or CHAT_KEY_OWNER_SERVER), or NULL for the reader's own. Errors: CHAT_KEY_ERROR,
 * a whole translated sentence, e.g. "keys/key_bob.pem holds a private key; put bob's public key
 * there". */
ChatPublicKey *chat_key_file_load_public (const char *path, const char *owner, GError **error);
ChatPrivateKey *chat_key_file_load_private (const char *path, const ChatSecret *passphrase,
                                            GError **error);
/* The same for a file that was chosen in a window: then the remedy is to choose another one. */
ChatPublicKey *chat_key_file_load_chosen_public (const char *path, const char *owner,
                                                 GError **error);
ChatPrivateKey *chat_key_file_load_chosen_private (const char *path, const ChatSecret *passphrase,
                                                   GError **error);
/* And for text that came from elsewhere (dropped, pasted, piped); name stands for the path
 * in sentences. */
ChatPublicKey *chat_key_file_parse_public (const char *name, const char *owner, const char *text,
                                           gsize size, GError **error);
ChatPrivateKey *chat_key_file_parse_private (const char *name, const char *text, gsize size,
                                             const ChatSecret *passphrase, GError **error);
/* A private key file that others can read: a sentence ("... run: chmod 600 FILE"), else NULL. A
 * warning, not an error: the Python program's key files are like that, and its folders keep
 * working. */
char *chat_key_file_advise (const char *path);

/* Atomic; private files get mode 0600, public ones 0644. Never replaces a file unless overwrite
 * is TRUE (CHAT_KEY_ERROR_EXISTS). */
gboolean chat_key_file_save_private (ChatPrivateKey *key, const char *path,
                                     const ChatSecret *passphrase, gboolean overwrite,
                                     GError **error);
gboolean chat_key_file_save_public (ChatPublicKey *key, const char *path, gboolean overwrite,
                                    GError **error);

G_END_DECLS
