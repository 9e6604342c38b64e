/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-config.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

typedef gboolean (*ReadMember) (ChatServerConfig *self, JsonObject *object, const char *member,
                                GError **error);

static gboolean
read_uint (JsonObject *object, const char *member, gint64 min, gint64 max, guint *value,
           GError **error)
{
  gint64 integer;

  if (!chat_json_get_integer (object, member, min, max, &integer, error))
    return FALSE;

  *value = (guint) integer;
  return TRUE;
}

static gboolean
read_server_ip (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  const char *address = chat_json_get_string (object, member, error);

  if (address == NULL)
    return FALSE;
  if (*address == '\0' || !g_str_is_ascii (address))
    {
      g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                   _("member \"%s\" is \"%s\" where an IP address or a host name is expected, "
                      "such as \"0.0.0.0\""),
                   member, address);
      return FALSE;
    }

  g_free (self->server_ip);
  self->server_ip = g_strdup (address);
  return TRUE;
}

static gboolean
read_server_port (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  guint port;

  if (!read_uint (object, member, 0, G_MAXUINT16, &port, error))
    return FALSE;

  self->server_port = (guint16) port;
  return TRUE;
}

static gboolean
read_history_limit (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  return read_uint (object, member, 1, CHAT_MAX_HISTORY, &self->history_limit, error);
}

static gboolean
read_admins (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  JsonArray *array = chat_json_get_array (object, member, error);
  g_autoptr (GPtrArray) admins = g_ptr_array_new_with_free_func (g_free);

  if (array == NULL)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *name = chat_json_get_element_string (array, i, error);

      if (name == NULL || !chat_username_check (name, error))
        {
          if (name != NULL)
            g_prefix_error (error, "\"%s\": ", name);
          g_prefix_error (error, "member \"%s\": ", member);
          return FALSE;
        }
      g_ptr_array_add (admins, chat_username_fold (name));
    }

  g_ptr_array_add (admins, NULL);
  g_strfreev (self->admins);
  self->admins = (char **) g_ptr_array_free (g_steal_pointer (&admins), FALSE);
  return TRUE;
}

static gboolean
read_max_connections (ChatServerConfig *self, JsonObject *object, const char *member,
                      GError **error)
{
  return read_uint (object, member, 1, CHAT_MAX_CONNECTIONS, &self->max_connections, error);
}

static gboolean
read_max_connections_per_user (ChatServerConfig *self, JsonObject *object, const char *member,
                               GError **error)
{
  return read_uint (object, member, 1, CHAT_MAX_CONNECTIONS, &self->max_connections_per_user,
                    error);
}

static gboolean
read_max_handshakes (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  return read_uint (object, member, 1, CHAT_MAX_HANDSHAKES, &self->max_handshakes, error);
}

static gboolean
read_max_handshakes_per_address (ChatServerConfig *self, JsonObject *object, const char *member,
                                 GError **error)
{
  return read_uint (object, member, 1, CHAT_MAX_HANDSHAKES, &self->max_handshakes_per_address,
                    error);
}

static gboolean
read_rate_limit (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  return read_uint (object, member, 0, CHAT_MAX_RATE_LIMIT, &self->rate_limit, error);
}

static gboolean
read_log_level (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  const char *name = chat_json_get_string (object, member, error);

  if (name == NULL)
    return FALSE;
  if (!chat_log_level_from_string (name, &self->log_level))
    {
      g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                   _("member \"%s\" is \"%s\" where \"error\", \"warning\", \"info\" or \"debug\" "
                      "is expected"),
                   member, name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_workers (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  return read_uint (object, member, 0, CHAT_MAX_WORKERS, &self->workers, error);
}

static const struct
{
  const char *name;
  ReadMember read;
} members[] = {
  { "server_ip", read_server_ip },
  { "server_port", read_server_port },
  { "history_limit", read_history_limit },
  { "admins", read_admins },
  { "max_connections", read_max_connections },
  { "max_connections_per_user", read_max_connections_per_user },
  { "max_handshakes", read_max_handshakes },
  { "max_handshakes_per_address", read_max_handshakes_per_address },
  { "rate_limit", read_rate_limit },
  { "workers", read_workers },
  { "log_level", read_log_level },
};

static gboolean
read_member (ChatServerConfig *self, JsonObject *object, const char *member, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (g_str_equal (members[i].name, member))
        return members[i].read (self, object, member, error);
      g_string_append_printf (known, "%s\"%s\"", i > 0 ? ", " : "", members[i].name);
    }

  g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
               _("unknown member \"%s\" found; expected are %s"), member, known->str);
  return FALSE;
}

static ChatServerConfig *
config_new (void)
{
  ChatServerConfig *self = g_new0 (ChatServerConfig, 1);

  self->server_ip = g_strdup (CHAT_DEFAULT_ADDRESS);
  self->server_port = CHAT_DEFAULT_PORT;
  self->history_limit = CHAT_DEFAULT_HISTORY;
  self->admins = g_new0 (char *, 1);
  self->max_connections = CHAT_DEFAULT_MAX_CONNECTIONS;
  self->max_connections_per_user = CHAT_DEFAULT_MAX_CONNECTIONS_PER_USER;
  self->max_handshakes = CHAT_DEFAULT_MAX_HANDSHAKES;
  self->max_handshakes_per_address = CHAT_DEFAULT_MAX_HANDSHAKES_PER_ADDRESS;
  self->rate_limit = CHAT_DEFAULT_RATE_LIMIT;
  self->log_level = CHAT_LOG_INFO;
  return self;
}

/**
 * chat_server_config_parse:
 * @name: the file's name, for errors
 * @text: its content
 * @size: in bytes
 * @error: return location for a #ChatConfigError: file, member, what was found and what is expected
 *
 * Returns: (transfer full): the settings; what the file does not mention has its default
 */
ChatServerConfig *
chat_server_config_parse (const char *name, const char *text, gsize size, GError **error)
{
  g_autoptr (ChatServerConfig) self = config_new ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (JsonObject) object = chat_json_parse_object (text, size, &cause);
  g_autoptr (GList) names = NULL;

  if (object == NULL)
    {
      g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX,
                   _("%s is %s. It should look like {\"server_ip\": \"%s\", "
                      "\"server_port\": %d}"),
                   name, cause->message, CHAT_DEFAULT_ADDRESS, CHAT_DEFAULT_PORT);
      return NULL;
    }

  names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next)
    if (!read_member (self, object, l->data, &cause))
      {
        g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER, "%s: %s", name,
                     cause->message);
        return NULL;
      }

  return g_steal_pointer (&self);
}

/**
 * chat_server_config_load:
 * @path: the file
 * @error: return location for a #ChatConfigError
 *
 * Synchronous: for start-up.
 *
 * Returns: (transfer full): the settings
 */
ChatServerConfig *
chat_server_config_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize size;
  g_autofree char *text = chat_file_read (path, CHAT_MAX_CONFIG_FILE, &size, &cause);

  if (text == NULL)
    {
      g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE,
                           cause->message);
      return NULL;
    }

  return chat_server_config_parse (path, text, size, error);
}

/**
 * chat_server_config_take:
 * @self: the settings that are in force
 * @fresh: (transfer full): new ones
 *
 * Puts new settings into the place of the old ones, for all who hold @self.
 */
void
chat_server_config_take (ChatServerConfig *self, ChatServerConfig *fresh)
{
  ChatServerConfig old = *self;

  *self = *fresh;
  *fresh = old;
  chat_server_config_free (fresh);
}

/**
 * chat_server_config_free:
 * @self: (transfer full): settings
 */
void
chat_server_config_free (ChatServerConfig *self)
{
  g_free (self->server_ip);
  g_strfreev (self->admins);
  g_free (self);
}

/**
 * chat_server_config_is_admin:
 * @self: settings
 * @folded_username: a username as chat_username_fold() gives it
 *
 * Returns: whether that user may stop the server
 */
gboolean
chat_server_config_is_admin (ChatServerConfig *self, const char *folded_username)
{
  return g_strv_contains ((const char *const *) self->admins, folded_username);
}
