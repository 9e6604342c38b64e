/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-operations.h"

#include "chat-aead.h"
#include "chat-private-key.h"

#include <time.h>

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

gboolean __real_chat_aead_open (const ChatSecret *key, gconstpointer aad, gsize aad_size,
                                const guint8 *iv, gconstpointer ciphertext, gsize size,
                                const guint8 *tag, guint8 *plaintext, GError **error);
gboolean __wrap_chat_aead_open (const ChatSecret *key, gconstpointer aad, gsize aad_size,
                                const guint8 *iv, gconstpointer ciphertext, gsize size,
                                const guint8 *tag, guint8 *plaintext, GError **error);

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
  double start = bench_get_cpu_time ();
  gboolean ok;

  bench_operations.checks++;
  ok = __real_chat_public_key_verify (self, data, size, signature, signature_size, error);
  bench_operations.open_time += bench_get_cpu_time () - start;
  return ok;
}

gboolean
__wrap_chat_aead_open (const ChatSecret *key, gconstpointer aad, gsize aad_size, const guint8 *iv,
                       gconstpointer ciphertext, gsize size, const guint8 *tag, guint8 *plaintext,
                       GError **error)
{
  double start = bench_get_cpu_time ();
  gboolean ok =
      __real_chat_aead_open (key, aad, aad_size, iv, ciphertext, size, tag, plaintext, error);

  bench_operations.open_time += bench_get_cpu_time () - start;
  return ok;
}

/**
 * bench_get_cpu_time:
 *
 * Returns: the processor time of this thread, in microseconds
 */
double
bench_get_cpu_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}
