/* Text in which web and mail addresses can be clicked, and nothing else is markup. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pango markup with links of the schemes http, https and mailto. */
char *chat_linkify (const char *text);

G_END_DECLS
