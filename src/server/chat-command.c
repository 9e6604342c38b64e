/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-command.h"

#include "chat-base64url.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-log.h"
#include "chat-replay.h"
#include "chat-room.h"
#include "chat-username.h"

typedef gboolean (*CommandHandler) (ChatPeer *peer, JsonObject *command, GError **error);

static gboolean
set_malformed (GError **error, const char *text)
{
  g_set_error_literal (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, text);
  return FALSE;
}

/* hello */

static gboolean
check_version (ChatPeer *peer, JsonObject *command, gboolean *ok, GError **error)
{
  gint64 version;

  if (!chat_json_get_integer (command, "version", 0, CHAT_MAX_JSON_INTEGER, &version, error))
    return FALSE;

  *ok = version == CHAT_PROTOCOL_VERSION;
  if (!*ok)
    chat_peer_fail (peer, CHAT_PROTOCOL_ERROR_VERSION,
                    "this server speaks version " G_STRINGIFY (CHAT_PROTOCOL_VERSION) " only",
                    &(ChatErrorDetails){ .limit = CHAT_PROTOCOL_VERSION });
  return TRUE;
}

static gboolean
check_username (ChatPeer *peer, JsonObject *command, gboolean *ok, GError **error)
{
  const char *username = chat_json_get_string (command, "username", error);
  ChatGuest *guest = chat_peer_get_guest (peer);
  g_autofree char *folded = NULL;

  if (username == NULL)
    return FALSE;

  folded = chat_username_fold (username);
  *ok = g_str_equal (folded, guest->folded);
  if (!*ok)
    chat_peer_fail (peer, CHAT_PROTOCOL_ERROR_WRONG_NAME,
                    "this key is registered under another name",
                    &(ChatErrorDetails){ .username = guest->username });
  return TRUE;
}

/* An admin always gets in, so that a full server can be looked after. */
static gboolean
check_capacity (ChatPeer *peer)
{
  ChatRoom *room = chat_peer_get_room (peer);
  ChatServerConfig *config = chat_room_get_config (room);
  ChatGuest *guest = chat_peer_get_guest (peer);

  if (guest->peers->len >= config->max_connections_per_user)
    {
      chat_peer_fail (peer, CHAT_PROTOCOL_ERROR_TOO_MANY, "this username has too many connections",
                      &(ChatErrorDetails){ .limit = config->max_connections_per_user });
      return FALSE;
    }
  if (chat_room_get_n_joined (room) >= chat_room_get_capacity (room)
      && !chat_server_config_is_admin (config, guest->folded))
    {
      chat_peer_fail (peer, CHAT_PROTOCOL_ERROR_FULL, "the server is full",
                      &(ChatErrorDetails){ .limit = chat_room_get_capacity (room) });
      return FALSE;
    }

  return TRUE;
}

static void
send_members (ChatPeer *peer)
{
  GPtrArray *guests = chat_guest_list_get_all (chat_room_get_guests (chat_peer_get_room (peer)));

  for (guint i = 0; i < guests->len; i += CHAT_MEMBERS_PER_FRAME)
    chat_peer_take_notice (
        peer, chat_notice_members (guests, i, MIN (CHAT_MEMBERS_PER_FRAME, guests->len - i)));
}

static void
send_welcome (ChatPeer *peer)
{
  ChatRoom *room = chat_peer_get_room (peer);
  ChatServerConfig *config = chat_room_get_config (room);
  ChatGuest *guest = chat_peer_get_guest (peer);
  ChatStore *store = chat_room_get_store (room);
  const ChatWelcome welcome = {
    .username = guest->username,
    .is_admin = chat_server_config_is_admin (config, guest->folded),
    .history_limit = config->history_limit,
    .history = chat_store_get_history (store),
    .seq = chat_store_get_last_seq (store),
  };

  chat_peer_take_notice (peer, chat_notice_welcome (&welcome));
}

static gboolean
handle_hello (ChatPeer *peer, JsonObject *command, GError **error)
{
  ChatStore *store = chat_room_get_store (chat_peer_get_room (peer));
  const char *history = NULL;
  gint64 since = -1;
  gboolean ok;

  if (!check_version (peer, command, &ok, error))
    return FALSE;
  if (!ok)
    return TRUE;

  if (!chat_json_get_optional_integer (command, "since", 0, CHAT_MAX_JSON_INTEGER, &since, error)
      || !chat_json_get_optional_string (command, "history", &history, error))
    return FALSE;
  if (since >= 0 && history == NULL)
    return set_malformed (error, "member \"history\" is missing beside \"since\"");

  if (!check_username (peer, command, &ok, error))
    return FALSE;
  if (!ok || !check_capacity (peer))
    return TRUE;

  chat_log (CHAT_LOG_INFO, "joined", "user", chat_peer_get_guest (peer)->username, "address",
            chat_link_get_address (chat_peer_get_link (peer)), NULL);
  chat_peer_join (peer);
  send_members (peer);
  send_welcome (peer);
  /* Another store, or this one put back from a backup: the client's number means nothing here. */
  if (since >= 0
      && (!g_str_equal (history, chat_store_get_history (store))
          || since > chat_store_get_last_seq (store)))
    since = 0;
  chat_replay_missed (peer, since);

  return TRUE;
}

/* seal */

static gboolean
read_reader (ChatRoom *room, JsonArray *array, guint index, GHashTable *encrypted_keys,
             gboolean *known, GError **error)
{
  JsonObject *reader = chat_json_get_element_object (array, index, error);
  const char *kid = reader != NULL ? chat_json_get_string (reader, "kid", error) : NULL;
  const char *encrypted_key =
      kid != NULL ? chat_json_get_string (reader, "encrypted_key", error) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  ChatGuest *guest;

  if (encrypted_key == NULL)
    return FALSE;

  guest = chat_guest_list_lookup (chat_room_get_guests (room), kid);
  if (guest == NULL)
    {
      *known = FALSE;
      return TRUE;
    }

  bytes = chat_base64url_decode (encrypted_key, -1, error);
  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) != chat_public_key_get_size (guest->key))
    return set_malformed (error, "an encrypted_key is not as long as its reader's key");
  if (!g_hash_table_insert (encrypted_keys, g_strdup (kid), g_strdup (encrypted_key)))
    return set_malformed (error, "a seal names a reader twice");

  return TRUE;
}

static gboolean
handle_seal (ChatPeer *peer, JsonObject *command, GError **error)
{
  const char *id = chat_json_get_string (command, "id", error);
  JsonArray *array = id != NULL ? chat_json_get_array (command, "readers", error) : NULL;
  g_autoptr (GHashTable) encrypted_keys =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gboolean more = FALSE, known = TRUE;
  guint8 raw_id[CHAT_SEAL_ID_SIZE];

  if (array == NULL || !chat_json_get_optional_boolean (command, "more", &more, error)
      || !chat_base64url_decode_exactly (id, -1, raw_id, sizeof raw_id, error))
    return FALSE;
  if (json_array_get_length (array) == 0 || json_array_get_length (array) > CHAT_MAX_MEMBERS)
    return set_malformed (error, "a seal has no readers, or more than there can be guests");

  for (guint i = 0; i < json_array_get_length (array) && known; i++)
    if (!read_reader (chat_peer_get_room (peer), array, i, encrypted_keys, &known, error))
      return FALSE;

  if (known)
    return chat_seal_registry_add (chat_peer_get_seals (peer), id, encrypted_keys, !more, error);

  /* The guest list has changed since the client last heard of it. */
  chat_seal_registry_refuse (chat_peer_get_seals (peer), id);
  chat_peer_send_error (peer, CHAT_PROTOCOL_ERROR_UNKNOWN_READER,
                        "a reader of the seal is not a guest", &(ChatErrorDetails){ .seal = id });
  return TRUE;
}

/* The others */

static gboolean
handle_history (ChatPeer *peer, JsonObject *command, GError **error)
{
  ChatRoom *room = chat_peer_get_room (peer);
  gint64 ceiling = chat_room_get_config (room)->history_limit;
  gint64 limit = ceiling;
  gint64 before = G_MAXINT64; /* all that the store has when it comes to this */

  if (!chat_json_get_optional_integer (command, "limit", 1, CHAT_MAX_JSON_INTEGER, &limit, error)
      || !chat_json_get_optional_integer (command, "before", 0, CHAT_MAX_JSON_INTEGER, &before,
                                          error))
    return FALSE;

  /* The store looks through all that it keeps. */
  chat_peer_charge (peer, (guint) ceiling / CHAT_MESSAGES_PER_TOKEN);
  chat_replay_history (peer, before, (guint) MIN (limit, ceiling));
  return TRUE;
}

static gboolean
handle_bye (ChatPeer *peer, JsonObject *command, GError **error)
{
  chat_peer_leave (peer);
  return TRUE;
}

static gboolean
handle_shutdown (ChatPeer *peer, JsonObject *command, GError **error)
{
  ChatRoom *room = chat_peer_get_room (peer);
  ChatGuest *guest = chat_peer_get_guest (peer);

  if (chat_server_config_is_admin (chat_room_get_config (room), guest->folded))
    {
      chat_room_stop (room, guest->username);
      return TRUE;
    }

  chat_log (CHAT_LOG_WARNING, "shutdown-refused", "user", guest->username, NULL);
  chat_peer_send_error (
      peer, CHAT_PROTOCOL_ERROR_NOT_ADMIN,
      "only an admin can stop the server; config.json names them under \"admins\"", NULL);
  return TRUE;
}

static const struct
{
  const char *op;
  ChatPeerState state;
  CommandHandler handler;
} commands[] = {
  { "hello", CHAT_PEER_HELLO, handle_hello },      { "seal", CHAT_PEER_LIVE, handle_seal },
  { "history", CHAT_PEER_LIVE, handle_history },   { "bye", CHAT_PEER_LIVE, handle_bye },
  { "shutdown", CHAT_PEER_LIVE, handle_shutdown },
};

/**
 * chat_command_run:
 * @peer: who sent it
 * @json: the plaintext of a command
 * @size: in bytes
 * @error: return location for a #ChatProtocolError or a #ChatJoseError
 *
 * Returns: whether the command keeps the rules (it may be refused all the same)
 */
gboolean
chat_command_run (ChatPeer *peer, const char *json, gsize size, GError **error)
{
  g_autoptr (JsonObject) command = chat_json_parse_object (json, size, error);
  const char *op = command != NULL ? chat_json_get_string (command, "op", error) : NULL;
  g_autofree char *shown = NULL;

  if (op == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (!g_str_equal (commands[i].op, op))
        continue;
      if (commands[i].state == chat_peer_get_state (peer))
        return commands[i].handler (peer, command, error);

      return set_malformed (error, commands[i].state == CHAT_PEER_HELLO
                                       ? "hello came twice"
                                       : "the first command is not hello");
    }

  shown = chat_json_excerpt (op);
  g_set_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED, "there is no op \"%s\"",
               shown);
  return FALSE;
}
