/* Usernames: what may be one, and when two are the same. docs/PROTOCOL.md (Keys and their names)
 * has the rules; beyond them, a name that imitates is refused: one that mixes Latin, Greek and
 * Cyrillic letters ("аlice" with a Cyrillic а), or has letters or marks that cannot be seen. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE, or CHAT_KEY_ERROR_BAD_NAME with a sentence that says what is allowed and what is wrong. */
gboolean chat_username_check (const char *name, GError **error);
/* The form that is unique among members: NFKC of the case-folded NFKC. NULL for what is not
 * UTF-8. */
char *chat_username_fold (const char *name);

G_END_DECLS
