/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server-config.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>

#define NAME "room/config.json"

static ChatServerConfig *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ChatServerConfig *config = chat_server_config_parse (NAME, text, strlen (text), &error);

  g_assert_no_error (error);
  return config;
}

static void
assert_names (const GError *error, const char *needle)
{
  if (strstr (error->message, needle) == NULL)
    g_error ("“%s” does not name “%s”", error->message, needle);
}

/* The sentence names the file, the member, what was found and what is expected. */
static void
assert_refused (const char *text, const char *member, const char *found, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", member);

  g_assert_null (chat_server_config_parse (NAME, text, strlen (text), &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER);
  assert_names (error, NAME);
  assert_names (error, quoted);
  assert_names (error, found);
  assert_names (error, expected);
}

static void
test_defaults (void)
{
  g_autoptr (ChatServerConfig) config = parse ("{}");

  g_assert_cmpstr (config->server_ip, ==, "127.0.0.1");
  g_assert_cmpuint (config->server_port, ==, 5000);
  g_assert_cmpuint (config->history_limit, ==, 100);
  g_assert_cmpuint (g_strv_length (config->admins), ==, 0);
  g_assert_false (chat_server_config_is_admin (config, "alice"));
  g_assert_cmpuint (config->max_connections, ==, CHAT_DEFAULT_MAX_CONNECTIONS);
  g_assert_cmpuint (config->max_connections_per_user, ==, CHAT_DEFAULT_MAX_CONNECTIONS_PER_USER);
  g_assert_cmpuint (config->max_handshakes, ==, CHAT_DEFAULT_MAX_HANDSHAKES);
  g_assert_cmpuint (config->max_handshakes_per_address, ==,
                    CHAT_DEFAULT_MAX_HANDSHAKES_PER_ADDRESS);
  g_assert_cmpuint (config->rate_limit, ==, CHAT_DEFAULT_RATE_LIMIT);
  g_assert_cmpuint (config->workers, ==, 0);
  g_assert_cmpuint (config->log_level, ==, CHAT_LOG_INFO);
}

static void
test_every_setting (void)
{
  g_autoptr (ChatServerConfig) config =
      parse ("{\"server_ip\":\"::\",\"server_port\":65535,\"history_limit\":7,"
             "\"admins\":[\"Alice\",\"bob\"],\"max_connections\":11,"
             "\"max_connections_per_user\":3,\"max_handshakes\":20,"
             "\"max_handshakes_per_address\":4,\"rate_limit\":0,\"workers\":3,"
             "\"log_level\":\"debug\"}");

  g_assert_cmpstr (config->server_ip, ==, "::");
  g_assert_cmpuint (config->server_port, ==, 65535);
  g_assert_cmpuint (config->history_limit, ==, 7);
  g_assert_cmpuint (g_strv_length (config->admins), ==, 2);
  /* Names are compared as usernames are: without regard to case. */
  g_assert_true (chat_server_config_is_admin (config, "alice"));
  g_assert_true (chat_server_config_is_admin (config, "bob"));
  g_assert_false (chat_server_config_is_admin (config, "mallory"));
  g_assert_cmpuint (config->max_connections, ==, 11);
  g_assert_cmpuint (config->max_connections_per_user, ==, 3);
  g_assert_cmpuint (config->max_handshakes, ==, 20);
  g_assert_cmpuint (config->max_handshakes_per_address, ==, 4);
  g_assert_cmpuint (config->rate_limit, ==, 0);
  g_assert_cmpuint (config->workers, ==, 3);
  g_assert_cmpuint (config->log_level, ==, CHAT_LOG_DEBUG);
}

static void
test_bounds (void)
{
  g_autoptr (ChatServerConfig) least =
      parse ("{\"server_port\":0,\"history_limit\":1,\"max_connections\":1,"
             "\"max_connections_per_user\":1}");
  g_autofree char *text = g_strdup_printf ("{\"history_limit\":%d,\"max_connections\":%d,"
                                           "\"max_connections_per_user\":%d,\"rate_limit\":%d}",
                                           CHAT_MAX_HISTORY, CHAT_MAX_CONNECTIONS,
                                           CHAT_MAX_CONNECTIONS, CHAT_MAX_RATE_LIMIT);
  g_autoptr (ChatServerConfig) most = parse (text);

  g_assert_cmpuint (least->server_port, ==, 0);
  g_assert_cmpuint (most->history_limit, ==, CHAT_MAX_HISTORY);
  g_assert_cmpuint (most->rate_limit, ==, CHAT_MAX_RATE_LIMIT);
}

static void
test_wrong_types (void)
{
  assert_refused ("{\"server_ip\":5}", "server_ip", "an integer", "a string");
  assert_refused ("{\"server_port\":\"5000\"}", "server_port", "a string", "an integer");
  assert_refused ("{\"history_limit\":null}", "history_limit", "null", "an integer");
  assert_refused ("{\"admins\":\"alice\"}", "admins", "a string", "an array");
  assert_refused ("{\"admins\":[\"alice\",5]}", "admins", "an integer", "a string");
  assert_refused ("{\"max_connections\":true}", "max_connections", "a boolean", "an integer");
  assert_refused ("{\"max_connections_per_user\":{}}", "max_connections_per_user", "an object",
                  "an integer");
  assert_refused ("{\"max_handshakes\":\"1\"}", "max_handshakes", "a string", "an integer");
  assert_refused ("{\"max_handshakes_per_address\":null}", "max_handshakes_per_address", "null",
                  "an integer");
  assert_refused ("{\"rate_limit\":[]}", "rate_limit", "an array", "an integer");
  assert_refused ("{\"log_level\":1}", "log_level", "an integer", "a string");
}

static void
test_wrong_values (void)
{
  assert_refused ("{\"server_ip\":\"\"}", "server_ip", "\"\"", "an IP address or a host name");
  assert_refused ("{\"server_ip\":\"h\303\266me\"}", "server_ip", "h\303\266me",
                  "an IP address or a host name");
  assert_refused ("{\"server_port\":65536}", "server_port", "65536", "65535");
  assert_refused ("{\"server_port\":-1}", "server_port", "-1", "0");
  assert_refused ("{\"history_limit\":0}", "history_limit", "0", "1");
  assert_refused ("{\"history_limit\":100001}", "history_limit", "100001", "100000");
  assert_refused ("{\"admins\":[\"../alice\"]}", "admins", "../alice", "letters");
  assert_refused ("{\"max_connections\":0}", "max_connections", "0", "1");
  assert_refused ("{\"max_connections\":50001}", "max_connections", "50001", "50000");
  assert_refused ("{\"max_connections_per_user\":0}", "max_connections_per_user", "0", "1");
  assert_refused ("{\"max_handshakes\":0}", "max_handshakes", "0", "1");
  assert_refused ("{\"max_handshakes\":50001}", "max_handshakes", "50001", "50000");
  assert_refused ("{\"max_handshakes_per_address\":0}", "max_handshakes_per_address", "0", "1");
  assert_refused ("{\"rate_limit\":-1}", "rate_limit", "-1", "0");
  assert_refused ("{\"rate_limit\":1000001}", "rate_limit", "1000001", "1000000");
  assert_refused ("{\"log_level\":\"loud\"}", "log_level", "loud", "\"warning\"");
}

static void
test_unknown_member (void)
{
  assert_refused ("{\"server_prot\":5000}", "server_prot", "unknown", "\"server_port\"");
  assert_refused ("{\"server_port\":5000,\"Admins\":[]}", "Admins", "unknown", "\"admins\"");
}

static void
assert_no_json (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_server_config_parse (NAME, text, strlen (text), &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX);
  assert_names (error, NAME);
  /* What it should look like. */
  assert_names (error, "\"server_ip\"");
}

static void
test_not_json (void)
{
  assert_no_json ("");
  assert_no_json ("server_ip = 127.0.0.1");
  assert_no_json ("[]");
  assert_no_json ("{\"server_port\":5000,}");
  assert_no_json ("{\"server_port\":5000} {}");
  assert_no_json ("{\"server_port\":5000,\"server_port\":5001}");
  assert_no_json ("{\"server_port\":5000.5}");
}

static ChatServerConfig *
load (TestFolder *folder, GError **error)
{
  g_autofree char *path = test_folder_file (folder, "config.json");

  return chat_server_config_load (path, error);
}

static void
test_load (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatServerConfig) config = NULL;

  test_folder_write (folder, "config.json", "{\"server_port\": 4711}\n", -1);
  config = load (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->server_port, ==, 4711);
}

static void
assert_unreadable (TestFolder *folder)
{
  g_autofree char *path = test_folder_file (folder, "config.json");
  g_autoptr (GError) error = NULL;

  g_assert_null (load (folder, &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE);
  assert_names (error, path);
}

static void
test_missing (TestFolder *folder, gconstpointer data)
{
  assert_unreadable (folder);
}

static void
test_is_a_folder (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "config.json");

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_unreadable (folder);
}

static void
test_too_large (TestFolder *folder, gconstpointer data)
{
  g_autofree char *text = g_strnfill (CHAT_MAX_CONFIG_FILE + 1, ' ');
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatServerConfig) config = NULL;

  text[0] = '{';
  text[1] = '}';
  test_folder_write (folder, "config.json", text, CHAT_MAX_CONFIG_FILE + 1);
  assert_unreadable (folder);

  test_folder_write (folder, "config.json", text, CHAT_MAX_CONFIG_FILE);
  config = load (folder, &error);
  g_assert_no_error (error);
}

#define add_folder_test(path, func)                                                                \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-config/defaults", test_defaults);
  g_test_add_func ("/server-config/every-setting", test_every_setting);
  g_test_add_func ("/server-config/bounds", test_bounds);
  g_test_add_func ("/server-config/wrong-types", test_wrong_types);
  g_test_add_func ("/server-config/wrong-values", test_wrong_values);
  g_test_add_func ("/server-config/unknown-member", test_unknown_member);
  g_test_add_func ("/server-config/not-json", test_not_json);
  add_folder_test ("/server-config/load", test_load);
  add_folder_test ("/server-config/missing", test_missing);
  add_folder_test ("/server-config/folder", test_is_a_folder);
  add_folder_test ("/server-config/too-large", test_too_large);

  return g_test_run ();
}
