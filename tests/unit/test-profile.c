/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-profile.h"

#include "chat-error.h"
#include "test-tools.h"

#include <string.h>

static ChatProfile *
load (TestFolder *folder, const char *text, GError **error)
{
  g_autofree char *path = test_folder_file (folder, "user_config.json");

  test_folder_write (folder, "user_config.json", text, -1);

  return chat_profile_load (path, error);
}

static void
assert_refused (TestFolder *folder, const char *text, ChatConfigError code, const char *needle)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = test_folder_file (folder, "user_config.json");

  g_assert_null (load (folder, text, &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, (int)code);
  if (!g_str_has_prefix (error->message, path) || strstr (error->message, needle) == NULL)
    g_error ("“%s” does not name the file and “%s”", error->message, needle);
}

static void
test_the_old_file (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *private_key = test_folder_file (folder, "client_private_key.pem");
  g_autofree char *server_key = test_folder_file (folder, "server_public_key.pem");
  g_autoptr (ChatProfile) profile =
      load (folder, "{\"username\": \"alice\", \"server_ip\": \"10.0.0.1\", \"server_port\": 5000}",
            &error);

  g_assert_no_error (error);
  g_assert_cmpstr (profile->username, ==, "alice");
  g_assert_cmpstr (profile->address, ==, "10.0.0.1");
  g_assert_cmpuint (profile->port, ==, 5000);
  g_assert_cmpstr (profile->private_key, ==, private_key);
  g_assert_cmpstr (profile->server_key, ==, server_key);
}

static void
test_paths_are_relative_to_the_file (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = test_folder_file (folder, "my/key.pem");
  g_autoptr (ChatProfile) profile =
      load (folder,
            "{\"username\":\"a\",\"server_ip\":\"h\",\"server_port\":1,"
            "\"private_key\":\"my/key.pem\",\"server_key\":\"/else/where.pem\"}",
            &error);

  g_assert_no_error (error);
  g_assert_cmpstr (profile->private_key, ==, expected);
  g_assert_cmpstr (profile->server_key, ==, "/else/where.pem");
}

static void
test_what_is_wrong_is_named (TestFolder *folder, gconstpointer data)
{
  const ChatConfigError member = CHAT_CONFIG_ERROR_MEMBER;
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = test_folder_file (folder, "none.json");

  assert_refused (folder, "{\"username\":\"a\"", CHAT_CONFIG_ERROR_SYNTAX, "byte");
  assert_refused (folder, "[]", CHAT_CONFIG_ERROR_SYNTAX, "object");
  assert_refused (folder, "{\"server_ip\":\"h\",\"server_port\":1}", member, "\"username\"");
  assert_refused (folder, "{\"username\":\"a\",\"server_ip\":\"h\",\"server_port\":\"1\"}", member,
                  "\"server_port\" is a string where an integer");
  assert_refused (folder, "{\"username\":\"a\",\"server_ip\":\"h\",\"server_port\":0}", member,
                  "\"server_port\"");
  assert_refused (folder, "{\"username\":\"a\",\"server_ip\":\"h\",\"server_port\":65536}", member,
                  "\"server_port\"");
  assert_refused (folder, "{\"username\":\"a\",\"server_ip\":\"\",\"server_port\":1}", member,
                  "\"server_ip\"");
  assert_refused (folder, "{\"username\":\"../a\",\"server_ip\":\"h\",\"server_port\":1}", member,
                  "\"username\"");
  assert_refused (folder, "{\"username\":\"a\",\"server_ip\":\"h\",\"server_port\":1,\"pot\":2}",
                  member, "\"pot\"");

  g_assert_null (chat_profile_load (missing, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_saved_and_loaded (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = test_folder_file (folder, "user_config.json");
  g_autofree char *text = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_new (folder->path);
  g_autoptr (ChatProfile) loaded = NULL;

  profile->username = g_strdup ("zoë");
  profile->address = g_strdup ("::1");
  profile->port = 4711;
  g_free (profile->private_key);
  profile->private_key = test_folder_file (folder, "zoe.pem");
  g_assert_true (chat_profile_save (profile, path, &error));
  g_assert_no_error (error);

  loaded = chat_profile_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (loaded->username, ==, "zoë");
  g_assert_cmpstr (loaded->address, ==, "::1");
  g_assert_cmpuint (loaded->port, ==, 4711);
  g_assert_cmpstr (loaded->private_key, ==, profile->private_key);
  g_assert_cmpstr (loaded->server_key, ==, profile->server_key);

  /* The folder can be moved: it is not named in the file. */
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, folder->path));
  g_assert_null (strstr (text, "server_key"));
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
test_in_a_thread (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = test_folder_file (folder, "user_config.json");
  g_autoptr (GAsyncResult) saved = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_new (folder->path);
  g_autoptr (ChatProfile) again = NULL;

  profile->username = g_strdup ("bob");
  profile->address = g_strdup ("localhost");
  profile->port = 5;
  chat_profile_save_async (profile, path, NULL, keep_result_cb, &saved);
  while (saved == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (chat_profile_save_finish (saved, &error));

  chat_profile_load_async (path, NULL, keep_result_cb, &loaded);
  while (loaded == NULL)
    g_main_context_iteration (NULL, TRUE);
  again = chat_profile_load_finish (loaded, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->username, ==, "bob");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                            \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)
  ADD ("/profile/old", test_the_old_file);
  ADD ("/profile/paths", test_paths_are_relative_to_the_file);
  ADD ("/profile/wrong", test_what_is_wrong_is_named);
  ADD ("/profile/saved", test_saved_and_loaded);
  ADD ("/profile/thread", test_in_a_thread);

  return g_test_run ();
}
