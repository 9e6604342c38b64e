/* What somebody said, quoted in an answer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *chat_quote_make (const char *author, const char *text);

G_END_DECLS
