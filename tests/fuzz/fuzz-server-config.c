/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-error.h"
#include "chat-limits.h"
#include "chat-server-config.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatServerConfig) config =
      chat_server_config_parse ("config.json", (const char *) data, size, &error);

  if (config == NULL)
    {
      g_assert_true (error->domain == CHAT_CONFIG_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  g_assert_no_error (error);
  g_assert_true (config->server_ip != NULL && *config->server_ip != '\0');
  g_assert_cmpuint (config->history_limit, <=, CHAT_MAX_HISTORY);
  g_assert_cmpuint (config->max_connections, <=, CHAT_MAX_CONNECTIONS);
  g_assert_cmpuint (config->rate_limit, <=, CHAT_MAX_RATE_LIMIT);

  return 0;
}
