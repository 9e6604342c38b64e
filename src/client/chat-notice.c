/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notice.h"

#include "chat-base64url.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-member.h"
#include "chat-reader-set.h"
#include "chat-username.h"

#include <string.h>

static gboolean
get_number (JsonObject *object, const char *member, gint64 *value, GError **error)
{
  return chat_json_get_integer (object, member, 0, CHAT_MAX_JSON_INTEGER, value, error);
}

static gboolean
dup_string (JsonObject *object, const char *member, char **value, GError **error)
{
  *value = g_strdup (chat_json_get_string (object, member, error));

  return *value != NULL;
}

static gboolean
dup_optional_string (JsonObject *object, const char *member, char **value, GError **error)
{
  const char *borrowed = NULL;

  if (!chat_json_get_optional_string (object, member, &borrowed, error))
    return FALSE;
  *value = g_strdup (borrowed);

  return TRUE;
}

/* A name that is shown to a person. */
static gboolean
dup_optional_name (JsonObject *object, const char *member, char **value, GError **error)
{
  return dup_optional_string (object, member, value, error)
         && (*value == NULL || chat_username_check (*value, error));
}

/* A sentence of the server's is no way to fill the screen. */
static gboolean
dup_sentence (JsonObject *object, const char *member, char **value, GError **error)
{
  const char *text = chat_json_get_string (object, member, error);

  if (text == NULL)
    return FALSE;
  *value = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), CHAT_MAX_SERVER_TEXT));

  return TRUE;
}

static GStrv
dup_strings (JsonObject *object, const char *member, GError **error)
{
  JsonArray *array = chat_json_get_array (object, member, error);
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();

  if (array == NULL)
    return NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *string = chat_json_get_element_string (array, i, error);

      if (string == NULL)
        return NULL;
      g_strv_builder_add (strings, string);
    }

  return g_strv_builder_end (strings);
}

static gboolean
parse_member (ChatNotice *self, JsonObject *object, gboolean online, gboolean former,
              GError **error)
{
  const char *username = chat_json_get_string (object, "username", error);
  const char *key = username != NULL ? chat_json_get_string (object, "key", error) : NULL;
  g_autoptr (ChatPublicKey) public_key = NULL;
  g_autoptr (GBytes) der = NULL;

  if (key == NULL || !chat_username_check (username, error))
    return FALSE;
  der = chat_base64url_decode (key, -1, error);
  if (der == NULL)
    return FALSE;
  public_key =
      chat_public_key_new_from_der (g_bytes_get_data (der, NULL), g_bytes_get_size (der), error);
  if (public_key == NULL)
    return FALSE;

  g_ptr_array_add (self->members, chat_member_new (username, public_key, online, former));

  return TRUE;
}

static gboolean
parse_members (ChatNotice *self, JsonObject *object, GError **error)
{
  JsonArray *array = chat_json_get_array (object, "members", error);

  if (array == NULL)
    return FALSE;

  self->members = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *member = chat_json_get_element_object (array, i, error);
      gboolean online = FALSE, former = FALSE;

      if (member == NULL || !chat_json_get_boolean (member, "online", &online, error)
          || !chat_json_get_optional_boolean (member, "former", &former, error)
          || !parse_member (self, member, online, former, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_added (ChatNotice *self, JsonObject *object, GError **error)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);

  return parse_member (self, object, FALSE, FALSE, error);
}

static gboolean
parse_welcome (ChatNotice *self, JsonObject *object, GError **error)
{
  gint64 version;

  return chat_json_get_integer (object, "version", CHAT_PROTOCOL_VERSION, CHAT_PROTOCOL_VERSION,
                                &version, error)
         && dup_string (object, "username", &self->username, error)
         && chat_username_check (self->username, error)
         && chat_json_get_boolean (object, "admin", &self->admin, error)
         && get_number (object, "history_limit", &self->history_limit, error)
         && dup_string (object, "history", &self->history, error)
         && get_number (object, "seq", &self->seq, error);
}

static gboolean
parse_caught_up (ChatNotice *self, JsonObject *object, GError **error)
{
  return get_number (object, "seq", &self->seq, error)
         && get_number (object, "count", &self->count, error)
         && get_number (object, "withheld", &self->withheld, error)
         && get_number (object, "lost", &self->lost, error);
}

static gboolean
parse_presence (ChatNotice *self, JsonObject *object, GError **error)
{
  self->online = dup_strings (object, "online", error);
  if (self->online == NULL)
    return FALSE;
  self->offline = dup_strings (object, "offline", error);

  return self->offline != NULL;
}

static gboolean
parse_removed (ChatNotice *self, JsonObject *object, GError **error)
{
  return dup_string (object, "username", &self->username, error);
}

static gboolean
parse_readers (ChatNotice *self, JsonObject *object, GError **error)
{
  g_autofree char *hash = NULL;
  gsize n_kids;

  if (!dup_string (object, "to", &self->to, error))
    return FALSE;
  self->kids = dup_strings (object, "kids", error);
  if (self->kids == NULL)
    return FALSE;

  n_kids = g_strv_length (self->kids);
  if (n_kids == 0 || n_kids > CHAT_MAX_READERS)
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                   "member \"kids\" has %" G_GSIZE_FORMAT " elements", n_kids);
      return FALSE;
    }
  for (gsize i = 0; i < n_kids; i++)
    if (strlen (self->kids[i]) != CHAT_KID_LENGTH)
      {
        g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                     "element %" G_GSIZE_FORMAT " of \"kids\" is not the name of a key", i);
        return FALSE;
      }

  hash = chat_reader_set_hash ((const char *const *)self->kids, n_kids);
  if (g_str_equal (hash, self->to))
    return TRUE;
  g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_INVALID,
                       "member \"to\" is not the hash of \"kids\"");

  return FALSE;
}

static gboolean
parse_ack (ChatNotice *self, JsonObject *object, GError **error)
{
  return dup_string (object, "mid", &self->mid, error)
         && chat_json_get_integer (object, "seq", 1, CHAT_MAX_JSON_INTEGER, &self->seq, error)
         && get_number (object, "at", &self->at, error);
}

static gboolean
parse_history_end (ChatNotice *self, JsonObject *object, GError **error)
{
  return get_number (object, "count", &self->count, error)
         && get_number (object, "withheld", &self->withheld, error)
         && chat_json_get_boolean (object, "more", &self->more, error);
}

static gboolean
parse_throttled (ChatNotice *self, JsonObject *object, GError **error)
{
  return get_number (object, "rate", &self->rate, error)
         && get_number (object, "ms", &self->ms, error);
}

static gboolean
parse_shutdown (ChatNotice *self, JsonObject *object, GError **error)
{
  return dup_optional_name (object, "by", &self->by, error);
}

static gboolean
parse_bye (ChatNotice *self, JsonObject *object, GError **error)
{
  return TRUE;
}

static gboolean
parse_error (ChatNotice *self, JsonObject *object, GError **error)
{
  const char *code = chat_json_get_string (object, "code", error);

  if (code == NULL)
    return FALSE;
  self->code = chat_protocol_error_from_code (code);

  return chat_json_get_boolean (object, "fatal", &self->fatal, error)
         && dup_sentence (object, "text", &self->text, error)
         && dup_optional_string (object, "mid", &self->mid, error)
         && dup_optional_string (object, "seal", &self->seal, error)
         && dup_optional_name (object, "username", &self->username, error)
         && chat_json_get_optional_integer (object, "limit", 0, CHAT_MAX_JSON_INTEGER, &self->limit,
                                            error);
}

static const struct
{
  const char *op;
  gboolean (*parse) (ChatNotice *self, JsonObject *object, GError **error);
} ops[] = {
  [CHAT_NOTICE_MEMBERS] = { "members", parse_members },
  [CHAT_NOTICE_WELCOME] = { "welcome", parse_welcome },
  [CHAT_NOTICE_CAUGHT_UP] = { "caught-up", parse_caught_up },
  [CHAT_NOTICE_PRESENCE] = { "presence", parse_presence },
  [CHAT_NOTICE_ADDED] = { "added", parse_added },
  [CHAT_NOTICE_REMOVED] = { "removed", parse_removed },
  [CHAT_NOTICE_READERS] = { "readers", parse_readers },
  [CHAT_NOTICE_ACK] = { "ack", parse_ack },
  [CHAT_NOTICE_HISTORY_END] = { "history-end", parse_history_end },
  [CHAT_NOTICE_THROTTLED] = { "throttled", parse_throttled },
  [CHAT_NOTICE_SHUTDOWN] = { "shutdown", parse_shutdown },
  [CHAT_NOTICE_BYE] = { "bye", parse_bye },
  [CHAT_NOTICE_ERROR] = { "error", parse_error },
};

static gboolean
parse_object (ChatNotice *self, JsonObject *object, GError **error)
{
  const char *op = chat_json_get_string (object, "op", error);

  if (op == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i].op, op))
      {
        self->op = (ChatNoticeOp)i;
        if (ops[i].parse (self, object, error))
          return TRUE;
        g_prefix_error (error, "notice \"%s\": ", op);
        return FALSE;
      }
  self->op = CHAT_NOTICE_UNKNOWN;

  return TRUE;
}

/**
 * chat_notice_parse: (skip)
 * @json: the plaintext of a frame without `unprotected`
 * @size: its length in bytes
 * @error: return location: what is wrong with it, for a log
 *
 * Parses a notice and checks everything that can be checked without knowing the session: types,
 * ranges, names, keys, and that a reader set has the hash that names it.
 *
 * Returns: (transfer full) (nullable): the notice
 */
ChatNotice *
chat_notice_parse (const char *json, gsize size, GError **error)
{
  g_autoptr (ChatNotice) self = NULL;
  g_autoptr (JsonObject) object = NULL;

  g_return_val_if_fail (json != NULL, NULL);

  object = chat_json_parse_object (json, size, error);
  if (object == NULL)
    return NULL;

  self = g_new0 (ChatNotice, 1);
  if (!parse_object (self, object, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * chat_notice_free:
 * @self: (transfer full): a notice
 *
 * Frees the notice and all that it holds.
 */
void
chat_notice_free (ChatNotice *self)
{
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_strfreev (self->online);
  g_strfreev (self->offline);
  g_strfreev (self->kids);
  g_free (self->username);
  g_free (self->history);
  g_free (self->to);
  g_free (self->mid);
  g_free (self->seal);
  g_free (self->by);
  g_free (self->text);
  g_free (self);
}
