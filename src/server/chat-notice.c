/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notice.h"

#include "chat-base64url.h"
#include "chat-json.h"
#include "chat-limits.h"

static JsonObject *
notice_new (const char *op)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "op", op);
  return object;
}

static char *
notice_end (JsonObject *object)
{
  g_autoptr (JsonObject) owned = object;

  return chat_json_to_string (owned, NULL);
}

static void
add_key (JsonObject *object, GBytes *key)
{
  gsize size;
  const void *data = g_bytes_get_data (key, &size);
  g_autofree char *text = chat_base64url_encode (data, size);

  json_object_set_string_member (object, "key", text);
}

static JsonObject *
member_new (const char *username, GBytes *key, gboolean online)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "username", username);
  add_key (object, key);
  json_object_set_boolean_member (object, "online", online);
  return object;
}

/**
 * chat_notice_members:
 * @guests: (element-type ChatGuest): the guest list
 * @first: the first one to name
 * @n_guests: how many
 *
 * Returns: (transfer full): a part of the member list
 */
char *
chat_notice_members (GPtrArray *guests, guint first, guint n_guests)
{
  JsonObject *object = notice_new ("members");
  JsonArray *array = json_array_sized_new (n_guests);

  for (guint i = first; i < first + n_guests; i++)
    {
      ChatGuest *guest = g_ptr_array_index (guests, i);

      json_array_add_object_element (array, member_new (guest->username,
                                                        chat_public_key_get_der (guest->key),
                                                        chat_guest_tell_online (guest)));
    }
  json_object_set_array_member (object, "members", array);

  return notice_end (object);
}

/**
 * chat_notice_former_member:
 * @username: the name under which the messages were posted
 * @key: DER SubjectPublicKeyInfo
 *
 * Returns: (transfer full): the key of somebody who has left, for the messages that remain
 */
char *
chat_notice_former_member (const char *username, GBytes *key)
{
  JsonObject *object = notice_new ("members");
  JsonObject *member = member_new (username, key, FALSE);
  JsonArray *array = json_array_new ();

  json_object_set_boolean_member (member, "former", TRUE);
  json_array_add_object_element (array, member);
  json_object_set_array_member (object, "members", array);

  return notice_end (object);
}

/**
 * chat_notice_welcome:
 * @welcome: what it tells
 *
 * Returns: (transfer full): the answer to `hello`
 */
char *
chat_notice_welcome (const ChatWelcome *welcome)
{
  JsonObject *object = notice_new ("welcome");

  json_object_set_int_member (object, "version", CHAT_PROTOCOL_VERSION);
  json_object_set_string_member (object, "username", welcome->username);
  json_object_set_boolean_member (object, "admin", welcome->is_admin);
  json_object_set_int_member (object, "history_limit", welcome->history_limit);
  json_object_set_string_member (object, "history", welcome->history);
  json_object_set_int_member (object, "seq", welcome->seq);

  return notice_end (object);
}

/**
 * chat_notice_caught_up:
 * @seq: the last number that the missed messages cover
 * @count: how many were sent
 * @withheld: how many were not sealed for this reader
 * @lost: how many are no longer stored
 *
 * Returns: (transfer full): the end of what was missed
 */
char *
chat_notice_caught_up (gint64 seq, gint64 count, gint64 withheld, gint64 lost)
{
  JsonObject *object = notice_new ("caught-up");

  json_object_set_int_member (object, "seq", seq);
  json_object_set_int_member (object, "count", count);
  json_object_set_int_member (object, "withheld", withheld);
  json_object_set_int_member (object, "lost", lost);

  return notice_end (object);
}

/**
 * chat_notice_presence:
 * @guests: (element-type ChatGuest): whose presence has changed
 * @except: (nullable): one to leave out: the reader
 *
 * Returns: (transfer full) (nullable): who has come and gone; %NULL when nobody is left
 */
char *
chat_notice_presence (GPtrArray *guests, ChatGuest *except)
{
  g_autoptr (JsonArray) online = json_array_new ();
  g_autoptr (JsonArray) offline = json_array_new ();
  JsonObject *object;

  for (guint i = 0; i < guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (guests, i);

      if (guest != except)
        json_array_add_string_element (guest->announced_online ? online : offline, guest->username);
    }

  if (json_array_get_length (online) + json_array_get_length (offline) == 0)
    return NULL;

  object = notice_new ("presence");
  json_object_set_array_member (object, "online", g_steal_pointer (&online));
  json_object_set_array_member (object, "offline", g_steal_pointer (&offline));
  return notice_end (object);
}

/**
 * chat_notice_added:
 * @guest: a new guest
 *
 * Returns: (transfer full): the news
 */
char *
chat_notice_added (ChatGuest *guest)
{
  JsonObject *object = notice_new ("added");

  json_object_set_string_member (object, "username", guest->username);
  add_key (object, chat_public_key_get_der (guest->key));

  return notice_end (object);
}

/**
 * chat_notice_removed:
 * @username: of a guest who is none any more
 *
 * Returns: (transfer full): the news
 */
char *
chat_notice_removed (const char *username)
{
  JsonObject *object = notice_new ("removed");

  json_object_set_string_member (object, "username", username);

  return notice_end (object);
}

/**
 * chat_notice_readers:
 * @readers: a set that the client cannot work out
 *
 * Returns: (transfer full): who the readers are
 */
char *
chat_notice_readers (ChatReaderSet *readers)
{
  JsonObject *object = notice_new ("readers");
  JsonArray *array = json_array_sized_new (chat_reader_set_get_size (readers));

  for (guint i = 0; i < chat_reader_set_get_size (readers); i++)
    json_array_add_string_element (array, chat_reader_set_get_kid (readers, i));
  json_object_set_string_member (object, "to", chat_reader_set_get_to (readers));
  json_object_set_array_member (object, "kids", array);

  return notice_end (object);
}

/**
 * chat_notice_ack:
 * @mid: a message id, checked
 * @seq: its number
 * @at: when it was stored, in milliseconds
 *
 * Returns: (transfer full): the acknowledgement
 */
char *
chat_notice_ack (const char *mid, gint64 seq, gint64 at)
{
  return g_strdup_printf ("{\"op\":\"ack\",\"mid\":\"%s\",\"seq\":%" G_GINT64_FORMAT
                          ",\"at\":%" G_GINT64_FORMAT "}",
                          mid, seq, at);
}

/**
 * chat_notice_history_end:
 * @count: how many messages were sent
 * @withheld: how many older ones are not sealed for this reader
 * @more: whether older ones that are exist
 *
 * Returns: (transfer full): the end of the answer to `history`
 */
char *
chat_notice_history_end (gint64 count, gint64 withheld, gboolean more)
{
  JsonObject *object = notice_new ("history-end");

  json_object_set_int_member (object, "count", count);
  json_object_set_int_member (object, "withheld", withheld);
  json_object_set_boolean_member (object, "more", more);

  return notice_end (object);
}

/**
 * chat_notice_throttled:
 * @rate: frames a second that are taken
 * @milliseconds: until the server reads on
 *
 * Returns: (transfer full): the notice
 */
char *
chat_notice_throttled (guint rate, gint64 milliseconds)
{
  JsonObject *object = notice_new ("throttled");

  json_object_set_int_member (object, "rate", rate);
  json_object_set_int_member (object, "ms", milliseconds);

  return notice_end (object);
}

/**
 * chat_notice_shutdown:
 * @by: (nullable): the admin who stopped the server
 *
 * Returns: (transfer full): the notice
 */
char *
chat_notice_shutdown (const char *by)
{
  JsonObject *object = notice_new ("shutdown");

  if (by != NULL)
    json_object_set_string_member (object, "by", by);

  return notice_end (object);
}

/**
 * chat_notice_bye:
 *
 * Returns: (transfer full): the answer to `bye`
 */
char *
chat_notice_bye (void)
{
  return notice_end (notice_new ("bye"));
}

/**
 * chat_notice_error:
 * @code: what is wrong
 * @text: the same as a sentence
 * @details: (nullable): what else is told
 *
 * Returns: (transfer full): the notice
 */
char *
chat_notice_error (ChatProtocolError code, const char *text, const ChatErrorDetails *details)
{
  JsonObject *object = notice_new ("error");

  json_object_set_string_member (object, "code", chat_protocol_error_to_code (code));
  json_object_set_boolean_member (object, "fatal", chat_protocol_error_is_fatal (code));
  json_object_set_string_member (object, "text", text);
  if (details != NULL && details->mid != NULL)
    json_object_set_string_member (object, "mid", details->mid);
  if (details != NULL && details->seal != NULL)
    json_object_set_string_member (object, "seal", details->seal);
  if (details != NULL && details->username != NULL)
    json_object_set_string_member (object, "username", details->username);
  if (details != NULL && details->limit != 0)
    json_object_set_int_member (object, "limit", details->limit);

  return notice_end (object);
}
