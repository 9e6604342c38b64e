/* Asks the desktop whether the app may go on without a window. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void chat_background_request_async (GDBusConnection *bus, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* FALSE: it may not, and the error says so. Where nobody is there to ask, it may. */
gboolean chat_background_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
