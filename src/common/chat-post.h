/* A message as the server knows it: sealed, with who posted it and when. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-wrappings.h"

G_BEGIN_DECLS

/**
 * ChatPost:
 * @seq: the number in the server's order; 0 until it is stored
 * @at: when it was stored, in milliseconds since 1970
 * @from: the author's username
 * @author_kid: the name of the author's key
 * @author_key: that key, a DER SubjectPublicKeyInfo
 * @mid: the message id
 * @protected: the protected header of the JWE, as it came; so are the three below, all base64url
 * @iv: the initialization vector
 * @ciphertext: the sealed text
 * @tag: the authentication tag
 * @wrappings: of a post that is being stored; %NULL in one that was read
 * @readers: of one that was read
 * @encrypted_key: of one that was read: the wrapping for the reader who asked
 *
 * A message as the server knows it: sealed, with who posted it and when.
 */
typedef struct
{
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  gint64 seq;
  gint64 at;
  char *from;
  char *author_kid;
  GBytes *author_key;
  char *mid;
  char *protected;
  char *iv;
  char *ciphertext;
  char *tag;
  ChatWrappings *wrappings;
  ChatReaderSet *readers;
  char *encrypted_key;
} ChatPost;

ChatPost *chat_post_new (void);
ChatPost *chat_post_ref (ChatPost *self);
void chat_post_unref (ChatPost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPost, chat_post_unref)

G_END_DECLS
