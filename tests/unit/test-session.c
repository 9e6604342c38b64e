/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only test that looks inside. */
#include "chat-session-private.h"

#include "chat-error.h"
#include "chat-jwe.h"
#include "chat-limits.h"
#include "chat-reader-set.h"
#include "fake-server.h"

#include <string.h>

/* alice's session, with a server that does what the test says. */
typedef struct
{
  FakeServer *server;
  ChatSession *session;
  GString *log;
} Fixture;

static void
log_message_cb (ChatSession *session, ChatMessage *message, guint origin, Fixture *self)
{
  const char *text = chat_message_get_text (message);

  g_string_append_printf (self->log, "%c:%s ", "lmh"[origin], text != NULL ? text : "!");
}

static void
log_acknowledged_cb (ChatSession *session, ChatMessage *message, Fixture *self)
{
  g_string_append_printf (self->log, "sent:%s ", chat_message_get_text (message));
}

static void
log_failed_cb (ChatSession *session, ChatMessage *message, Fixture *self)
{
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_FAILED);
  g_assert_nonnull (chat_message_get_problem (message));
  g_string_append_printf (self->log, "failed:%s ", chat_message_get_text (message));
}

static void
log_refused_cb (ChatSession *session, const GError *error, Fixture *self)
{
  g_string_append_printf (self->log, "refused:%d ", error->code);
}

static void
log_history_end_cb (ChatSession *session, gint64 count, gint64 withheld, gboolean more,
                    Fixture *self)
{
  g_string_append_printf (self->log, "end:%d,%d,%d ", (int)count, (int)withheld, more);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->server = fake_server_new ();
  self->log = g_string_new (NULL);
  self->session = chat_session_new ("127.0.0.1", fake_server_get_port (self->server), "alice",
                                    fake_server_get_key (0), fake_server_get_public_key (2));
  g_signal_connect (self->session, "delivered", G_CALLBACK (log_message_cb), self);
  g_signal_connect (self->session, "acknowledged", G_CALLBACK (log_acknowledged_cb), self);
  g_signal_connect (self->session, "failed", G_CALLBACK (log_failed_cb), self);
  g_signal_connect (self->session, "refused", G_CALLBACK (log_refused_cb), self);
  g_signal_connect (self->session, "history-end", G_CALLBACK (log_history_end_cb), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  chat_session_close (self->session);
  /* An attempt that was under way lets go of the session when it sees that it is cancelled. */
  wait_until (G_OBJECT (self->session)->ref_count == 1);
  g_assert_finalize_object (self->session);
  fake_server_free (self->server);
  g_string_free (self->log, TRUE);
}

#define wait_for_state(self, wanted)                                                               \
  wait_until (chat_session_get_state ((self)->session) == (wanted))

static void
assert_log (Fixture *self, const char *expected)
{
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

/* Waits until as much was logged as is expected. */
static void
wait_for_log (Fixture *self, const char *expected)
{
  wait_until (self->log->len >= strlen (expected));
  assert_log (self, expected);
}

static JsonObject *
join (Fixture *self, const char *history, gint64 seq)
{
  JsonObject *hello = fake_server_expect (self->server, "hello");

  fake_server_let_in (self->server, history, seq);
  wait_for_state (self, CHAT_SESSION_OPEN);

  return hello;
}

static void
open_room (Fixture *self)
{
  g_autoptr (JsonObject) hello = NULL;

  chat_session_start (self->session);
  hello = join (self, "store", 10);
}

static ChatMessage *
say (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  ChatMessage *message = chat_session_send (self->session, text, NULL, &error);

  g_assert_no_error (error);

  return message;
}

/* The first post under a new seal. */
static JsonObject *
expect_sealed_post (Fixture *self)
{
  g_autoptr (JsonObject) seal = fake_server_expect (self->server, "seal");
  JsonObject *post = fake_server_expect (self->server, "post");

  g_assert_cmpstr (json_object_get_string_member (seal, "id"), ==,
                   json_object_get_string_member (post, "seal"));

  return post;
}

static const char *
mid_of (JsonObject *post)
{
  return json_object_get_string_member (post, "mid");
}

static void
come_back (Fixture *self)
{
  wait_for_state (self, CHAT_SESSION_WAITING);
  g_assert_nonnull (chat_session_get_error (self->session));
  chat_session_try_now (self->session);
}

static void
test_joins (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;
  ChatMemberList *members = chat_session_get_members (self->session);

  chat_session_start (self->session);
  hello = join (self, "store", 10);
  g_assert_cmpstr (json_object_get_string_member (hello, "username"), ==, "alice");
  g_assert_cmpint (json_object_get_int_member (hello, "version"), ==, CHAT_PROTOCOL_VERSION);
  g_assert_false (json_object_has_member (hello, "since"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (members)), ==, 2);
  g_assert_true (chat_session_get_admin (self->session));
  g_assert_cmpint (chat_session_get_history_limit (self->session), ==, 100);
}

static void
test_one_seal_for_many_posts (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;
  g_autoptr (JsonObject) direct = NULL;
  ChatMember *bob;

  open_room (self);
  say (self, "one");
  say (self, "two");
  first = expect_sealed_post (self);
  second = fake_server_expect (self->server, "post");
  g_assert_cmpstr (json_object_get_string_member (first, "seal"), ==,
                   json_object_get_string_member (second, "seal"));
  g_assert_cmpstr (mid_of (first), !=, mid_of (second));
  g_assert_cmpuint (chat_session_get_pending (self->session), ==, 2);
  fake_server_ack (self->server, first, 11);
  fake_server_ack (self->server, second, 12);
  wait_for_log (self, "sent:one sent:two ");
  g_assert_cmpuint (chat_session_get_pending (self->session), ==, 0);

  /* To oneself alone, which in a room of two is another set than the room. */
  bob = chat_member_list_find (chat_session_get_members (self->session), "alice");
  g_assert_nonnull (chat_session_send (self->session, "note", bob, NULL));
  direct = expect_sealed_post (self);
  g_assert_cmpstr (json_object_get_string_member (first, "seal"), !=,
                   json_object_get_string_member (direct, "seal"));
}

static void
test_a_new_member_needs_a_new_seal (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;
  ChatMemberList *members = chat_session_get_members (self->session);

  open_room (self);
  say (self, "both");
  first = expect_sealed_post (self);
  fake_server_notify (self->server, "{\"op\":\"removed\",\"username\":\"bob\"}");
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (members)) == 1);
  say (self, "alone");
  second = expect_sealed_post (self);
  g_assert_cmpstr (json_object_get_string_member (first, "seal"), !=,
                   json_object_get_string_member (second, "seal"));
}

static void
test_commands_wait_their_turn (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) post = NULL;
  g_autoptr (JsonObject) history = NULL;
  g_autoptr (JsonObject) later = NULL;

  open_room (self);
  say (self, "before");
  g_assert_true (chat_session_request_history (self->session, 7, 0));
  say (self, "after");
  post = expect_sealed_post (self);
  later = fake_server_expect (self->server, "post");
  fake_server_ack (self->server, post, 11);
  history = fake_server_expect (self->server, "history");
  g_assert_cmpint (json_object_get_int_member (history, "limit"), ==, 7);
}

static void
test_few_posts_in_flight (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) first = NULL;

  open_room (self);
  for (guint i = 0; i < CHAT_MAX_POSTS_IN_FLIGHT + 5; i++)
    say (self, "x");
  g_assert_cmpuint (self->session->in_flight.length, ==, CHAT_MAX_POSTS_IN_FLIGHT);
  first = expect_sealed_post (self);
  for (guint i = 1; i < CHAT_MAX_POSTS_IN_FLIGHT; i++)
    json_object_unref (fake_server_expect (self->server, "post"));

  fake_server_ack (self->server, first, 11);
  json_object_unref (fake_server_expect (self->server, "post"));
  g_assert_cmpuint (self->session->in_flight.length, ==, CHAT_MAX_POSTS_IN_FLIGHT);
}

static void
test_the_outbox_is_bounded (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *long_text = g_strnfill (CHAT_MAX_TEXT + 1, 'x');

  g_assert_null (chat_session_send (self->session, "too early", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (&error);

  open_room (self);
  g_assert_null (chat_session_send (self->session, long_text, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  for (guint i = 0; i < CHAT_MAX_POSTS_IN_FLIGHT + CHAT_MAX_POSTS_WAITING; i++)
    say (self, "x");
  g_assert_null (chat_session_send (self->session, "one too many", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
test_comes_back_and_sends_again (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) lost = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) later = NULL;
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  say (self, "lost");
  lost = expect_sealed_post (self);
  fake_server_hang_up (self->server);
  wait_for_state (self, CHAT_SESSION_WAITING);
  say (self, "later");
  come_back (self);
  hello = join (self, "store", 10);
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 10);
  g_assert_cmpstr (json_object_get_string_member (hello, "history"), ==, "store");

  again = expect_sealed_post (self);
  g_assert_cmpstr (mid_of (again), ==, mid_of (lost));
  /* The same seal, registered anew: its keys are not wrapped again. */
  g_assert_cmpstr (json_object_get_string_member (again, "seal"), ==,
                   json_object_get_string_member (lost, "seal"));
  later = fake_server_expect (self->server, "post");
  fake_server_ack (self->server, again, 11);
  fake_server_ack (self->server, later, 12);
  wait_for_log (self, "sent:lost sent:later ");
}

static void
test_order_survives (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) lost = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  /* Some are in flight, and some have not been sent at all. */
  for (guint i = 0; i < CHAT_MAX_POSTS_IN_FLIGHT + 5; i++)
    say (self, "x");
  lost = expect_sealed_post (self);
  fake_server_hang_up (self->server);
  come_back (self);
  fake_server_forget (self->server);
  hello = join (self, "store", 10);
  again = expect_sealed_post (self);
  g_assert_cmpstr (mid_of (again), ==, mid_of (lost));
}

static void
test_a_lost_acknowledgement (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) post = NULL;
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) next = NULL;
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));

  open_room (self);
  say (self, "stored");
  post = expect_sealed_post (self);
  fake_server_hang_up (self->server);
  come_back (self);

  hello = fake_server_expect (self->server, "hello");
  fake_server_notify_members (self->server);
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":12}");
  fake_server_deliver (self->server, "message", 11, "alice", 0, mid_of (post), "stored");
  fake_server_deliver (self->server, "message", 12, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "meanwhile");
  fake_server_notify (self->server, "{\"op\":\"caught-up\",\"seq\":12,\"count\":2,"
                                    "\"withheld\":0,\"lost\":0}");
  wait_for_log (self, "sent:stored m:meanwhile ");
  wait_for_state (self, CHAT_SESSION_OPEN);
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, 2);

  /* It is not posted again: the next post is the next message. */
  say (self, "next");
  next = expect_sealed_post (self);
  g_assert_cmpstr (mid_of (next), !=, mid_of (post));
}

static void
test_a_broken_catch_up_starts_again (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) second = NULL;
  const char *mid = "11111111-1111-4111-8111-111111111111";

  open_room (self);
  fake_server_hang_up (self->server);
  come_back (self);
  hello = fake_server_expect (self->server, "hello");
  fake_server_notify_members (self->server);
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":20}");
  /* A live message that overtook the missed ones. */
  fake_server_deliver (self->server, "message", 20, "bob", 1, mid, "live");
  wait_for_log (self, "m:live ");
  fake_server_hang_up (self->server);
  come_back (self);

  second = fake_server_expect (self->server, "hello");
  g_assert_cmpint (json_object_get_int_member (second, "since"), ==, 10);
  fake_server_notify_members (self->server);
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":20}");
  fake_server_deliver (self->server, "message", 15, "bob", 1,
                       "22222222-2222-4222-8222-222222222222", "missed");
  fake_server_deliver (self->server, "message", 20, "bob", 1, mid, "live");
  fake_server_notify (self->server, "{\"op\":\"caught-up\",\"seq\":20,\"count\":2,"
                                    "\"withheld\":0,\"lost\":0}");
  wait_for_state (self, CHAT_SESSION_OPEN);
  assert_log (self, "m:missed ");
}

static void
test_another_store (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) again = NULL;

  open_room (self);
  fake_server_hang_up (self->server);
  come_back (self);
  hello = join (self, "another", 3);
  fake_server_hang_up (self->server);
  come_back (self);
  again = join (self, "another", 3);
  g_assert_cmpint (json_object_get_int_member (again, "since"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (again, "history"), ==, "another");
}

static void
test_a_refused_seal_is_made_again (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) refused = NULL;
  g_autoptr (JsonObject) again = NULL;

  open_room (self);
  say (self, "x");
  refused = expect_sealed_post (self);
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"unknown-seal\",\"fatal\":false,"
                      "\"text\":\"t\",\"mid\":\"%s\",\"seal\":\"%s\"}",
                      mid_of (refused), json_object_get_string_member (refused, "seal"));
  again = expect_sealed_post (self);
  g_assert_cmpstr (mid_of (again), ==, mid_of (refused));
  g_assert_cmpstr (json_object_get_string_member (again, "seal"), !=,
                   json_object_get_string_member (refused, "seal"));
  fake_server_ack (self->server, again, 11);
  wait_for_log (self, "sent:x ");
}

static void
test_refused_seals_come_to_an_end (Fixture *self, gconstpointer data)
{
  open_room (self);
  say (self, "x");
  for (guint i = 0; i < CHAT_MAX_POST_ATTEMPTS; i++)
    {
      g_autoptr (JsonObject) post = expect_sealed_post (self);

      fake_server_notify (self->server,
                          "{\"op\":\"error\",\"code\":\"unknown-seal\",\"fatal\":false,"
                          "\"text\":\"t\",\"mid\":\"%s\"}",
                          mid_of (post));
    }
  wait_for_log (self, "failed:x ");
}

static void
test_what_is_not_stored_can_be_sent_again (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) refused = NULL;
  g_autoptr (JsonObject) again = NULL;
  ChatMessage *message;

  open_room (self);
  message = say (self, "x");
  refused = expect_sealed_post (self);
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"not-stored\",\"fatal\":false,\"text\":\"t\","
                      "\"mid\":\"%s\"}",
                      mid_of (refused));
  wait_for_log (self, "failed:x ");
  g_assert_true (chat_session_send_again (self->session, message, NULL));
  again = fake_server_expect (self->server, "post");
  g_assert_cmpstr (mid_of (again), ==, mid_of (refused));
}

static void
test_a_direct_message_stays_with_its_key (Fixture *self, gconstpointer data)
{
  ChatMemberList *members = chat_session_get_members (self->session);
  g_autoptr (JsonObject) post = NULL;

  open_room (self);
  g_assert_nonnull (
      chat_session_send (self->session, "psst", chat_member_list_find (members, "bob"), NULL));
  post = expect_sealed_post (self);
  fake_server_notify (self->server, "{\"op\":\"removed\",\"username\":\"bob\"}");
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"unknown-seal\",\"fatal\":false,\"text\":\"t\","
                      "\"mid\":\"%s\"}",
                      mid_of (post));
  wait_for_log (self, "failed:psst ");
}

static void
test_nobody_left_to_write_to (Fixture *self, gconstpointer data)
{
  GListModel *members = G_LIST_MODEL (chat_session_get_members (self->session));

  open_room (self);
  fake_server_notify (self->server, "{\"op\":\"removed\",\"username\":\"alice\"}");
  fake_server_notify (self->server, "{\"op\":\"removed\",\"username\":\"bob\"}");
  wait_until (g_list_model_get_n_items (members) == 0);
  say (self, "hello?");
  assert_log (self, "failed:hello? ");
}

static void
test_each_delivery_once (Fixture *self, gconstpointer data)
{
  const char *mid = "11111111-1111-4111-8111-111111111111";

  open_room (self);
  fake_server_deliver (self->server, "message", 11, "bob", 1, mid, "hi");
  fake_server_deliver (self->server, "message", 11, "bob", 1, mid, "hi");
  g_assert_true (chat_session_request_history (self->session, 5, 0));
  fake_server_deliver (self->server, "history", 11, "bob", 1, mid, "hi");
  /* Signed by alice, and said to be from bob. */
  fake_server_deliver (self->server, "message", 12, "bob", 0,
                       "22222222-2222-4222-8222-222222222222", "forged");
  /* Signed by one who is no member. */
  fake_server_deliver (self->server, "message", 13, "bob", 2,
                       "33333333-3333-4333-8333-333333333333", "forged");
  fake_server_notify (self->server, "{\"op\":\"history-end\",\"count\":1,\"withheld\":2,"
                                    "\"more\":true}");
  wait_for_log (self, "l:hi h:hi l:! l:! end:1,2,1 ");
}

static void
test_leaves_in_order (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) post = NULL;
  g_autoptr (JsonObject) bye = NULL;

  open_room (self);
  say (self, "last words");
  chat_session_leave (self->session);
  post = expect_sealed_post (self);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);
  fake_server_ack (self->server, post, 11);
  bye = fake_server_expect (self->server, "bye");
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_LEAVING);
  fake_server_notify (self->server, "{\"op\":\"bye\"}");
  wait_for_state (self, CHAT_SESSION_CLOSED);
  assert_log (self, "sent:last words ");
}

static void
test_leaving_survives_a_lost_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) lost = NULL;
  g_autoptr (JsonObject) post = NULL;
  g_autoptr (JsonObject) bye = NULL;

  open_room (self);
  say (self, "last words");
  chat_session_leave (self->session);
  lost = expect_sealed_post (self);
  fake_server_hang_up (self->server);
  come_back (self);
  hello = join (self, "store", 10);
  post = expect_sealed_post (self);
  fake_server_ack (self->server, post, 11);
  bye = fake_server_expect (self->server, "bye");
}

static void
test_closing_fails_what_is_not_delivered (Fixture *self, gconstpointer data)
{
  open_room (self);
  say (self, "one");
  say (self, "two");
  chat_session_close (self->session);
  assert_log (self, "failed:one failed:two ");
  g_assert_cmpuint (chat_session_get_pending (self->session), ==, 0);
}

static void
test_an_admin_stops_the_server (Fixture *self, gconstpointer data)
{
  open_room (self);
  fake_server_notify (self->server, "{\"op\":\"shutdown\",\"by\":\"bob\"}");
  wait_until (chat_session_get_stopped_by (self->session) != NULL);
  fake_server_hang_up (self->server);
  wait_for_state (self, CHAT_SESSION_STOPPED);
  g_assert_cmpstr (chat_session_get_stopped_by (self->session), ==, "bob");
}

static void
test_a_restart_is_waited_for (Fixture *self, gconstpointer data)
{
  open_room (self);
  fake_server_notify (self->server, "{\"op\":\"shutdown\"}");
  wait_for_state (self, CHAT_SESSION_WAITING);
  g_assert_cmpuint (chat_session_get_seconds_left (self->session), >, 0);
}

static void
notify_refused (Fixture *self)
{
  fake_server_notify (self->server, "{\"op\":\"error\",\"code\":\"not-admin\",\"fatal\":false,"
                                    "\"text\":\"t\"}");
}

static void
test_a_refused_command (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) shutdown = NULL;
  g_autofree char *expected = g_strdup_printf ("refused:%d ", CHAT_PROTOCOL_ERROR_NOT_ADMIN);

  open_room (self);
  g_assert_true (chat_session_shut_server_down (self->session));
  shutdown = fake_server_expect (self->server, "shutdown");
  notify_refused (self);
  wait_for_log (self, expected);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);
}

static guint
count_in_log (Fixture *self, const char *word)
{
  g_auto (GStrv) parts = g_strsplit (self->log->str, word, -1);

  return g_strv_length (parts) - 1;
}

static void
test_answers_without_a_question (Fixture *self, gconstpointer data)
{
  const char *end = "{\"op\":\"history-end\",\"count\":1,\"withheld\":0,\"more\":false}";

  open_room (self);
  for (guint i = 0; i < CHAT_MAX_REPORTED_REFUSALS + 20; i++)
    notify_refused (self);
  fake_server_notify (self->server, "%s", end);
  fake_server_deliver (self->server, "message", 11, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "hi");
  wait_until (g_str_has_suffix (self->log->str, "l:hi "));
  g_assert_cmpuint (count_in_log (self, "refused:"), ==, CHAT_MAX_REPORTED_REFUSALS);
  g_assert_cmpuint (count_in_log (self, "end:"), ==, 0);
  g_string_truncate (self->log, 0);

  /* One question has one answer. */
  g_assert_true (chat_session_request_history (self->session, 5, 0));
  json_object_unref (fake_server_expect (self->server, "history"));
  fake_server_notify (self->server, "%s", end);
  fake_server_notify (self->server, "%s", end);
  fake_server_deliver (self->server, "message", 12, "bob", 1,
                       "22222222-2222-4222-8222-222222222222", "ho");
  wait_for_log (self, "end:1,0,0 l:ho ");
}

typedef struct
{
  const char *code;
  ChatProtocolError error;
  gboolean final; /* also after the session has been open */
} Ending;

static const Ending endings[] = {
  { "removed", CHAT_PROTOCOL_ERROR_REMOVED, TRUE },
  { "wrong-name", CHAT_PROTOCOL_ERROR_WRONG_NAME, TRUE },
  { "version", CHAT_PROTOCOL_ERROR_VERSION, TRUE },
  { "malformed", CHAT_PROTOCOL_ERROR_MALFORMED, TRUE },
  { "too-many", CHAT_PROTOCOL_ERROR_TOO_MANY, FALSE },
  { "full", CHAT_PROTOCOL_ERROR_FULL, FALSE },
  { "too-slow", CHAT_PROTOCOL_ERROR_TOO_SLOW, FALSE },
  { "timeout", CHAT_PROTOCOL_ERROR_TIMEOUT, FALSE },
  { "of-the-future", CHAT_PROTOCOL_ERROR_UNKNOWN, FALSE },
};

static void
notify_ending (Fixture *self, const Ending *ending)
{
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"%s\",\"fatal\":true,\"text\":\"t\","
                      "\"username\":\"robert\",\"limit\":7}",
                      ending->code);
}

static void
test_refused_at_first (Fixture *self, gconstpointer data)
{
  const Ending *ending = data;
  g_autoptr (JsonObject) hello = NULL;

  chat_session_start (self->session);
  hello = fake_server_expect (self->server, "hello");
  notify_ending (self, ending);
  fake_server_finish (self->server);
  wait_for_state (self, CHAT_SESSION_FAILED);
  g_assert_error (chat_session_get_error (self->session), CHAT_PROTOCOL_ERROR, (int)ending->error);
  if (ending->error == CHAT_PROTOCOL_ERROR_WRONG_NAME)
    g_assert_nonnull (strstr (chat_session_get_error (self->session)->message, "robert"));
}

static void
test_one_is_no_plural (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  chat_session_start (self->session);
  hello = fake_server_expect (self->server, "hello");
  fake_server_notify (self->server, "{\"op\":\"error\",\"code\":\"too-many\",\"fatal\":true,"
                                    "\"text\":\"t\",\"limit\":1}");
  fake_server_finish (self->server);
  wait_for_state (self, CHAT_SESSION_FAILED);
  g_assert_nonnull (
      strstr (chat_session_get_error (self->session)->message, "1 connection already"));
}

static void
test_ended_later (Fixture *self, gconstpointer data)
{
  const Ending *ending = data;

  open_room (self);
  say (self, "x");
  json_object_unref (expect_sealed_post (self));
  notify_ending (self, ending);
  wait_for_state (self, ending->final ? CHAT_SESSION_FAILED : CHAT_SESSION_WAITING);
  g_assert_error (chat_session_get_error (self->session), CHAT_PROTOCOL_ERROR, (int)ending->error);
  assert_log (self, ending->final ? "failed:x " : "");
}

static void
count_problem_cb (ChatSession *session, const GError *error, guint *n_problems)
{
  g_assert_error (error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_MALFORMED);
  (*n_problems)++;
}

/* Behind everything that was sent before. */
static void
wait_for_a_sign (Fixture *self)
{
  g_autofree char *expected = g_strdup_printf ("refused:%d ", CHAT_PROTOCOL_ERROR_NOT_ADMIN);

  notify_refused (self);
  wait_for_log (self, expected);
}

static void
test_broken_frames_are_left_out (Fixture *self, gconstpointer data)
{
  guint n_problems = 0;

  g_signal_connect (self->session, "problem", G_CALLBACK (count_problem_cb), &n_problems);
  open_room (self);
  fake_server_send_raw (self->server, "no JSON");
  fake_server_send_raw (self->server, "{\"protected\":1}");
  fake_server_notify (self->server, "{\"op\":\"ack\"}");
  /* Says that it is a message, and not which. */
  fake_server_send_raw (self->server, "{\"unprotected\":{\"op\":\"message\"}}");
  wait_for_a_sign (self);
  g_assert_cmpuint (n_problems, ==, 4);

  /* Told only so often. */
  for (guint i = 0; i < CHAT_MAX_REPORTED_FRAMES; i++)
    fake_server_send_raw (self->server, "{\"protected\":1}");
  wait_for_a_sign (self);
  g_assert_cmpuint (n_problems, ==, CHAT_MAX_REPORTED_FRAMES);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);
}

static void
test_a_broken_delivery_is_shown_as_one (Fixture *self, gconstpointer data)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  fake_server_deliver_refused (self->server, "message", 11);
  fake_server_deliver_refused (self->server, "history", 9);
  wait_for_log (self, "l:! h:! ");
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, 2);
  message = g_list_model_get_item (timeline, 1);
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_UNVERIFIED);
  g_assert_nonnull (strstr (chat_message_get_problem (message), "more than once"));
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);

  /* Its number is used: it is not asked for again. */
  fake_server_hang_up (self->server);
  come_back (self);
  hello = join (self, "store", 11);
  g_assert_cmpint (json_object_get_int_member (hello, "since"), ==, 11);
}

static void
assert_lost (Fixture *self)
{
  wait_for_state (self, CHAT_SESSION_WAITING);
  g_assert_error (chat_session_get_error (self->session), CHAT_LINK_ERROR, CHAT_LINK_ERROR_LOST);
}

static void
test_a_frame_that_is_too_long_loses_the_connection (Fixture *self, gconstpointer data)
{
  g_autofree char *frame = g_strnfill (CHAT_MAX_FRAME + 1, 'x');
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) post = NULL;

  open_room (self);
  say (self, "x");
  json_object_unref (expect_sealed_post (self));
  fake_server_send_raw (self->server, frame);
  assert_lost (self);
  come_back (self);
  hello = join (self, "store", 10);
  post = expect_sealed_post (self);
  fake_server_ack (self->server, post, 11);
  wait_for_log (self, "sent:x ");
}

static void
test_the_guest_list_is_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  fake_server_hang_up (self->server);
  come_back (self);
  hello = fake_server_expect (self->server, "hello");
  fake_server_send_raw (self->server, "{\"protected\":1}");
  assert_lost (self);
}

static void
test_caught_up_comes_after_welcome (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  fake_server_hang_up (self->server);
  come_back (self);
  hello = fake_server_expect (self->server, "hello");
  fake_server_notify (self->server, "{\"op\":\"caught-up\",\"seq\":10,\"count\":0,"
                                    "\"withheld\":0,\"lost\":0}");
  assert_lost (self);
}

static void
test_no_members_after_welcome (Fixture *self, gconstpointer data)
{
  GListModel *members = G_LIST_MODEL (chat_session_get_members (self->session));
  guint n_problems = 0;

  g_autoptr (JsonObject) hello = NULL;

  g_signal_connect (self->session, "problem", G_CALLBACK (count_problem_cb), &n_problems);
  chat_session_start (self->session);
  hello = fake_server_expect (self->server, "hello");
  fake_server_notify_members (self->server);
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":12}");
  fake_server_notify_many (self->server, 0, FALSE);
  fake_server_notify (self->server, "{\"op\":\"caught-up\",\"seq\":12,\"count\":0,"
                                    "\"withheld\":0,\"lost\":0}");
  fake_server_notify_many (self->server, 0, FALSE);
  wait_for_a_sign (self);
  g_assert_cmpuint (g_list_model_get_n_items (members), ==, 2);
  g_assert_cmpuint (n_problems, ==, 2);
}

/* data: whether they are former members, else keys of nobody. */
static void
test_members_are_bounded (Fixture *self, gconstpointer data)
{
  gboolean former = data != NULL;
  guint n_keys = CHAT_MAX_READERS + (former ? 0 : CHAT_MAX_MEMBERS);
  g_autoptr (JsonObject) hello = NULL;

  open_room (self);
  for (guint i = 0; i <= n_keys; i += CHAT_MEMBERS_PER_FRAME)
    fake_server_notify_many (self->server, i, former);
  assert_lost (self);
  come_back (self);
  hello = join (self, "store", 10);
  fake_server_notify_many (self->server, 0, former);
  wait_for_a_sign (self);
}

static void
announce_many (Fixture *self, guint set)
{
  const char *own = chat_public_key_get_id (fake_server_get_public_key (0));
  g_autoptr (GPtrArray) kids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;
  g_autofree char *to = NULL;

  g_ptr_array_add (kids, g_strdup (own));
  for (guint i = 1; i < CHAT_MAX_READERS; i++)
    g_ptr_array_add (kids, g_strdup_printf ("%021u%022u", set, i));
  to = chat_reader_set_hash ((const char *const *) kids->pdata, kids->len);
  g_ptr_array_add (kids, NULL);
  list = g_strjoinv ("\",\"", (char **) kids->pdata);
  fake_server_notify (self->server, "{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[\"%s\"]}", to,
                      list);
}

static void
test_reader_sets_are_bounded (Fixture *self, gconstpointer data)
{
  open_room (self);
  /* As if many had come already, which would take a while. */
  self->session->n_announced = CHAT_MAX_ANNOUNCED_READERS - 2 * CHAT_MAX_READERS;
  announce_many (self, 0);
  announce_many (self, 0);
  announce_many (self, 1);
  wait_for_a_sign (self);
  g_assert_cmpuint (g_hash_table_size (self->session->announced), ==, 2);
  announce_many (self, 2);
  assert_lost (self);
}

/* What the server keeps of a connection's seals: the last ones, refused ones as well. */
typedef struct
{
  GQueue registered;
  GHashTable *seen;
  char *refused;
} Registry;

static void
register_as_a_server_would (Registry *registry, JsonObject *seal)
{
  const char *id = json_object_get_string_member (seal, "id");

  g_assert_true (g_hash_table_add (registry->seen, g_strdup (id)));
  if (registry->registered.length == CHAT_MAX_SEALS)
    g_free (g_queue_pop_head (&registry->registered));
  g_queue_push_tail (&registry->registered, g_strdup (id));
}

/* The next post, whose seal may have to be registered. */
static JsonObject *
receive_post (Fixture *self, Registry *registry)
{
  for (;;)
    {
      g_autoptr (JsonObject) frame = fake_server_receive (self->server);
      const char *seal;

      if (g_str_equal (json_object_get_string_member (frame, "op"), "seal"))
        {
          register_as_a_server_would (registry, frame);
          continue;
        }
      seal = json_object_get_string_member (frame, "seal");
      g_assert_nonnull (
          g_queue_find_custom (&registry->registered, seal, (GCompareFunc) strcmp));
      g_assert_cmpstr (seal, !=, registry->refused);
      return g_steal_pointer (&frame);
    }
}

static void
tell (Fixture *self, guint n)
{
  g_autofree char *name = g_strdup_printf ("m%u", n);
  ChatMember *member = chat_member_list_find (chat_session_get_members (self->session), name);

  g_assert_nonnull (chat_session_send (self->session, name, member, NULL));
}

static void
tell_and_acknowledge (Fixture *self, Registry *registry, guint n, gint64 seq)
{
  g_autofree char *expected = g_strdup_printf ("sent:m%u ", n);
  g_autoptr (JsonObject) post = NULL;

  tell (self, n);
  post = receive_post (self, registry);
  fake_server_ack (self->server, post, seq);
  wait_for_log (self, expected);
}

static void
refuse (Fixture *self, Registry *registry, JsonObject *post)
{
  registry->refused = g_strdup (json_object_get_string_member (post, "seal"));
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"unknown-reader\",\"fatal\":false,"
                      "\"text\":\"t\",\"seal\":\"%s\"}",
                      registry->refused);
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"unknown-seal\",\"fatal\":false,"
                      "\"text\":\"t\",\"mid\":\"%s\",\"seal\":\"%s\"}",
                      mid_of (post), registry->refused);
}

static void
test_no_seal_is_registered_twice (Fixture *self, gconstpointer data)
{
  const guint last = CHAT_MAX_SEALS + 2;
  Registry registry = { G_QUEUE_INIT, NULL, NULL };
  GListModel *members = G_LIST_MODEL (chat_session_get_members (self->session));
  g_autoptr (JsonObject) refused = NULL;
  g_autoptr (JsonObject) again = NULL;
  gint64 seq = 11;

  registry.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  open_room (self);
  for (guint i = 1; i <= last; i++)
    {
      g_autofree char *key = fake_server_make_key_text (i);

      fake_server_notify (self->server, "{\"op\":\"added\",\"username\":\"m%u\",\"key\":\"%s\"}",
                          i, key);
    }
  wait_until (g_list_model_get_n_items (members) == last + 2);

  for (guint i = 1; i < CHAT_MAX_SEALS; i++)
    tell_and_acknowledge (self, &registry, i, seq++);
  tell (self, CHAT_MAX_SEALS);
  refused = receive_post (self, &registry);
  refuse (self, &registry, refused);
  again = receive_post (self, &registry);
  g_assert_cmpstr (mid_of (again), ==, mid_of (refused));
  fake_server_ack (self->server, again, seq++);
  wait_for_log (self, "sent:m8 ");

  /* Old acquaintances: some whose seal is still there, some whose seal is not. */
  for (guint i = last; i > 0; i--)
    tell_and_acknowledge (self, &registry, i, seq++);
  for (guint i = 1; i <= last; i++)
    tell_and_acknowledge (self, &registry, i, seq++);

  g_queue_clear_full (&registry.registered, g_free);
  g_hash_table_unref (registry.seen);
  g_free (registry.refused);
}

static void
test_a_store_from_a_backup (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;
  g_autoptr (JsonObject) again = NULL;

  open_room (self);
  fake_server_deliver (self->server, "message", 11, "bob", 1,
                       "11111111-1111-4111-8111-111111111111", "undone");
  fake_server_deliver (self->server, "message", 12, "bob", 1,
                       "22222222-2222-4222-8222-222222222222", "undone too");
  wait_for_log (self, "l:undone l:undone too ");
  fake_server_hang_up (self->server);
  come_back (self);
  hello = join (self, "store", 10);
  fake_server_deliver (self->server, "message", 11, "bob", 1,
                       "33333333-3333-4333-8333-333333333333", "afterwards");
  wait_for_log (self, "l:afterwards ");
  fake_server_hang_up (self->server);
  come_back (self);
  again = join (self, "store", 11);
  g_assert_cmpint (json_object_get_int_member (again, "since"), ==, 11);
}

static void
test_a_welcome_names_the_guest (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) hello = NULL;

  chat_session_start (self->session);
  hello = fake_server_expect (self->server, "hello");
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":12}");
  wait_for_state (self, CHAT_SESSION_FAILED);
}

static void
test_the_wrong_server (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatSession) session =
      chat_session_new ("127.0.0.1", fake_server_get_port (self->server), "alice",
                        fake_server_get_key (0), fake_server_get_public_key (1));
  const char *sentence;

  chat_session_set_server_key_file (session, "/home/alice/key of the room.pem");
  chat_session_start (session);
  wait_until (chat_session_get_state (session) == CHAT_SESSION_FAILED);
  g_assert_error (chat_session_get_error (session), CHAT_LINK_ERROR, CHAT_LINK_ERROR_WRONG_PEER);
  sentence = chat_session_get_error (session)->message;
  g_assert_nonnull (
      strstr (sentence, chat_public_key_get_fingerprint (fake_server_get_public_key (1))));
  g_assert_nonnull (
      strstr (sentence, chat_public_key_get_fingerprint (fake_server_get_public_key (2))));
  /* The file that is to be replaced is the one that was chosen, not one of the usual name. */
  g_assert_nonnull (strstr (sentence, "that is in /home/alice/key of the room.pem."));
}

static void
test_nobody_listens (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatSession) session = NULL;
  guint16 port = fake_server_get_port (self->server);

  /* The port was free a moment ago: nobody else takes it so soon. */
  fake_server_free (self->server);
  session = chat_session_new ("127.0.0.1", port, "alice", fake_server_get_key (0),
                              fake_server_get_public_key (2));
  chat_session_start (session);
  wait_until (chat_session_get_state (session) == CHAT_SESSION_FAILED);
  g_assert_error (chat_session_get_error (session), G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  self->server = fake_server_new ();
}

static void
test_closed_while_connecting (Fixture *self, gconstpointer data)
{
  chat_session_start (self->session);
  chat_session_close (self->session);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD_WITH(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
#define ADD(path, func) ADD_WITH (path, NULL, func)
  ADD ("/session/joins", test_joins);
  ADD ("/session/seals/one", test_one_seal_for_many_posts);
  ADD ("/session/seals/new-member", test_a_new_member_needs_a_new_seal);
  ADD ("/session/seals/refused", test_a_refused_seal_is_made_again);
  ADD ("/session/seals/refused-always", test_refused_seals_come_to_an_end);
  ADD ("/session/posts/commands", test_commands_wait_their_turn);
  ADD ("/session/posts/in-flight", test_few_posts_in_flight);
  ADD ("/session/posts/bounded", test_the_outbox_is_bounded);
  ADD ("/session/posts/not-stored", test_what_is_not_stored_can_be_sent_again);
  ADD ("/session/posts/direct", test_a_direct_message_stays_with_its_key);
  ADD ("/session/back/sends-again", test_comes_back_and_sends_again);
  ADD ("/session/back/order", test_order_survives);
  ADD ("/session/back/lost-acknowledgement", test_a_lost_acknowledgement);
  ADD ("/session/back/broken-catch-up", test_a_broken_catch_up_starts_again);
  ADD ("/session/back/another-store", test_another_store);
  ADD ("/session/posts/nobody", test_nobody_left_to_write_to);
  ADD ("/session/deliveries", test_each_delivery_once);
  ADD ("/session/leave/in-order", test_leaves_in_order);
  ADD ("/session/leave/lost-connection", test_leaving_survives_a_lost_connection);
  ADD ("/session/leave/at-once", test_closing_fails_what_is_not_delivered);
  ADD ("/session/leave/connecting", test_closed_while_connecting);
  ADD ("/session/shutdown/by-admin", test_an_admin_stops_the_server);
  ADD ("/session/shutdown/restart", test_a_restart_is_waited_for);
  ADD ("/session/shutdown/refused", test_a_refused_command);
  ADD ("/session/refused/one", test_one_is_no_plural);
  ADD ("/session/answers-without-a-question", test_answers_without_a_question);
  ADD ("/session/broken/frames", test_broken_frames_are_left_out);
  ADD ("/session/broken/delivery", test_a_broken_delivery_is_shown_as_one);
  ADD ("/session/broken/too-long", test_a_frame_that_is_too_long_loses_the_connection);
  ADD ("/session/broken/guest-list", test_the_guest_list_is_whole);
  ADD ("/session/broken/caught-up", test_caught_up_comes_after_welcome);
  ADD ("/session/broken/late-members", test_no_members_after_welcome);
  ADD_WITH ("/session/bounds/former", GINT_TO_POINTER (TRUE), test_members_are_bounded);
  ADD ("/session/bounds/keys", test_members_are_bounded);
  ADD ("/session/bounds/reader-sets", test_reader_sets_are_bounded);
  ADD ("/session/seals/once", test_no_seal_is_registered_twice);
  ADD ("/session/back/backup", test_a_store_from_a_backup);
  ADD ("/session/refused/no-guest-list", test_a_welcome_names_the_guest);
  ADD ("/session/refused/wrong-server", test_the_wrong_server);
  ADD ("/session/refused/nobody", test_nobody_listens);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *first = g_strdup_printf ("/session/refused/%s", endings[i].code);
      g_autofree char *later = g_strdup_printf ("/session/ended/%s", endings[i].code);

      ADD_WITH (first, &endings[i], test_refused_at_first);
      ADD_WITH (later, &endings[i], test_ended_later);
    }

  return g_test_run ();
}
