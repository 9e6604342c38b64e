/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-operations.h"

#include "chat-private-key.h"

BenchOperations bench_operations;

/* ld calls the real function __real_NAME, and ours __wrap_NAME. */
GBytes *__real_chat_public_key_encrypt (ChatPublicKey *self, const ChatSecret *plaintext,
                                        GError **error);
GBytes *__wrap_chat_public_key_encrypt (ChatPublicKey *self, const ChatSecret *plaintext,
                                        GError **error);
ChatSecret *__real_chat_private_key_decrypt (ChatPrivateKey *self, gconstpointer ciphertext,
                                             gsize size, GError **error);
ChatSecret *__wrap_chat_private_key_decrypt (ChatPrivateKey *self, gconstpointer ciphertext,
                                             gsize size, GError **error);
GBytes *__real_chat_private_key_sign (ChatPrivateKey *self, gconstpointer data, gsize size,
                                      GError **error);
GBytes *__wrap_chat_private_key_sign (ChatPrivateKey *self, gconstpointer data, gsize size,
                                      GError **error);
gboolean __real_chat_public_key_verify (ChatPublicKey *self, gconstpointer data, gsize size,
                                        gconstpointer signature, gsize signature_size,
                                        GError **error);
gboolean __wrap_chat_public_key_verify (ChatPublicKey *self, gconstpointer data, gsize size,
                                        gconstpointer signature, gsize signature_size,
                                        GError **error);

GBytes *
__wrap_chat_public_key_encrypt (ChatPublicKey *self, const ChatSecret *plaintext, GError **error)
{
  bench_operations.wraps++;
  return __real_chat_public_key_encrypt (self, plaintext, error);
}

ChatSecret *
__wrap_chat_private_key_decrypt (ChatPrivateKey *self, gconstpointer ciphertext, gsize size,
                                 GError **error)
{
  bench_operations.unwraps++;
  return __real_chat_private_key_decrypt (self, ciphertext, size, error);
}

GBytes *
__wrap_chat_private_key_sign (ChatPrivateKey *self, gconstpointer data, gsize size, GError **error)
{
  bench_operations.signatures++;
  return __real_chat_private_key_sign (self, data, size, error);
}

gboolean
__wrap_chat_public_key_verify (ChatPublicKey *self, gconstpointer data, gsize size,
                               gconstpointer signature, gsize signature_size, GError **error)
{
  bench_operations.checks++;
  return __real_chat_public_key_verify (self, data, size, signature, signature_size, error);
}
