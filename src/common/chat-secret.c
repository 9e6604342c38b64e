/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secret.h"

#include <gmp.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

struct _ChatSecret
{
  gatomicrefcount ref_count;
  gsize size;
  guint8 data[]; /* size bytes and a NUL */
};

G_DEFINE_BOXED_TYPE (ChatSecret, chat_secret, chat_secret_ref, chat_secret_unref)

static ChatSecret *
chat_secret_alloc (gsize size)
{
  ChatSecret *self;

  g_assert (size < G_MAXSIZE - sizeof (ChatSecret));
  self = g_malloc0 (sizeof (ChatSecret) + size + 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->size = size;

  return self;
}

/**
 * chat_secret_new:
 * @data: (array length=size) (element-type guint8) (nullable): the bytes, which are copied; wiping
 *   the original is up to the caller
 * @size: how many
 *
 * Copies bytes to where they are wiped in the end.
 *
 * Returns: (transfer full): a new secret
 */
ChatSecret *
chat_secret_new (gconstpointer data,
                 gsize         size)
{
  ChatSecret *self;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  self = chat_secret_alloc (size);
  if (size > 0)
    memcpy (self->data, data, size);

  return self;
}

/**
 * chat_secret_new_random:
 * @size: how many bytes
 *
 * Makes a key. There is no going on without randomness: the program aborts where the kernel
 * gives none.
 *
 * Returns: (transfer full): a secret that nobody else knows
 */
ChatSecret *
chat_secret_new_random (gsize size)
{
  ChatSecret *self = chat_secret_alloc (size);

  if (gnutls_rnd (GNUTLS_RND_KEY, self->data, size) < 0)
    g_error ("The system gives no random numbers");

  return self;
}

/**
 * chat_secret_ref:
 * @self: a secret
 *
 * May be called from any thread.
 *
 * Returns: (transfer full): @self
 */
ChatSecret *
chat_secret_ref (ChatSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * chat_secret_unref:
 * @self: (transfer full): a secret
 *
 * Lets go. The last owner's call wipes the bytes and frees them.
 */
void
chat_secret_unref (ChatSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  chat_wipe (self->data, self->size);
  g_free (self);
}

/**
 * chat_secret_get_data:
 * @self: a secret
 * @size: (out) (optional): how many bytes there are
 *
 * Gives the bytes themselves. They are wiped with the last reference, so copies are not made
 * lightly.
 *
 * Returns: (transfer none) (array length=size): the bytes, never %NULL
 */
const guint8 *
chat_secret_get_data (const ChatSecret *self,
                      gsize            *size)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (size != NULL)
    *size = self->size;

  return self->data;
}

/**
 * chat_secret_get_string:
 * @self: a secret that is a text, such as a passphrase
 *
 * Reads the secret as a string. Whether it has a NUL inside is for the caller to know.
 *
 * Returns: (transfer none): the same bytes as [method@Secret.get_data], followed by a NUL
 */
const char *
chat_secret_get_string (const ChatSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *) self->data;
}

/**
 * chat_secret_equal:
 * @a: a secret
 * @b: another
 *
 * Compares in a time that depends on the sizes only.
 *
 * Returns: whether both hold the same bytes
 */
gboolean
chat_secret_equal (const ChatSecret *a,
                   const ChatSecret *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->size == b->size && gnutls_memcmp (a->data, b->data, a->size) == 0;
}

/**
 * chat_wipe:
 * @data: (nullable): a buffer
 * @size: its bytes
 *
 * Overwrites the buffer with zeros. memset() before free() is one that a compiler may drop;
 * this one stays.
 */
void
chat_wipe (gpointer data,
           gsize    size)
{
  if (size > 0)
    explicit_bzero (data, size);
}

/**
 * chat_wipe_string:
 * @string: (transfer full) (nullable): a NUL-terminated string
 *
 * Wipes and frees it.
 */
void
chat_wipe_string (char *string)
{
  if (string != NULL)
    chat_wipe (string, strlen (string));
  g_free (string);
}

static void
wiping_free (void  *data,
             size_t size)
{
  chat_wipe (data, size);
  g_free (data);
}

/* realloc () may move the block and leave the old one as it was, so it cannot be used. */
static void *
wiping_realloc (void  *data,
                size_t old_size,
                size_t new_size)
{
  void *moved = g_malloc (new_size);

  memcpy (moved, data, MIN (old_size, new_size));
  wiping_free (data, old_size);

  return moved;
}

/**
 * chat_wipe_gmp_memory:
 *
 * Makes GMP, which does the RSA of nettle and GnuTLS, wipe what it frees: private exponents,
 * primes, decrypted numbers. It may come after GMP's first allocations, because g_malloc() and
 * GMP's own default both are malloc(), and it may be called more than once.
 */
void
chat_wipe_gmp_memory (void)
{
  mp_set_memory_functions (g_malloc, wiping_realloc, wiping_free);
}
