/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-frame-reader.h"
#include "fuzz.h"

#include <string.h>

#define MAX_FRAME 4096

/* Appends each frame behind its size. FALSE: the stream breaks the rules. */
static gboolean
read_piece (ChatFrameReader *reader, const guint8 *data, gsize size, GByteArray *found)
{
  g_autoptr (GError) error = NULL;
  GBytes *frame = NULL;

  while (chat_frame_reader_read (reader, &data, &size, &frame, &error))
    {
      guint32 length;

      if (frame == NULL)
        {
          g_assert_cmpuint (size, ==, 0);
          return TRUE;
        }
      length = (guint32) g_bytes_get_size (frame);
      g_assert_true (length > 0 && length <= MAX_FRAME);
      g_byte_array_append (found, (const guint8 *) &length, sizeof length);
      g_byte_array_append (found, g_bytes_get_data (frame, NULL), length);
      g_clear_pointer (&frame, g_bytes_unref);
    }

  g_assert_nonnull (error);
  return FALSE;
}

static GByteArray *
read_in_pieces (const guint8 *data, gsize size, gsize piece, gboolean *good)
{
  GByteArray *found = g_byte_array_new ();
  ChatFrameReader reader;

  chat_frame_reader_init (&reader, MAX_FRAME);
  *good = TRUE;
  for (gsize i = 0; i < size && *good; i += piece)
    *good = read_piece (&reader, data + i, MIN (piece, size - i), found);
  chat_frame_reader_clear (&reader);

  return found;
}

/* However the bytes come, the frames are the same. The first byte says how. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) pieces = NULL;
  gboolean good, good_in_pieces;

  if (size < 2)
    return 0;

  whole = read_in_pieces (data + 1, size - 1, size - 1, &good);
  pieces = read_in_pieces (data + 1, size - 1, 1u + data[0] % 64, &good_in_pieces);
  g_assert_cmpint (good, ==, good_in_pieces);
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);

  return 0;
}
