/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-peer-private.h"
#include "fuzz-file.h"
#include "fuzz-keys.h"
#include "fuzz-link.h"
#include "fuzz.h"

#include <string.h>

/* A server with two guests. The first is an admin only where an input begins with a line "admin".
 * TLS is left out: what has come through it comes in here. Each line of an input is
 *
 *   [ab]c JSON        a command of alice or bob, sealed as it should be
 *   [ab]p SEAL MID    a post
 *   [ab]f JSON        a frame as it is
 *
 * where $ stands for keys as in fuzz-keys.h. */

#define MAX_LINES 40
#define HISTORY_LIMIT 20

typedef struct
{
  ChatServerConfig *config;
  ChatGuestList *guests;
  ChatStore *store;
  ChatRoom *room;
  gint64 last_seq;
} Server;

static void
add_guest (const char *name, guint key)
{
  g_autofree char *file = g_strdup_printf ("key_%s.pem", name);
  g_autofree char *pem = chat_public_key_dup_pem (fuzz_get_public_key (key));

  g_free (fuzz_write_file (file, pem, strlen (pem)));
}

static void
server_start (Server *self)
{
  g_autofree char *path = g_build_filename (fuzz_get_folder (), "history.db", NULL);
  g_autofree char *text = g_strdup_printf (
      "{\"server_ip\":\"127.0.0.1\",\"server_port\":5000,\"rate_limit\":0,\"history_limit\":%d,"
      "\"log_level\":\"error\"}",
      HISTORY_LIMIT);

  add_guest ("alice", 1);
  add_guest ("bob", 2);
  self->config = chat_server_config_parse ("config.json", text, strlen (text), NULL);
  chat_log_set_level (CHAT_LOG_ERROR);
  self->guests = chat_guest_list_new (fuzz_get_folder (), fuzz_get_public_key (0), 0);
  g_assert_true (chat_guest_list_load (self->guests, NULL));
  self->store = chat_store_new (path, HISTORY_LIMIT, NULL);
  g_assert_nonnull (self->store);
  self->last_seq = chat_store_get_last_seq (self->store);
  self->room = chat_room_new (self->config, fuzz_get_private_key (), self->guests, self->store, 10,
                              NULL);
  g_assert_nonnull (self->room);
}

static void
server_stop (Server *self)
{
  g_clear_object (&self->room);
  chat_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->guests);
  g_clear_pointer (&self->config, chat_server_config_free);
}

static void
set_admin (Server *self, gboolean is_admin)
{
  const char *admins[] = { "alice", NULL };

  g_strfreev (self->config->admins);
  self->config->admins = g_strdupv ((char **) (is_admin ? admins : admins + 1));
}

/* As if the handshake had proven the key. */
static ChatPeer *
enter (Server *self, guint key)
{
  g_autoptr (ChatLink) link = fuzz_link_new (chat_room_get_poller (self->room), NULL);
  ChatPeer *peer = chat_peer_new (self->room, link);
  const char *kid = chat_public_key_get_id (fuzz_get_public_key (key));

  peer->guest = g_object_ref (chat_guest_list_lookup (self->guests, kid));
  peer->state = CHAT_PEER_HELLO;
  peer->command_wrapping = g_strdup (fuzz_get_encrypted_key ());
  peer->command_key = chat_secret_ref ((ChatSecret *) fuzz_get_content_key ());

  return peer;
}

static char *
make_command (const char *json, gsize *size)
{
  return chat_jwe_seal (fuzz_get_content_key (), NULL,
                        chat_public_key_get_id (fuzz_get_public_key (0)),
                        fuzz_get_encrypted_key (), NULL, json, strlen (json), size);
}

static char *
make_post (const char *text, gsize *size)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  g_autoptr (JsonObject) unprotected = json_object_new ();
  g_autofree char *json = NULL;

  /* Others than these are for lines of kind f. */
  if (g_strv_length (words) != 2 || !g_utf8_validate (text, -1, NULL)
      || !chat_mid_is_valid (words[1]))
    return NULL;

  json_object_set_string_member (unprotected, "op", "post");
  json_object_set_string_member (unprotected, "seal", words[0]);
  json = chat_json_to_string (unprotected, NULL);

  return chat_jwe_seal (fuzz_get_content_key (), json, NULL, NULL, words[1], "what is said", 12,
                        size);
}

/* Nothing is read from a peer that is held; so here it is waited for. */
static gboolean
is_busy (ChatPeer *peer)
{
  return peer->state != CHAT_PEER_GONE
         && (peer->holds & (CHAT_HOLD_UNWRAP | CHAT_HOLD_REPLAY | CHAT_HOLD_POSTS)) != 0;
}

static void
say (ChatPeer *peer, const char *line)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) frame = NULL;
  gsize size = 0;

  if (line[0] == '\0' || line[1] != ' ' || (peer->holds & CHAT_HOLD_LEAVING) != 0)
    return;

  if (line[0] == 'c')
    text = make_command (line + 2, &size);
  else if (line[0] == 'p')
    text = make_post (line + 2, &size);
  else if (line[0] == 'f')
    {
      text = g_strdup (line + 2);
      size = strlen (text);
    }
  if (text == NULL)
    return;

  frame = g_bytes_new_take (g_steal_pointer (&text), size);
  chat_peer_frame_cb (peer->link, frame, peer);
  while (is_busy (peer))
    g_main_context_iteration (NULL, TRUE);
  fuzz_run_loop ();
}

static void
leave (Server *self, ChatPeer *peer)
{
  while (peer->pending_posts > 0)
    g_main_context_iteration (NULL, TRUE);
  chat_link_close (peer->link, NULL);
  g_assert_cmpint (peer->state, ==, CHAT_PEER_GONE);
  g_assert_cmpuint (peer->guest->peers->len, ==, 0);
  g_object_unref (peer);
}

static void
run_script (Server *self, char **lines)
{
  ChatPeer *peers[] = { enter (self, 1), enter (self, 2) };
  gint64 last_seq;

  set_admin (self, g_strcmp0 (lines[0], "admin") == 0);
  for (guint i = 0; lines[i] != NULL && i < MAX_LINES; i++)
    if (lines[i][0] == 'a' || lines[i][0] == 'b')
      say (peers[lines[i][0] - 'a'], lines[i] + 1);

  leave (self, peers[0]);
  leave (self, peers[1]);
  fuzz_run_loop ();

  last_seq = chat_store_get_last_seq (self->store);
  g_assert_cmpint (last_seq, >=, self->last_seq);
  self->last_seq = last_seq;
  g_assert_cmpuint (chat_room_get_n_joined (self->room), ==, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static Server server;
  g_autofree char *text = fuzz_expand ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (server.room == NULL)
    server_start (&server);
  run_script (&server, lines);
  if (chat_room_is_stopping (server.room))
    server_stop (&server);

  return 0;
}
