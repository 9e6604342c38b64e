/* Names that look the same though they are not: "alice" and "aIice" with a capital i, "coco" in
 * Latin and in Cyrillic letters. A few hundred people can be told apart without such a pair. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two names look the same where this is equal. For comparison only, not to be shown. */
char *chat_lookalike_shape (const char *username);

G_END_DECLS
