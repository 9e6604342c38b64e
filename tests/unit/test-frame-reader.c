/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-frame-reader.h"

#include "chat-error.h"

#include <string.h>

#define MAX_FRAME 64

static void
append_frame (GByteArray *stream, const char *payload)
{
  guint8 header[CHAT_FRAME_HEADER_SIZE];

  chat_frame_write_header (header, strlen (payload));
  g_byte_array_append (stream, header, sizeof header);
  g_byte_array_append (stream, (const guint8 *) payload, (guint) strlen (payload));
}

static void
append_header (GByteArray *stream, gsize size)
{
  guint8 header[CHAT_FRAME_HEADER_SIZE];

  chat_frame_write_header (header, size);
  g_byte_array_append (stream, header, sizeof header);
}

/* Feeds one piece, and logs each frame in brackets. FALSE when the reader gives up. */
static gboolean
feed (ChatFrameReader *reader, const guint8 *data, gsize size, GString *log, GError **error)
{
  while (size > 0)
    {
      g_autoptr (GBytes) frame = NULL;
      gsize before = size;

      if (!chat_frame_reader_read (reader, &data, &size, &frame, error))
        return FALSE;

      g_assert_cmpuint (size, <, before);
      if (frame != NULL)
        g_string_append_printf (log, "[%.*s]", (int) g_bytes_get_size (frame),
                                (const char *) g_bytes_get_data (frame, NULL));
    }

  return TRUE;
}

static void
feed_all (ChatFrameReader *reader, const guint8 *data, gsize size, GString *log)
{
  g_autoptr (GError) error = NULL;

  feed (reader, data, size, log, &error);
  g_assert_no_error (error);
}

/* Each bit of cuts says whether the stream is cut after that byte. */
static void
assert_split (GByteArray *stream, guint cuts, const char *expected)
{
  g_autoptr (GString) log = g_string_new (NULL);
  ChatFrameReader reader;
  gsize start = 0;

  chat_frame_reader_init (&reader, MAX_FRAME);
  for (gsize i = 0; i < stream->len; i++)
    if (i + 1 == stream->len || (i < 32 && (cuts >> i & 1)))
      {
        /* A copy of just this piece, so that a sanitizer sees a look beyond it. */
        g_autofree guint8 *piece = g_memdup2 (stream->data + start, i + 1 - start);

        feed_all (&reader, piece, i + 1 - start, log);
        start = i + 1;
      }

  g_assert_cmpstr (log->str, ==, expected);
  g_assert_null (reader.payload);
  chat_frame_reader_clear (&reader);
}

static void
test_every_split (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  append_frame (stream, "ab");
  append_frame (stream, "c");
  append_frame (stream, "d");

  for (guint cuts = 0; cuts < 1u << (stream->len - 1); cuts++)
    assert_split (stream, cuts, "[ab][c][d]");
}

static void
test_stops_after_one_frame (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;
  ChatFrameReader reader;
  const guint8 *data;
  gsize size;

  append_frame (stream, "one");
  append_frame (stream, "two");
  data = stream->data;
  size = stream->len;

  chat_frame_reader_init (&reader, MAX_FRAME);
  g_assert_true (chat_frame_reader_read (&reader, &data, &size, &frame, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "one", 3);
  g_assert_cmpuint (size, ==, 7);
  g_assert_true (data == stream->data + 7);
  chat_frame_reader_clear (&reader);
}

static void
assert_refused (gsize announced, gsize max_frame, ChatProtocolError code, const char *needle)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  ChatFrameReader reader;

  append_frame (stream, "before");
  append_header (stream, announced);
  chat_frame_reader_init (&reader, max_frame);
  g_assert_false (feed (&reader, stream->data, stream->len, log, &error));
  g_assert_error (error, CHAT_PROTOCOL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, needle));
  g_assert_cmpstr (log->str, ==, "[before]");
  chat_frame_reader_clear (&reader);
}

static void
test_length_zero (void)
{
  assert_refused (0, MAX_FRAME, CHAT_PROTOCOL_ERROR_MALFORMED, "0");
}

static void
test_over_the_limit (void)
{
  assert_refused (MAX_FRAME + 1, MAX_FRAME, CHAT_PROTOCOL_ERROR_TOO_LARGE, "65");
  assert_refused (0xffffffff, MAX_FRAME, CHAT_PROTOCOL_ERROR_TOO_LARGE, "4294967295");
  /* Each byte of the length counts. */
  assert_refused (0x01000000, 0x00ffffff, CHAT_PROTOCOL_ERROR_TOO_LARGE, "16777216");
  assert_refused (0x00010000, 0x0000ffff, CHAT_PROTOCOL_ERROR_TOO_LARGE, "65536");
  assert_refused (0x00000100, 0x000000ff, CHAT_PROTOCOL_ERROR_TOO_LARGE, "256");
}

static void
test_at_the_limit (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (MAX_FRAME, 'x');
  g_autofree char *expected = g_strdup_printf ("[%s]", payload);

  append_frame (stream, payload);
  assert_split (stream, 0, expected);
}

static void
test_limit_between_frames (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GByteArray) long_one = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  ChatFrameReader reader;

  append_frame (stream, "ab");
  append_frame (long_one, "abcd");

  chat_frame_reader_init (&reader, 2);
  feed_all (&reader, stream->data, stream->len, log);
  reader.max_frame = 4;
  feed_all (&reader, long_one->data, long_one->len, log);
  g_assert_cmpstr (log->str, ==, "[ab][abcd]");

  reader.max_frame = 3;
  g_assert_false (feed (&reader, long_one->data, long_one->len, log, &error));
  g_assert_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_LARGE);
  chat_frame_reader_clear (&reader);
}

static void
test_limit_within_a_frame (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  ChatFrameReader reader;

  /* The frame that has begun was let in; the limit is about the next one. */
  append_frame (stream, "abcd");
  chat_frame_reader_init (&reader, 4);
  feed_all (&reader, stream->data, 5, log);
  reader.max_frame = 2;
  feed_all (&reader, stream->data + 5, stream->len - 5, log);
  g_assert_cmpstr (log->str, ==, "[abcd]");
  chat_frame_reader_clear (&reader);
}

static void
test_memory_grows_with_what_comes (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  ChatFrameReader reader;

  /* An announcement alone holds no memory. */
  append_header (stream, 0xffffffff);
  g_byte_array_append (stream, (const guint8 *) "xy", 2);
  chat_frame_reader_init (&reader, G_MAXUINT32);
  feed_all (&reader, stream->data, stream->len, log);
  g_assert_cmpuint (reader.payload->len, ==, 2);
  chat_frame_reader_clear (&reader);
}

static void
test_clear (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  append_frame (stream, "abcd");
  for (gsize size = 0; size < stream->len; size++)
    {
      g_autoptr (GString) log = g_string_new (NULL);
      ChatFrameReader reader;

      chat_frame_reader_init (&reader, MAX_FRAME);
      feed_all (&reader, stream->data, size, log);
      chat_frame_reader_clear (&reader);
      g_assert_null (reader.payload);
      /* What comes now is the beginning of a frame again. */
      feed_all (&reader, stream->data, stream->len, log);
      g_assert_cmpstr (log->str, ==, "[abcd]");
      chat_frame_reader_clear (&reader);
    }
}

static void
test_header (void)
{
  guint8 header[CHAT_FRAME_HEADER_SIZE];

  chat_frame_write_header (header, 0x01020304);
  g_assert_cmpmem (header, sizeof header, "\1\2\3\4", 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-reader/every-split", test_every_split);
  g_test_add_func ("/frame-reader/one-at-a-time", test_stops_after_one_frame);
  g_test_add_func ("/frame-reader/length-zero", test_length_zero);
  g_test_add_func ("/frame-reader/over-the-limit", test_over_the_limit);
  g_test_add_func ("/frame-reader/at-the-limit", test_at_the_limit);
  g_test_add_func ("/frame-reader/limit-between-frames", test_limit_between_frames);
  g_test_add_func ("/frame-reader/limit-within-a-frame", test_limit_within_a_frame);
  g_test_add_func ("/frame-reader/memory", test_memory_grows_with_what_comes);
  g_test_add_func ("/frame-reader/clear", test_clear);
  g_test_add_func ("/frame-reader/header", test_header);

  return g_test_run ();
}
