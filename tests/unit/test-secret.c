/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-secret.h"

#include <gmp.h>
#include <string.h>

/* Takes the place of the C library's, to see what is wiped: what is freed cannot be looked at. */
static const void *wiped;
static size_t wiped_size;

void
explicit_bzero (void  *data,
                size_t size)
{
  volatile guint8 *bytes = data;

  for (size_t i = 0; i < size; i++)
    bytes[i] = 0;
  wiped = data;
  wiped_size = size;
}

static void
test_new (void)
{
  char original[] = "correct horse";
  g_autoptr (ChatSecret) secret = chat_secret_new (original, strlen (original));
  gsize size;

  memset (original, 'x', strlen (original));
  g_assert_cmpstr (chat_secret_get_string (secret), ==, "correct horse");
  g_assert_cmpmem (chat_secret_get_data (secret, &size), 13, "correct horse", 13);
  g_assert_cmpuint (size, ==, 13);
}

static void
test_empty (void)
{
  g_autoptr (ChatSecret) secret = chat_secret_new (NULL, 0);
  gsize size = 1;

  g_assert_nonnull (chat_secret_get_data (secret, &size));
  g_assert_cmpuint (size, ==, 0);
  g_assert_cmpstr (chat_secret_get_string (secret), ==, "");
}

static void
test_random (void)
{
  g_autoptr (ChatSecret) a = chat_secret_new_random (32);
  g_autoptr (ChatSecret) b = chat_secret_new_random (32);
  gsize size;

  chat_secret_get_data (a, &size);
  g_assert_cmpuint (size, ==, 32);
  g_assert_false (chat_secret_equal (a, b));
}

static void
test_equal (void)
{
  g_autoptr (ChatSecret) a = chat_secret_new ("abc", 3);
  g_autoptr (ChatSecret) same = chat_secret_new ("abc", 3);
  g_autoptr (ChatSecret) other = chat_secret_new ("abd", 3);
  g_autoptr (ChatSecret) shorter = chat_secret_new ("ab", 2);

  g_assert_true (chat_secret_equal (a, same));
  g_assert_false (chat_secret_equal (a, other));
  g_assert_false (chat_secret_equal (a, shorter));
}

static void
test_ref (void)
{
  ChatSecret *secret = chat_secret_new ("abc", 3);
  g_autoptr (ChatSecret) second = g_boxed_copy (CHAT_TYPE_SECRET, secret);

  g_assert_true (second == secret);
  chat_secret_unref (secret);
  g_assert_cmpstr (chat_secret_get_string (second), ==, "abc");
}

static void
test_unref_wipes (void)
{
  ChatSecret *secret = chat_secret_new ("abc", 3);
  const guint8 *data = chat_secret_get_data (secret, NULL);

  wiped = NULL;
  chat_secret_ref (secret);
  chat_secret_unref (secret);
  g_assert_null (wiped);
  chat_secret_unref (secret);
  g_assert_true (wiped == data);
  g_assert_cmpuint (wiped_size, ==, 3);
}

static void
test_wipe (void)
{
  char buffer[] = "secret";
  char *string = g_strdup ("secret");
  const char *borrowed = string;

  chat_wipe (buffer, sizeof buffer - 1);
  g_assert_cmpmem (buffer, sizeof buffer, "\0\0\0\0\0\0", 7);
  chat_wipe (NULL, 0);
  chat_wipe_string (NULL);
  chat_wipe_string (string);
  g_assert_true (wiped == borrowed);
  g_assert_cmpuint (wiped_size, ==, 6);
}

static void
test_wipe_gmp_memory (void)
{
  void *(*allocate) (size_t);
  void *(*reallocate) (void *, size_t, size_t);
  void (*release) (void *, size_t);
  guint8 *block, *larger, *smaller;

  chat_wipe_gmp_memory ();
  chat_wipe_gmp_memory ();
  mp_get_memory_functions (&allocate, &reallocate, &release);

  block = allocate (4);
  memcpy (block, "abcd", 4);
  larger = reallocate (block, 4, 8);
  g_assert_cmpmem (larger, 4, "abcd", 4);
  g_assert_true (wiped == block);
  g_assert_cmpuint (wiped_size, ==, 4);

  smaller = reallocate (larger, 8, 2);
  g_assert_cmpmem (smaller, 2, "ab", 2);
  g_assert_true (wiped == larger);
  g_assert_cmpuint (wiped_size, ==, 8);

  release (smaller, 2);
  g_assert_true (wiped == smaller);
  g_assert_cmpuint (wiped_size, ==, 2);
}

/* With numbers that live through it. */
static void
test_gmp_numbers (void)
{
  mpz_t before, after;

  mpz_init_set_ui (before, 3);
  chat_wipe_gmp_memory ();
  mpz_pow_ui (before, before, 2000);
  mpz_init_set (after, before);
  mpz_fdiv_q (after, after, before);
  g_assert_cmpint (mpz_cmp_ui (after, 1), ==, 0);
  g_assert_cmpuint (mpz_sizeinbase (before, 2), ==, 3170);
  mpz_clear (before);
  mpz_clear (after);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secret/new", test_new);
  g_test_add_func ("/secret/empty", test_empty);
  g_test_add_func ("/secret/random", test_random);
  g_test_add_func ("/secret/equal", test_equal);
  g_test_add_func ("/secret/ref", test_ref);
  g_test_add_func ("/secret/unref-wipes", test_unref_wipes);
  g_test_add_func ("/secret/wipe", test_wipe);
  g_test_add_func ("/secret/wipe-gmp-memory", test_wipe_gmp_memory);
  g_test_add_func ("/secret/gmp-numbers", test_gmp_numbers);

  return g_test_run ();
}
