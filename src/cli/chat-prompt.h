/* Questions to the person at the terminal, before the room opens. Synchronous. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-secret.h"

G_BEGIN_DECLS

/* NULL at the end of input; proposal: (nullable): what an empty answer means. (transfer full) */
char *chat_prompt_line (const char *question, const char *proposal);
/* Without echo, on the terminal even when standard input is something else. NULL with an error,
 * also when there is no terminal. */
ChatSecret *chat_prompt_passphrase (const char *question, GError **error);

G_END_DECLS
