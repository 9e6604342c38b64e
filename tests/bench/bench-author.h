/* Somebody who writes: a seal, and any number of posts under it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-client.h"
#include "chat-seal.h"

G_BEGIN_DECLS

/* Of a message, in characters: a line or two of chat. */
#define BENCH_TEXT_LENGTH 100

typedef struct _BenchAuthor BenchAuthor;

BenchAuthor *bench_author_new_for (BenchKeys *keys, BenchUser *user, GPtrArray *readers,
                                   gsize length);
BenchAuthor *bench_author_new (BenchKeys *keys, BenchUser *user, gsize length);
void bench_author_free (BenchAuthor *self);

void bench_author_register (BenchAuthor *self, BenchClient *client);
/* Each a BenchSend, of an author. */
void bench_author_post (BenchClient *client, gpointer author);
void bench_author_post_signed (BenchClient *client, gpointer author);
gsize bench_author_get_post_size (BenchAuthor *self);

/* The parts, for those who measure them. */
char *bench_author_sign (ChatSeal *seal, ChatPrivateKey *key, const char *aud, const char *mid,
                         gsize length,
                         gsize *size);
char *bench_author_seal (ChatSeal *seal, const char *mid, const char *jws, gsize size,
                         gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchAuthor, bench_author_free)

G_END_DECLS
