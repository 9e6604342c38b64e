/* config.json: how the server runs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-log.h"

#include <glib.h>

G_BEGIN_DECLS

#define CHAT_DEFAULT_MAX_CONNECTIONS 500
#define CHAT_DEFAULT_MAX_CONNECTIONS_PER_USER 8
#define CHAT_DEFAULT_RATE_LIMIT 50
#define CHAT_MAX_CONNECTIONS 50000
#define CHAT_MAX_RATE_LIMIT 1000000
#define CHAT_MAX_WORKERS 64

typedef struct
{
  char *server_ip;
  guint16 server_port;
  guint history_limit;
  char **admins; /* folded usernames */
  guint max_connections;
  guint max_connections_per_user;
  guint max_handshakes;
  guint max_handshakes_per_address;
  guint rate_limit; /* frames a second and user; 0: no limit */
  guint workers;    /* threads that write; 0: one for each processor */
  ChatLogLevel log_level;
} ChatServerConfig;

ChatServerConfig *chat_server_config_parse (const char *name, const char *text, gsize size,
                                            GError **error);
ChatServerConfig *chat_server_config_load (const char *path, GError **error);
void chat_server_config_take (ChatServerConfig *self, ChatServerConfig *fresh);
void chat_server_config_free (ChatServerConfig *self);
gboolean chat_server_config_is_admin (ChatServerConfig *self, const char *folded_username);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatServerConfig, chat_server_config_free)

G_END_DECLS
