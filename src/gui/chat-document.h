/* Files that a sandboxed app sees through the document portal, under names like
 * /run/user/1000/doc/1a2b3c4d/client_private_key.pem. One that was chosen in the file chooser is
 * still there after a restart, one that was dropped is not, and of the files beside it none is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean chat_document_is (const char *path); /* nullable. No file is touched. */
/* Adds what to do to a CHAT_KEY_ERROR, where a document is not to be seen. */
void chat_document_explain (const char *path, GError *error);

G_END_DECLS
