/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-room.h"

#include "bench-fail.h"
#include "bench-folder.h"
#include "chat-key-file.h"
#include "chat-limits.h"

#include <glib/gstdio.h>

#define CONFIG                                                                                     \
  "{\"server_ip\": \"127.0.0.1\", \"server_port\": 0, \"max_connections\": 20000, "                \
  "\"max_connections_per_user\": 20000, \"max_handshakes\": 5000, "                                \
  "\"max_handshakes_per_address\": 5000, \"rate_limit\": 0, \"workers\": %u, "                     \
  "\"history_limit\": %u, \"log_level\": \"warning\"}\n"

static void
save_server_key (BenchKeys *keys, const char *folder)
{
  g_autofree char *private_path = g_build_filename (folder, "server_private_key.pem", NULL);
  g_autofree char *public_path = g_build_filename (folder, "server_public_key.pem", NULL);
  g_autoptr (GError) error = NULL;

  if (!chat_key_file_save_private (keys->server, private_path, NULL, FALSE, &error)
      || !chat_key_file_save_public (chat_private_key_get_public (keys->server), public_path, FALSE,
                                     &error))
    bench_fail ("%s", error->message);
}

static void
save_guest_key (const char *keys_folder, const char *username, ChatPublicKey *key)
{
  g_autofree char *name = g_strdup_printf ("key_%s.pem", username);
  g_autofree char *path = g_build_filename (keys_folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!chat_key_file_save_public (key, path, FALSE, &error))
    bench_fail ("%s", error->message);
}

static void
save_guest_keys (BenchKeys *keys, const char *folder, guint n_absent)
{
  g_autofree char *keys_folder = g_build_filename (folder, "keys", NULL);

  if (g_mkdir (keys_folder, 0700) != 0)
    bench_fail ("%s cannot be made", keys_folder);

  for (guint i = 0; i < keys->users->len; i++)
    {
      BenchUser *user = g_ptr_array_index (keys->users, i);

      save_guest_key (keys_folder, user->username, chat_private_key_get_public (user->key));
    }
  for (guint i = 0; i < n_absent; i++)
    {
      g_autofree char *username = g_strdup_printf ("absent%u", i);
      g_autoptr (ChatPublicKey) key = bench_keys_make_public ();

      save_guest_key (keys_folder, username, key);
    }
}

static void
save_config (const char *folder, const BenchRoomOptions *options)
{
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);
  g_autofree char *config = g_strdup_printf (
      CONFIG, options->workers,
      options->history_limit > 0 ? options->history_limit : CHAT_DEFAULT_HISTORY);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, config, -1, &error))
    bench_fail ("%s", error->message);
}

/**
 * bench_room_start:
 * @program: chat-server
 * @keys: whose keys
 * @options: (nullable): how the room is to be
 *
 * Returns: (transfer full): a chat-server in a new folder, with no limits that a benchmark could
 * meet
 */
BenchProcess *
bench_room_start (const char *program, BenchKeys *keys, const BenchRoomOptions *options)
{
  const BenchRoomOptions none = { 0 };
  g_autofree char *folder = bench_folder_new ();
  const char *argv[] = { program, "--directory", folder, NULL };

  if (options == NULL)
    options = &none;
  save_server_key (keys, folder);
  save_guest_keys (keys, folder, options->n_absent);
  save_config (folder, options);
  return bench_process_start (argv);
}

/**
 * bench_room_start_floor:
 * @program: bench-floor
 * @keys: whose keys; the floor takes the server's
 *
 * Returns: (transfer full): a bare GnuTLS server with the same key
 */
BenchProcess *
bench_room_start_floor (const char *program, BenchKeys *keys)
{
  g_autofree char *folder = bench_folder_new ();
  g_autofree char *key = g_build_filename (folder, "server_private_key.pem", NULL);
  const char *argv[] = { program, key, NULL };

  save_server_key (keys, folder);
  return bench_process_start (argv);
}
