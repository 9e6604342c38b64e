/* What the server and systemd tell each other, by the documented protocols: sd_notify(3),
 * sd_watchdog_enabled(3), sd_listen_fds(3). Without systemd none of it does anything. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_SERVICE_READY "READY=1"
#define CHAT_SERVICE_STOPPING "STOPPING=1"

void chat_service_notify (const char *state);
void chat_service_notify_reloading (void);
guint chat_service_start_watchdog (void);

/* (element-type GSocket): empty where the server has to listen by itself. */
GPtrArray *chat_service_take_sockets (GError **error);

G_END_DECLS
