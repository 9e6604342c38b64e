/* The keys of a benchmark: the server's and those of a few guests. Each guest connects many times,
 * because a key for each of a thousand would take minutes to make. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-credentials.h"
#include "chat-envelope.h"
#include "chat-private-key.h"

G_BEGIN_DECLS

typedef struct
{
  char *username;
  ChatPrivateKey *key;
  ChatCredentials *credentials;
} BenchUser;

typedef struct
{
  ChatPrivateKey *server;
  ChatEnvelope *commands; /* for the server; all connections share its content key */
  GPtrArray *users;       /* (element-type BenchUser) */
} BenchKeys;

BenchKeys *bench_keys_new (guint n_users, guint bits);
void bench_keys_free (BenchKeys *self);
BenchUser *bench_keys_get_user (BenchKeys *self, guint index);
BenchUser *bench_keys_get_one_of_pair (BenchKeys *self, guint index); /* goes round */
ChatPublicKey *bench_keys_make_public (void);            /* (transfer full) */
GPtrArray *bench_keys_get_readers (BenchKeys *self); /* (transfer container): public keys */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchKeys, bench_keys_free)

G_END_DECLS
