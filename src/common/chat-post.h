/* A message as the server knows it: sealed, with who posted it and when. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-wrappings.h"

G_BEGIN_DECLS

typedef struct
{
  gatomicrefcount ref_count;

  gint64 seq; /* 0 until it is stored */
  gint64 at;  /* stored at, in ms */

  char *from; /* the author's username */
  char *author_kid;
  GBytes *author_key; /* DER SubjectPublicKeyInfo */

  /* As they came, in base64url. */
  char *mid;
  char *protected;
  char *iv;
  char *ciphertext;
  char *tag;

  ChatWrappings *wrappings; /* of a post that is being stored; NULL in one that was read */
  ChatReaderSet *readers;   /* of one that was read */
  char *encrypted_key;      /* of one that was read: the wrapping for the reader who asked */
} ChatPost;

ChatPost *chat_post_new (void);
ChatPost *chat_post_ref (ChatPost *self);
void chat_post_unref (ChatPost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPost, chat_post_unref)

G_END_DECLS
