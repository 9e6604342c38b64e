/* Frames out of a stream of bytes: a 4-byte big-endian length, then the payload (docs/PROTOCOL.md,
 * "Frames"). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CHAT_FRAME_HEADER_SIZE 4

typedef struct
{
  gsize max_frame;
  guint8 header[CHAT_FRAME_HEADER_SIZE];
  guint n_header;
  gsize size;          /* of the frame whose header is complete */
  GByteArray *payload; /* NULL between frames, so that an idle connection holds no buffer */
} ChatFrameReader;

void chat_frame_reader_init (ChatFrameReader *self, gsize max_frame);
void chat_frame_reader_clear (ChatFrameReader *self);
gboolean chat_frame_reader_read (ChatFrameReader *self, const guint8 **data, gsize *size,
                                 GBytes **frame, GError **error);
void chat_frame_write_header (guint8 header[CHAT_FRAME_HEADER_SIZE], gsize size);

G_END_DECLS
