/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-output-queue.h"

#include <string.h>

static void
release_cb (gpointer data)
{
  (*(guint *) data)++;
}

static void
append (ChatOutputQueue *queue, const char *first, const char *second, guint *n_released)
{
  const GOutputVector pieces[] = { { first, strlen (first) }, { second, strlen (second) } };

  chat_output_queue_append (queue, pieces, G_N_ELEMENTS (pieces), n_released, release_cb);
}

static void
assert_next (ChatOutputQueue *queue, gsize max_size, const char *expected, gsize expected_size)
{
  guint8 buffer[64];
  gsize size = chat_output_queue_peek (queue, buffer, max_size);

  g_assert_cmpmem (buffer, size, expected, expected_size);
}

static void
test_empty (void)
{
  ChatOutputQueue queue = { 0 };

  assert_next (&queue, 64, "", 0);
  chat_output_queue_advance (&queue, 0);
  chat_output_queue_free_written (&queue);
  chat_output_queue_clear (&queue);
}

static void
test_bytes_in_order (void)
{
  static const char whole[] = "\0\0\0\005hello\0\0\0\000\0\0\0\003you";
  ChatOutputQueue queue = { 0 };
  guint n_released = 0;

  append (&queue, "hel", "lo", &n_released);
  append (&queue, "", "", &n_released);
  append (&queue, "", "you", &n_released);
  g_assert_cmpuint (queue.size, ==, sizeof whole - 1);

  /* Wherever writing stops, it goes on there; however much is wanted, no more comes. */
  for (gsize start = 0; start < sizeof whole; start++)
    {
      gsize left = sizeof whole - 1 - start;

      for (gsize max = 0; max <= 64; max++)
        assert_next (&queue, max, whole + start, MIN (max, left));
      g_assert_cmpuint (queue.size, ==, left);
      if (left > 0)
        chat_output_queue_advance (&queue, 1);
    }

  g_assert_cmpuint (n_released, ==, 0);
  chat_output_queue_free_written (&queue);
  g_assert_cmpuint (n_released, ==, 3);
  g_assert_null (queue.first);
}

static void
test_released_when_written (void)
{
  ChatOutputQueue queue = { 0 };
  guint n_released = 0;

  append (&queue, "one", "", &n_released);
  append (&queue, "two", "", &n_released);
  chat_output_queue_advance (&queue, 6);
  chat_output_queue_free_written (&queue);
  g_assert_cmpuint (n_released, ==, 0);
  chat_output_queue_advance (&queue, 2);
  chat_output_queue_free_written (&queue);
  g_assert_cmpuint (n_released, ==, 1);

  /* What comes after something was freed is written as well. */
  append (&queue, "six", "", &n_released);
  assert_next (&queue, 64, "\0\0\003two\0\0\0\003six", 13);
  chat_output_queue_advance (&queue, 13);
  chat_output_queue_free_written (&queue);
  g_assert_cmpuint (n_released, ==, 3);
  append (&queue, "", "end", &n_released);
  assert_next (&queue, 64, "\0\0\0\003end", 7);

  chat_output_queue_clear (&queue);
  g_assert_cmpuint (n_released, ==, 4);
  g_assert_cmpuint (queue.size, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/output-queue/empty", test_empty);
  g_test_add_func ("/output-queue/bytes-in-order", test_bytes_in_order);
  g_test_add_func ("/output-queue/released-when-written", test_released_when_written);

  return g_test_run ();
}
