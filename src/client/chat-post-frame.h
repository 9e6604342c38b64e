/* A message in its two forms: the frame that a server delivers, and the parts that are kept. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-jwe.h"
#include "chat-post.h"

G_BEGIN_DECLS

/* What is sealed; who, when and for whom is for the caller to add. */
ChatPost *chat_post_frame_read (ChatJwe *jwe);
/* A delivery to kid. Of a file that others may have changed: it need not be a valid one. */
char *chat_post_frame_write (ChatPost *post, const char *kid, gsize *size);

G_END_DECLS
