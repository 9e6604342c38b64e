/* What a server reads again while it runs, in a thread. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-reload.h"

#include "chat-error.h"
#include "test-tools.h"
#include "wait-until.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  TestFolder folder;
  ChatServerFolder *server;
  ChatPublicKey *key;
  GAsyncResult *result;
} Fixture;

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_set_object (&self->result, result);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;
  ChatServerConfig *config;

  test_folder_set_up (&self->folder, NULL);
  self->server = chat_server_folder_new (self->folder.path);
  config = chat_server_folder_prepare (self->server, made, &error);
  g_assert_no_error (error);
  chat_server_config_free (config);
  key = chat_server_folder_load_key (self->server, NULL, &error);
  g_assert_no_error (error);
  self->key = g_object_ref (chat_private_key_get_public (key));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->result);
  g_object_unref (self->key);
  g_clear_pointer (&self->server, chat_server_folder_free);
  test_folder_tear_down (&self->folder, NULL);
}

static void
start (Fixture *self)
{
  g_clear_object (&self->result);
  chat_reload_read_async (self->server, NULL, self->key, result_cb, self);
}

static ChatServerConfig *
finish (Fixture *self, GError **error)
{
  wait_until (self->result != NULL);

  return chat_reload_read_finish (self->result, error);
}

static void
test_settings_are_read_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"history_limit\":%u}", i);
      ChatServerConfig *config;

      test_folder_write (&self->folder, "config.json", text, -1);
      start (self);
      config = finish (self, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (config->history_limit, ==, i);
      chat_server_config_free (config);
    }
}

static void
test_what_cannot_be_read (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_folder_write (&self->folder, "config.json", "{\"history_limit\":\"many\"}", -1);
  start (self);
  g_assert_null (finish (self, &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER);
  g_assert_nonnull (strstr (error->message, "history_limit"));
}

/* The thread has a folder of its own. */
static void
test_the_server_is_gone_first (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ChatServerConfig *config;

  test_folder_write (&self->folder, "config.json", "{\"history_limit\":7}", -1);
  start (self);
  g_clear_pointer (&self->server, chat_server_folder_free);
  config = finish (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->history_limit, ==, 7);
  chat_server_config_free (config);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/reload/settings", test_settings_are_read_again);
  ADD ("/reload/broken", test_what_cannot_be_read);
  ADD ("/reload/server-gone", test_the_server_is_gone_first);

  return g_test_run ();
}
