/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message.h"

static ChatAudience *
audience (ChatAudienceKind kind)
{
  const char *names[] = { "bob", NULL };

  return chat_audience_new (kind, "set", names, NULL);
}

/* The properties, which the desktop binds to, say what the functions say. */
static void
assert_properties (ChatMessage *message)
{
  g_autofree char *author = NULL, *text = NULL, *peer = NULL, *problem = NULL, *doubt = NULL;
  g_autoptr (ChatAudience) to = NULL;
  ChatMessageState state;
  gboolean own, direct;
  gint64 time;

  g_object_get (message, "author", &author, "text", &text, "peer", &peer, "problem", &problem,
                "doubt", &doubt, "audience", &to, "state", &state, "own", &own, "direct", &direct,
                "time", &time, NULL);
  g_assert_cmpstr (author, ==, chat_message_get_author (message));
  g_assert_cmpstr (text, ==, chat_message_get_text (message));
  g_assert_cmpstr (peer, ==, chat_message_get_peer (message));
  g_assert_cmpstr (problem, ==, chat_message_get_problem (message));
  g_assert_cmpstr (doubt, ==, chat_message_get_doubt (message));
  g_assert_true (to == chat_message_get_audience (message));
  g_assert_cmpint (state, ==, chat_message_get_state (message));
  g_assert_cmpint (own, ==, chat_message_get_own (message));
  g_assert_cmpint (direct, ==, chat_message_get_direct (message));
  g_assert_cmpint (time, ==, chat_message_get_time (message));
}

static void
test_own (void)
{
  g_autoptr (ChatAudience) direct = audience (CHAT_AUDIENCE_DIRECT);
  g_autoptr (ChatMessage) message = chat_message_new_own ("alice", "kid", "hello", direct);
  gint64 sent = chat_message_get_sent (message);

  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENDING);
  g_assert_true (chat_message_get_own (message));
  g_assert_cmpstr (chat_message_get_peer (message), ==, "bob");
  /* Until the server has said when it came, the time is one's own. */
  g_assert_cmpint (chat_message_get_time (message), ==, sent);
  assert_properties (message);

  chat_message_set_state (message, CHAT_MESSAGE_FAILED, "no connection");
  g_assert_cmpstr (chat_message_get_problem (message), ==, "no connection");
  assert_properties (message);

  chat_message_set_state (message, CHAT_MESSAGE_SENT, NULL);
  chat_message_set_place (message, 7, 1700000000123);
  g_assert_null (chat_message_get_problem (message));
  g_assert_cmpint (chat_message_get_time (message), ==, 1700000000123);
  g_assert_cmpint (chat_message_get_sent (message), ==, sent);
  assert_properties (message);
}

static void
test_received (void)
{
  g_autoptr (ChatAudience) room = audience (CHAT_AUDIENCE_ROOM);
  ChatMessageFacts facts = { .from = "bob", .seq = 1, .at = 2, .author_kid = "kid", .sent = 3 };
  g_autoptr (ChatMessage) message = NULL;

  facts.text = "hello";
  facts.audience = room;
  facts.doubt = "another key";
  message = chat_message_new_received (&facts);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_RECEIVED);
  g_assert_false (chat_message_get_direct (message));
  g_assert_null (chat_message_get_peer (message));
  assert_properties (message);

  chat_message_set_doubt (message, NULL);
  g_assert_null (chat_message_get_doubt (message));
  assert_properties (message);
}

/* Of what is not verified nothing is known but who the server says it is from. */
static void
test_unverified (void)
{
  ChatMessageFacts facts = { .from = "bob", .seq = 1, .at = 2, .problem = "tampered with" };
  g_autoptr (ChatMessage) message = chat_message_new_received (&facts);

  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_UNVERIFIED);
  g_assert_null (chat_message_get_text (message));
  g_assert_null (chat_message_get_audience (message));
  g_assert_false (chat_message_get_direct (message));
  assert_properties (message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/own", test_own);
  g_test_add_func ("/message/received", test_received);
  g_test_add_func ("/message/unverified", test_unverified);

  return g_test_run ();
}
