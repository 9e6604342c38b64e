/* Which state of a file this program knows, so that it does not replace one that it has not read:
 * another window or another program may write the same file. Synchronous: for threads. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatFileClaim:
 *
 * Which state of a file this program knows, so that it does not replace one that it has not read:
 * another window or another program may write the same file. Synchronous: for threads.
 */
typedef struct _ChatFileClaim ChatFileClaim;

ChatFileClaim *chat_file_claim_new (const char *path);
void chat_file_claim_free (ChatFileClaim *self);

void chat_file_claim_lock (ChatFileClaim *self);
void chat_file_claim_unlock (ChatFileClaim *self);
gboolean chat_file_claim_holds (ChatFileClaim *self);
void chat_file_claim_renew (ChatFileClaim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatFileClaim, chat_file_claim_free)

G_END_DECLS
