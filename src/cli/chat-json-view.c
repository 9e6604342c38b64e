/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json-view.h"

#include "chat-fingerprint.h"
#include "chat-text.h"

#include <json-glib/json-glib.h>

/* `chat-client --help` documents the events and their members: keep it up to date. */

struct _ChatJsonView
{
  GObject parent_instance;

  ChatLineFunc func;
  gpointer user_data;
};

static void view_init (ChatViewInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatJsonView, chat_json_view, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CHAT_TYPE_VIEW, view_init))

/**
 * chat_json_view_new:
 * @func: takes each line
 * @user_data: for @func
 *
 * Returns: (transfer full): a view
 */
ChatView *
chat_json_view_new (ChatLineFunc func, gpointer user_data)
{
  ChatJsonView *self = g_object_new (CHAT_TYPE_JSON_VIEW, NULL);

  self->func = func;
  self->user_data = user_data;

  return CHAT_VIEW (self);
}

static void
chat_json_view_class_init (ChatJsonViewClass *klass)
{
}

static void
chat_json_view_init (ChatJsonView *self)
{
}

static JsonObject *
new_event (const char *name)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "event", name);

  return event;
}

static void
print_event (ChatView *view, JsonObject *event)
{
  ChatJsonView *self = CHAT_JSON_VIEW (view);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), event);
  g_autofree char *json = json_to_string (node, FALSE);
  g_autofree char *line = chat_text_escape_json (json);

  self->func (line, CHAT_NOTE_INFO, self->user_data);
}

static void
set_optional (JsonObject *object, const char *member, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, member, value);
}

static void
show_state (ChatView *view, ChatSession *session)
{
  g_autoptr (JsonObject) event = new_event ("state");
  g_autoptr (GEnumClass) states = g_type_class_ref (CHAT_TYPE_SESSION_STATE);
  ChatSessionState state = chat_session_get_state (session);
  const GError *error = chat_session_get_error (session);

  json_object_set_string_member (event, "state", g_enum_get_value (states, (int)state)->value_nick);
  set_optional (event, "text", error != NULL ? error->message : NULL);
  if (state == CHAT_SESSION_WAITING)
    json_object_set_int_member (event, "seconds", chat_session_get_seconds_left (session));
  if (state == CHAT_SESSION_STOPPED)
    set_optional (event, "by", chat_session_get_stopped_by (session));
  if (state == CHAT_SESSION_OPEN)
    {
      json_object_set_string_member (event, "username", chat_session_get_username (session));
      json_object_set_boolean_member (event, "admin", chat_session_get_admin (session));
      json_object_set_int_member (event, "history_limit", chat_session_get_history_limit (session));
    }
  print_event (view, event);
}

static JsonArray *
new_string_array (const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (gsize i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);

  return array;
}

static void
add_verified (JsonObject *event, ChatMessage *message)
{
  static const char *const kinds[] = {
    [CHAT_AUDIENCE_ROOM] = "room",
    [CHAT_AUDIENCE_DIRECT] = "direct",
    [CHAT_AUDIENCE_OTHERS] = "others",
  };
  ChatAudience *audience = chat_message_get_audience (message);

  json_object_set_string_member (event, "mid", chat_message_get_mid (message));
  json_object_set_int_member (event, "sent", chat_message_get_sent (message));
  json_object_set_string_member (event, "audience", kinds[chat_audience_get_kind (audience)]);
  /* Of the room that would be all, again and again. */
  if (chat_audience_get_kind (audience) != CHAT_AUDIENCE_ROOM)
    json_object_set_array_member (event, "readers",
                                  new_string_array (chat_audience_get_names (audience)));
  set_optional (event, "with", chat_message_get_peer (message));
  set_optional (event, "text", chat_message_get_text (message));
  set_optional (event, "doubt", chat_message_get_doubt (message));
}

static void
show_message (ChatView *view, ChatMessage *message, ChatDeliveryOrigin origin)
{
  static const char *const origins[] = {
    [CHAT_ORIGIN_LIVE] = "live",
    [CHAT_ORIGIN_MISSED] = "missed",
    [CHAT_ORIGIN_HISTORY] = "history",
  };
  g_autoptr (JsonObject) event = new_event ("message");
  gboolean verified = chat_message_get_state (message) != CHAT_MESSAGE_UNVERIFIED;

  json_object_set_string_member (event, "origin", origins[origin]);
  json_object_set_int_member (event, "seq", chat_message_get_seq (message));
  json_object_set_int_member (event, "at", chat_message_get_at (message));
  json_object_set_string_member (event, "from", chat_message_get_author (message));
  json_object_set_boolean_member (event, "own", chat_message_get_own (message));
  json_object_set_boolean_member (event, "verified", verified);
  if (verified)
    add_verified (event, message);
  else
    set_optional (event, "problem", chat_message_get_problem (message));
  print_event (view, event);
}

static void
show_posted (ChatView *view, ChatMessage *message)
{
}

static void
show_acknowledged (ChatView *view, ChatMessage *message)
{
  g_autoptr (JsonObject) event = new_event ("sent");

  json_object_set_string_member (event, "mid", chat_message_get_mid (message));
  json_object_set_int_member (event, "seq", chat_message_get_seq (message));
  json_object_set_int_member (event, "at", chat_message_get_at (message));
  json_object_set_string_member (event, "text", chat_message_get_text (message));
  print_event (view, event);
}

static void
show_failed (ChatView *view, ChatMessage *message)
{
  g_autoptr (JsonObject) event = new_event ("failed");

  json_object_set_string_member (event, "mid", chat_message_get_mid (message));
  json_object_set_string_member (event, "text", chat_message_get_text (message));
  set_optional (event, "problem", chat_message_get_problem (message));
  print_event (view, event);
}

static void
add_member (JsonObject *object, ChatMember *member)
{
  json_object_set_string_member (object, "username", chat_member_get_username (member));
  json_object_set_string_member (object, "fingerprint",
                                 chat_public_key_get_fingerprint (chat_member_get_key (member)));
  if (chat_member_get_changed (member))
    {
      g_autofree char *known = chat_fingerprint_from_kid (chat_member_get_known_kid (member));

      json_object_set_string_member (object, "known", known);
    }
}

static void
show_member (ChatView *view, ChatMember *member, ChatMemberChange change)
{
  static const char *const changes[] = {
    [CHAT_MEMBER_ADDED] = "added",
    [CHAT_MEMBER_REMOVED] = "removed",
    [CHAT_MEMBER_CAME] = "online",
    [CHAT_MEMBER_LEFT] = "offline",
  };
  g_autoptr (JsonObject) event = new_event (changes[change]);

  add_member (event, member);
  print_event (view, event);
}

static void
print_member (ChatView *view, const char *name, ChatMember *member)
{
  g_autoptr (JsonObject) event = new_event (name);

  add_member (event, member);
  print_event (view, event);
}

static void
show_newcomer (ChatView *view, ChatMember *member, gboolean live)
{
  print_member (view, "new", member);
}

static void
show_key_changed (ChatView *view, ChatMember *member)
{
  print_member (view, "key-changed", member);
}

static void
show_key_accepted (ChatView *view, ChatMember *member)
{
  print_member (view, "key-accepted", member);
}

static void
show_members (ChatView *view, ChatSession *session)
{
  g_autoptr (JsonObject) event = new_event ("members");
  GListModel *members = G_LIST_MODEL (chat_session_get_members (session));
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);
      JsonObject *object = json_object_new ();

      add_member (object, member);
      json_object_set_boolean_member (object, "online", chat_member_get_online (member));
      json_object_set_boolean_member (
          object, "own",
          chat_public_key_equal (chat_member_get_key (member), chat_session_get_key (session)));
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (event, "members", array);
  print_event (view, event);
}

static void
show_caught_up (ChatView *view, gint64 count, gint64 withheld, gint64 lost)
{
  g_autoptr (JsonObject) event = new_event ("caught-up");

  json_object_set_int_member (event, "count", count);
  json_object_set_int_member (event, "withheld", withheld);
  json_object_set_int_member (event, "lost", lost);
  print_event (view, event);
}

static void
show_history_end (ChatView *view, gint64 count, gint64 withheld, gboolean more)
{
  g_autoptr (JsonObject) event = new_event ("history-end");

  json_object_set_int_member (event, "count", count);
  json_object_set_int_member (event, "withheld", withheld);
  json_object_set_boolean_member (event, "more", more);
  print_event (view, event);
}

static void
show_throttled (ChatView *view, gint64 rate, gint64 ms)
{
  g_autoptr (JsonObject) event = new_event ("throttled");

  json_object_set_int_member (event, "rate", rate);
  json_object_set_int_member (event, "ms", ms);
  print_event (view, event);
}

static void
show_note (ChatView *view, ChatNote note, const char *text)
{
  g_autoptr (JsonObject) event = new_event (note == CHAT_NOTE_PROBLEM ? "problem" : "note");

  json_object_set_string_member (event, "text", text);
  print_event (view, event);
}

static void
view_init (ChatViewInterface *iface)
{
  iface->state = show_state;
  iface->posted = show_posted;
  iface->message = show_message;
  iface->acknowledged = show_acknowledged;
  iface->failed = show_failed;
  iface->member = show_member;
  iface->newcomer = show_newcomer;
  iface->key_changed = show_key_changed;
  iface->key_accepted = show_key_accepted;
  iface->members = show_members;
  iface->caught_up = show_caught_up;
  iface->history_end = show_history_end;
  iface->throttled = show_throttled;
  iface->note = show_note;
}
