/* Frames out of a stream of bytes: a 4-byte big-endian length, then the payload (docs/PROTOCOL.md,
 * "Frames"). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CHAT_FRAME_HEADER_SIZE:
 *
 * Bytes before each payload: its length, big-endian (docs/PROTOCOL.md, "Frames").
 */
#define CHAT_FRAME_HEADER_SIZE 4

/**
 * ChatFrameReader:
 * @max_frame: the largest payload that is accepted, in bytes; may be changed between frames
 * @header: the part of a header that has come
 * @n_header: how many bytes of it
 * @size: of the payload whose header is complete, in bytes
 * @payload: %NULL between frames, so that an idle connection holds no buffer
 *
 * Takes frames out of a stream of bytes, however it is cut. A value; part of its owner.
 */
typedef struct
{
  gsize max_frame;
  guint8 header[CHAT_FRAME_HEADER_SIZE];
  guint n_header;
  gsize size;
  GByteArray *payload;
} ChatFrameReader;

void chat_frame_reader_init (ChatFrameReader *self, gsize max_frame);
void chat_frame_reader_clear (ChatFrameReader *self);
gboolean chat_frame_reader_read (ChatFrameReader *self, const guint8 **data, gsize *size,
                                 GBytes **frame, GError **error);
void chat_frame_write_header (guint8 header[CHAT_FRAME_HEADER_SIZE], gsize size);

G_END_DECLS
