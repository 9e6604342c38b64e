/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-tools.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

void
test_folder_set_up (TestFolder   *folder,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("conclave-test-XXXXXX", &error);
  g_assert_no_error (error);
}

void
test_folder_set_up_keys (TestFolder   *folder,
                         gconstpointer data)
{
  static char *key;
  g_autofree char *openssl = g_find_program_in_path ("openssl");

  test_folder_set_up (folder, data);
  if (openssl == NULL)
    return;

  if (key == NULL)
    key = test_run_output (folder, "openssl genrsa 2048");
  test_folder_write (folder, "key.pem", key, -1);
  test_run (folder, "openssl pkey -in key.pem -pubout -out public.pem");
}

/* Files only, and folders of files. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR) && !g_file_test (file, G_FILE_TEST_IS_SYMLINK))
        remove_folder (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

void
test_folder_tear_down (TestFolder   *folder,
                       gconstpointer data)
{
  remove_folder (folder->path);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
  g_clear_pointer (&folder->path, g_free);
}

char *
test_folder_file (TestFolder *folder,
                  const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

void
test_folder_write (TestFolder *folder,
                   const char *name,
                   const char *text,
                   gssize      size)
{
  g_autofree char *file = test_folder_file (folder, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, text, size, &error);
  g_assert_no_error (error);
}

gboolean
test_needs_tool (const char *tool)
{
  g_autofree char *path = g_find_program_in_path (tool);
  g_autofree char *reason = g_strdup_printf ("%s is not installed", tool);

  if (path == NULL)
    g_test_skip (reason);

  return path != NULL;
}

char *
test_run_output (TestFolder *folder,
                 const char *command)
{
  const char *argv[] = { "/bin/sh", "-c", command, NULL };
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  /* No terminal is asked for passphrases: what would ask gets the end of its input. */
  g_spawn_sync (folder->path, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s%s", command, error->message, output, errors);

  return g_steal_pointer (&output);
}

void
test_run (TestFolder *folder,
          const char *command)
{
  g_free (test_run_output (folder, command));
}

JsonObject *
test_load_vectors (const char *name)
{
  const char *chosen = g_getenv ("CHAT_VECTORS");
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (chosen != NULL)
    folder = g_strdup (chosen);
  else
    folder = g_test_build_filename (G_TEST_DIST, "..", "..", "..", "shared", "vectors", NULL);
  path = g_build_filename (folder, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the published vectors are not here");
      return NULL;
    }

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);

  return json_node_dup_object (json_parser_get_root (parser));
}

GBytes *
test_decode_hex (const char *hex)
{
  gsize size = strlen (hex) / 2;
  guint8 *data = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    data[i] = g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]);

  return g_bytes_new_take (data, size);
}
