/* Keys for the targets, none of which is in a file: one that is made for each process, and some
 * that nobody holds; and the names by which a corpus can speak of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-private-key.h"

G_BEGIN_DECLS

#define FUZZ_N_KEYS 3

/* The only whole key: the reader's, or the server's. */
ChatPrivateKey *fuzz_get_private_key (void);
/* Key 0 is its public half. */
ChatPublicKey *fuzz_get_public_key (guint n);
/* A content key, and its wrapping for key 0. */
const ChatSecret *fuzz_get_content_key (void);
const char *fuzz_get_encrypted_key (void);
/* The text with what stands for a key put in: $0, $1, $2 the names of keys, $D, $E, $F their DER,
 * $T the set of all three, $W the wrapping of the content key, $K one of the right length. */
char *fuzz_expand (const char *text, gsize size);

G_END_DECLS
