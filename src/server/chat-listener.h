/* Where the server listens: from a name or address in config.json to a listening GSocketService. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Error: one sentence with the remedy. addresses: (out) (element-type GInetSocketAddress): where it
 * listens. */
GSocketService *chat_listener_new (const char *host, guint16 port, GPtrArray **addresses,
                                   GError **error);
/* The same on sockets that listen already: (element-type GSocket). */
GSocketService *chat_listener_new_from_sockets (GPtrArray *sockets, GPtrArray **addresses,
                                                GError **error);

G_END_DECLS
