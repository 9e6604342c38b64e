/* The texts that were sent last, to bring one back. In memory only. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ChatRecall ChatRecall;

ChatRecall *chat_recall_new (void);
void chat_recall_free (ChatRecall *self);

/* The newest; what was brought back is left. */
void chat_recall_add (ChatRecall *self, const char *text);
/* now: what stands there, kept for the way back. NULL: there is none. (transfer none) */
const char *chat_recall_go_back (ChatRecall *self, const char *now);
const char *chat_recall_go_forward (ChatRecall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatRecall, chat_recall_free)

G_END_DECLS
