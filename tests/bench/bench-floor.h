/* What the driver and the floor say to each other. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The payload of a frame to the floor begins with this; the rest is there to be read. Everybody
 * else gets one record with `group` frames of delivery_size bytes, the sender one with `group`
 * frames of notice_size bytes; the sizes count the frame's length. */
typedef struct
{
  guint32 group;
  guint32 delivery_size;
  guint32 notice_size;
} BenchFloorOrder;

G_END_DECLS
