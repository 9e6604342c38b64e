/* A link whose other end says nothing: what is sent into it is dropped. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-link.h"

G_BEGIN_DECLS

/* server_key: (nullable): for the client's end. */
ChatLink *fuzz_link_new (ChatPoller *poller, ChatPublicKey *server_key);
/* All that can be done at once. */
void fuzz_run_loop (void);

G_END_DECLS
