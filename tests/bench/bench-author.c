/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-author.h"

#include "bench-fail.h"
#include "chat-claims.h"
#include "chat-jwe.h"
#include "chat-jws.h"

#include <string.h>

struct _BenchAuthor
{
  ChatSeal *seal;
  BenchKeys *keys; /* borrowed */
  BenchUser *user; /* borrowed */
  gsize length;
  char *jws; /* signed once: the server cannot tell, and the driver has other things to do */
  gsize jws_size;
  gsize post_size;
};

/**
 * bench_author_sign:
 * @seal: the seal under which it will be posted
 * @key: the author's
 * @aud: the server's kid
 * @mid: the message's id
 * @length: how many characters it has
 * @size: (out): of the result
 *
 * Returns: (transfer full): a signed message
 */
char *
bench_author_sign (ChatSeal *seal, ChatPrivateKey *key, const char *aud, const char *mid,
                   gsize length, gsize *size)
{
  g_autofree char *text = g_strnfill (length, 'x');
  const ChatClaims claims = {
    .iss = (char *) chat_public_key_get_id (chat_private_key_get_public (key)),
    .aud = (char *) aud,
    .jti = (char *) mid,
    .iat = g_get_real_time () / 1000,
    .to = (char *) chat_seal_get_to (seal),
    .type = (char *) "text",
    .text = text,
  };
  gsize json_size;
  g_autofree char *json = chat_claims_to_json (&claims, &json_size);
  g_autoptr (GError) error = NULL;
  char *jws = chat_jws_sign (key, json, json_size, &error);

  if (jws == NULL)
    bench_fail ("%s", error->message);

  *size = strlen (jws);
  return jws;
}

/**
 * bench_author_seal:
 * @seal: a seal
 * @mid: the message's id
 * @jws: a signed message
 * @size: its size
 * @length: (out): of the result
 *
 * Returns: (transfer full): the post
 */
char *
bench_author_seal (ChatSeal *seal, const char *mid, const char *jws, gsize size, gsize *length)
{
  g_autofree char *unprotected =
      g_strdup_printf ("{\"op\":\"post\",\"seal\":\"%s\"}", chat_seal_get_id (seal));

  return chat_jwe_seal (chat_seal_get_content_key (seal), unprotected, NULL, NULL, mid, jws, size,
                        length);
}

static char *
author_sign (BenchAuthor *self, const char *mid, gsize *size)
{
  const char *aud = chat_public_key_get_id (chat_private_key_get_public (self->keys->server));

  return bench_author_sign (self->seal, self->user->key, aud, mid, self->length, size);
}

/**
 * bench_author_new_for:
 * @keys: all keys
 * @user: who writes
 * @readers: (element-type ChatPublicKey): for whom
 * @length: how many characters a message has
 *
 * Returns: (transfer full): an author with a new seal
 */
BenchAuthor *
bench_author_new_for (BenchKeys *keys, BenchUser *user, GPtrArray *readers, gsize length)
{
  BenchAuthor *self = g_new0 (BenchAuthor, 1);
  g_autofree char *mid = chat_mid_new ();
  g_autofree char *post = NULL;
  g_autoptr (GError) error = NULL;

  self->keys = keys;
  self->user = user;
  self->length = length;
  self->seal = chat_seal_new (readers, &error);
  if (self->seal == NULL)
    bench_fail ("%s", error->message);

  self->jws = author_sign (self, mid, &self->jws_size);
  post = bench_author_seal (self->seal, mid, self->jws, self->jws_size, &self->post_size);
  return self;
}

/**
 * bench_author_new:
 * @keys: all keys; all guests are the readers
 * @user: who writes
 * @length: how many characters a message has
 *
 * Returns: (transfer full): an author with a new seal
 */
BenchAuthor *
bench_author_new (BenchKeys *keys, BenchUser *user, gsize length)
{
  g_autoptr (GPtrArray) readers = bench_keys_get_readers (keys);

  return bench_author_new_for (keys, user, readers, length);
}

/**
 * bench_author_free:
 * @self: (transfer full): an author
 */
void
bench_author_free (BenchAuthor *self)
{
  chat_seal_free (self->seal);
  g_free (self->jws);
  g_free (self);
}

/**
 * bench_author_register:
 * @self: an author
 * @client: a connection of theirs
 *
 * Registers the seal, for this connection.
 */
void
bench_author_register (BenchAuthor *self, BenchClient *client)
{
  g_autoptr (GPtrArray) commands = chat_seal_to_commands (self->seal);

  for (guint i = 0; i < commands->len; i++)
    bench_client_command (client, g_ptr_array_index (commands, i));
}

/**
 * bench_author_post:
 * @client: a connection on which the seal is registered
 * @author: (type BenchAuthor): an author
 *
 * Posts one message, with an id of its own.
 */
void
bench_author_post (BenchClient *client, gpointer author)
{
  BenchAuthor *self = author;
  g_autofree char *mid = chat_mid_new ();
  gsize size;
  g_autofree char *frame = bench_author_seal (self->seal, mid, self->jws, self->jws_size, &size);

  bench_client_send (client, frame, size);
}

/**
 * bench_author_post_signed:
 * @client: a connection on which the seal is registered
 * @author: (type BenchAuthor): an author
 *
 * Posts one message that readers can verify: signed with its id, which takes a millisecond.
 */
void
bench_author_post_signed (BenchClient *client, gpointer author)
{
  BenchAuthor *self = author;
  g_autofree char *mid = chat_mid_new ();
  gsize jws_size, size;
  g_autofree char *jws = author_sign (self, mid, &jws_size);
  g_autofree char *frame = bench_author_seal (self->seal, mid, jws, jws_size, &size);

  bench_client_send (client, frame, size);
}

/**
 * bench_author_get_post_size:
 * @self: an author
 *
 * Returns: the size of a post, in bytes
 */
gsize
bench_author_get_post_size (BenchAuthor *self)
{
  return self->post_size;
}
