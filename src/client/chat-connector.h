/* From an address and a port to a TCP connection. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void chat_connector_connect_async (const char *address, guint16 port, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
GSocketConnection *chat_connector_connect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
