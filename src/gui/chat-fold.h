/* Texts in the form in which they are compared when one searches. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Without case, and without accents and other marks. */
char *chat_fold (const char *text);

G_END_DECLS
