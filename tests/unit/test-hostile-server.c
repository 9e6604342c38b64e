/* A server that lies: what its member sees, and that it neither breaks nor fills the memory. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-claims.h"
#include "chat-json-view.h"
#include "chat-jwe.h"
#include "chat-jws.h"
#include "chat-limits.h"
#include "chat-pin-file.h"
#include "chat-pipeline.h"
#include "chat-reader-set.h"
#include "chat-session.h"
#include "chat-text-view.h"
#include "fake-server.h"
#include "test-tools.h"

#include <string.h>

/* alice's client. Of the keys, 1 is bob's; 2, which is the server's too, is the one that it gives
 * out as his. */
typedef struct
{
  TestFolder folder;
  char *pins;
  FakeServer *server;
  ChatSession *session;
  GString *log;
  GString *problems;
  ChatMessage *last;
} Fixture;

static void
newcomers_cb (ChatSession *session, GPtrArray *members, gboolean live, Fixture *self)
{
  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (self->log, "new:%s%s ",
                            chat_member_get_username (g_ptr_array_index (members, i)),
                            live ? "!" : "");
}

static void
key_changed_cb (ChatSession *session, ChatMember *member, Fixture *self)
{
  g_assert_true (chat_member_get_changed (member));
  g_string_append_printf (self->log, "changed:%s ", chat_member_get_username (member));
}

static void
key_accepted_cb (ChatSession *session, ChatMember *member, Fixture *self)
{
  g_assert_false (chat_member_get_changed (member));
  g_string_append_printf (self->log, "accepted:%s ", chat_member_get_username (member));
}

static void
delivered_cb (ChatSession *session, ChatMessage *message, guint origin, Fixture *self)
{
  const char *text = chat_message_get_text (message);

  g_set_object (&self->last, message);
  g_string_append_printf (self->log, "%s:%s%s ", chat_message_get_author (message),
                          text != NULL ? text : "?",
                          chat_message_get_doubt (message) != NULL ? "(doubt)" : "");
}

static void
problem_cb (ChatSession *session, const GError *error, Fixture *self)
{
  g_string_append_printf (self->problems, "%s\n", error->message);
}

static void
open_session (Fixture *self)
{
  self->session = chat_session_new ("127.0.0.1", fake_server_get_port (self->server), "alice",
                                    fake_server_get_key (0), fake_server_get_public_key (2));
  chat_session_set_pins_folder (self->session, self->pins);
  g_signal_connect (self->session, "newcomers", G_CALLBACK (newcomers_cb), self);
  g_signal_connect (self->session, "key-changed", G_CALLBACK (key_changed_cb), self);
  g_signal_connect (self->session, "key-accepted", G_CALLBACK (key_accepted_cb), self);
  g_signal_connect (self->session, "delivered", G_CALLBACK (delivered_cb), self);
  g_signal_connect (self->session, "problem", G_CALLBACK (problem_cb), self);
}

static void
close_session (Fixture *self)
{
  chat_session_close (self->session);
  /* An attempt that was under way lets go of the session when it sees that it is cancelled. */
  wait_until (G_OBJECT (self->session)->ref_count == 1);
  g_assert_finalize_object (self->session);
  fake_server_forget (self->server);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  test_folder_set_up (&self->folder, NULL);
  self->pins = test_folder_file (&self->folder, "room");
  self->server = fake_server_new ();
  self->log = g_string_new (NULL);
  self->problems = g_string_new (NULL);
  open_session (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->last);
  close_session (self);
  fake_server_free (self->server);
  g_string_free (self->log, TRUE);
  g_string_free (self->problems, TRUE);
  chat_pipeline_wait_for_retired (NULL);
  g_free (self->pins);
  test_folder_tear_down (&self->folder, NULL);
}

static void
wait_for_log (Fixture *self, const char *expected)
{
  wait_until (self->log->len >= strlen (expected));
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

static void
assert_quiet (Fixture *self)
{
  g_assert_cmpstr (self->log->str, ==, "");
  g_assert_cmpstr (self->problems->str, ==, "");
}

/* Members. A key from 10 on is one of those that nobody holds. */

static char *
key_text (guint key)
{
  GBytes *der;

  if (key >= 10)
    return fake_server_make_key_text (key);
  der = chat_public_key_get_der (fake_server_get_public_key (key));

  return chat_base64url_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

/* who: "alice=0 bob=1", a name and a number of a key each. */
static void
notify_members (Fixture *self, const char *who)
{
  g_auto (GStrv) pairs = g_strsplit (who, " ", -1);
  g_autoptr (GString) json = g_string_new (NULL);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
      g_autofree char *key = key_text ((guint)g_ascii_strtoull (pair[1], NULL, 10));

      g_string_append_printf (json, "%s{\"username\":\"%s\",\"key\":\"%s\",\"online\":true}",
                              i > 0 ? "," : "", pair[0], key);
    }
  fake_server_notify (self->server, "{\"op\":\"members\",\"members\":[%s]}", json->str);
}

static void
welcome (Fixture *self)
{
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":10}");
  fake_server_notify (self->server,
                      "{\"op\":\"caught-up\",\"seq\":10,\"count\":0,\"withheld\":0,\"lost\":0}");
}

static void
expect_hello (Fixture *self)
{
  json_object_unref (fake_server_expect (self->server, "hello"));
}

static void
enter (Fixture *self, const char *who)
{
  chat_session_start (self->session);
  expect_hello (self);
  notify_members (self, who);
  welcome (self);
  wait_until (chat_session_get_state (self->session) == CHAT_SESSION_OPEN);
}

/* Another day. */
static void
enter_again (Fixture *self, const char *who)
{
  close_session (self);
  open_session (self);
  enter (self, who);
}

static void
notify_added (Fixture *self, const char *name, guint key)
{
  g_autofree char *text = key_text (key);

  fake_server_notify (self->server, "{\"op\":\"added\",\"username\":\"%s\",\"key\":\"%s\"}", name,
                      text);
}

static ChatMember *
find (Fixture *self, const char *name)
{
  ChatMember *member = chat_member_list_find (chat_session_get_members (self->session), name);

  g_assert_nonnull (member);

  return member;
}

static const char *
kid (guint key)
{
  return chat_public_key_get_id (fake_server_get_public_key (key));
}

/* Whether the next seal is for these of the first three keys, and for nobody else. */
static void
assert_sealed_for (Fixture *self, const char *keys)
{
  g_autoptr (JsonObject) seal = NULL;
  g_autoptr (JsonObject) post = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  JsonArray *readers;

  g_assert_nonnull (chat_session_send (self->session, "hello", NULL, NULL));
  seal = fake_server_expect (self->server, "seal");
  post = fake_server_expect (self->server, "post");
  readers = json_object_get_array_member (seal, "readers");
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < json_array_get_length (readers); j++)
      if (g_str_equal (kid (i), json_object_get_string_member (
                                    json_array_get_object_element (readers, j), "kid")))
        g_string_append_printf (found, "%u", i);
  g_assert_cmpstr (found->str, ==, keys);
  g_assert_cmpuint (json_array_get_length (readers), ==, strlen (keys));
}

static void
assert_not_sent_to (Fixture *self, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_session_send (self->session, "psst", find (self, name), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, name));
}

/* Keys */

static void
test_everybody_is_new_at_first (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  assert_quiet (self);
  assert_sealed_for (self, "01");
}

static void
test_a_key_that_changes_while_one_is_there (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  g_assert_cmpstr (chat_member_get_known_kid (find (self, "bob")), ==, kid (1));
  assert_sealed_for (self, "0");
  assert_not_sent_to (self, "bob");

  chat_session_accept_key (self->session, find (self, "bob"));
  wait_for_log (self, "accepted:bob ");
  assert_sealed_for (self, "02");
  g_assert_nonnull (chat_session_send (self->session, "psst", find (self, "bob"), NULL));
}

static void
test_a_key_that_changed_between_two_runs (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  enter_again (self, "alice=0 bob=2");
  wait_for_log (self, "changed:bob ");
  assert_sealed_for (self, "0");

  /* Nothing changes by waiting. */
  enter_again (self, "alice=0 bob=2");
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  wait_for_log (self, "accepted:bob ");
  enter_again (self, "alice=0 bob=2");
  assert_sealed_for (self, "02");
  assert_quiet (self);

  /* Nor is the old one good for ever: it may have been stolen. */
  enter_again (self, "alice=0 bob=1");
  wait_for_log (self, "changed:bob ");
}

static void
test_a_member_who_was_away (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  enter_again (self, "alice=0");
  enter_again (self, "alice=0 bob=1");
  assert_quiet (self);
  enter_again (self, "alice=0");
  enter_again (self, "alice=0 BOB=2");
  wait_for_log (self, "changed:BOB ");
}

static void
test_swapped_keys (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1 carol=2");
  enter_again (self, "alice=0 bob=2 carol=1");
  wait_for_log (self, "changed:bob changed:carol ");
  assert_sealed_for (self, "0");
  assert_not_sent_to (self, "carol");
}

/* The same member object is not in the list twice, and so is judged each time. */
static void
test_told_again_and_again (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  notify_added (self, "bob", 2);
  notify_added (self, "carol", 2);
  notify_added (self, "bob", 2);
  wait_for_log (self, "new:carol! changed:bob ");
  assert_sealed_for (self, "0");
}

static void
test_a_guest_list_that_contradicts_itself (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  enter_again (self, "alice=0 bob=2 carol=2 bob=2");
  wait_until (strstr (self->log->str, "changed:bob") != NULL);
  g_string_truncate (self->log, 0);
  assert_sealed_for (self, "0");
  fake_server_hang_up (self->server);
  wait_until (chat_session_get_state (self->session) == CHAT_SESSION_WAITING);
  chat_session_try_now (self->session);
  expect_hello (self);
  notify_members (self, "alice=0 bob=2 carol=2 bob=2");
  welcome (self);
  wait_until (chat_session_get_state (self->session) == CHAT_SESSION_OPEN);
  g_assert_true (chat_member_get_changed (find (self, "bob")));
}

static void
test_somebody_added_silently (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  enter_again (self, "alice=0 bob=1 dave=2");
  wait_for_log (self, "new:dave ");
  enter_again (self, "alice=0 bob=1 dave=2");
  assert_quiet (self);
}

static void
test_somebody_added_while_one_is_there (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  notify_added (self, "dave", 2);
  wait_for_log (self, "new:dave! ");
  /* Before the guest list is whole, too. */
  close_session (self);
  open_session (self);
  chat_session_start (self->session);
  expect_hello (self);
  notify_added (self, "eve", 10);
  notify_members (self, "alice=0 bob=1 eve=10");
  welcome (self);
  wait_for_log (self, "new:eve ");
}

/* One's own name belongs to one's own key. */
static void
test_somebody_under_our_own_name (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  enter_again (self, "alicia=0 bob=1 alice=2");
  wait_for_log (self, "changed:alice ");
  assert_sealed_for (self, "01");
}

/* What is written while one waits for the connection is for those who were there. */
static void
test_a_key_that_changes_while_the_connection_is_lost (Fixture *self, gconstpointer data)
{
  ChatMessage *direct;

  enter (self, "alice=0 bob=1");
  fake_server_hang_up (self->server);
  wait_until (chat_session_get_state (self->session) == CHAT_SESSION_WAITING);
  direct = chat_session_send (self->session, "psst", find (self, "bob"), NULL);
  chat_session_try_now (self->session);
  expect_hello (self);
  notify_members (self, "alice=0 bob=2");
  welcome (self);
  wait_for_log (self, "changed:bob ");
  g_assert_cmpint (chat_message_get_state (direct), ==, CHAT_MESSAGE_FAILED);
  assert_sealed_for (self, "0");
}

static const char mid_1[] = "11111111-1111-4111-8111-111111111111";
static const char mid_2[] = "22222222-2222-4222-8222-222222222222";

static void
announce (Fixture *self, guint first, guint second)
{
  const char *kids[] = { kid (first), kid (second) };
  g_autofree char *to = chat_reader_set_hash (kids, 2);

  fake_server_notify (self->server, "{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[\"%s\",\"%s\"]}",
                      to, kids[0], kids[1]);
}

static void
test_what_a_changed_key_says_is_marked (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  enter (self, "alice=0 bob=1");
  notify_added (self, "bob", 2);
  announce (self, 0, 1);
  fake_server_deliver (self->server, "message", 11, "bob", 1, mid_1, "old");
  fake_server_deliver (self->server, "message", 12, "bob", 2, mid_2, "new");
  wait_for_log (self, "changed:bob bob:old bob:new(doubt) ");
  message = g_object_ref (self->last);
  g_assert_nonnull (strstr (chat_message_get_doubt (message), "bob"));
  chat_session_accept_key (self->session, find (self, "bob"));
  g_assert_null (chat_message_get_doubt (message));
}

/* The server names any key as that of somebody who has left. */
static void
test_a_former_key_that_never_was (Fixture *self, gconstpointer data)
{
  g_autofree char *key = key_text (2);

  enter (self, "alice=0 bob=1");
  fake_server_notify (self->server,
                      "{\"op\":\"members\",\"members\":[{\"username\":\"bob\",\"key\":\"%s\","
                      "\"online\":false,\"former\":true}]}",
                      key);
  fake_server_deliver (self->server, "message", 11, "bob", 2, mid_1, "forged");
  wait_for_log (self, "bob:forged(doubt) ");
  /* That goes for our own name as well. */
  fake_server_notify (self->server,
                      "{\"op\":\"members\",\"members\":[{\"username\":\"alice\",\"key\":\"%s\","
                      "\"online\":false,\"former\":true}]}",
                      key);
  fake_server_deliver (self->server, "message", 12, "alice", 2, mid_2, "forged");
  wait_for_log (self, "alice:forged(doubt) ");
  g_assert_false (chat_message_get_own (self->last));
}

/* An earlier key that was accepted once wrote what it wrote. */
static void
test_an_earlier_key_is_known (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  wait_for_log (self, "accepted:bob ");
  announce (self, 0, 1);
  fake_server_deliver (self->server, "history", 5, "bob", 1, mid_1, "old");
  wait_for_log (self, "bob:old ");
}

static void
notify_former (Fixture *self, const char *name, guint key)
{
  g_autofree char *text = key_text (key);

  fake_server_notify (self->server,
                      "{\"op\":\"members\",\"members\":[{\"username\":\"%s\",\"key\":\"%s\","
                      "\"online\":false,\"former\":true}]}",
                      name, text);
}

static void
accept_another_key (Fixture *self)
{
  enter (self, "alice=0 bob=1");
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  wait_for_log (self, "accepted:bob ");
  announce (self, 0, 1);
}

/* Whoever has stolen it, and the server, cannot speak as bob with it any more. */
static void
test_a_former_key_speaks_again (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  accept_another_key (self);
  fake_server_deliver (self->server, "message", 11, "bob", 1, mid_1, "live");
  wait_for_log (self, "bob:live(doubt) ");
  message = g_object_ref (self->last);
  g_assert_nonnull (strstr (chat_message_get_doubt (message), "former"));
  /* A number that it could have had by then does not help what comes only now. */
  fake_server_deliver (self->server, "message", 9, "bob", 1, mid_2, "low");
  wait_for_log (self, "bob:low(doubt) ");
  /* To accept yet another key makes it no better; to take this one back does. */
  notify_added (self, "bob", 10);
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  wait_for_log (self, "accepted:bob ");
  g_assert_nonnull (chat_message_get_doubt (message));
  notify_added (self, "bob", 1);
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  g_assert_null (chat_message_get_doubt (message));
}

static void
test_a_former_key_in_later_history (Fixture *self, gconstpointer data)
{
  accept_another_key (self);
  fake_server_deliver (self->server, "history", 10, "bob", 1, mid_1, "before");
  fake_server_deliver (self->server, "history", 11, "bob", 1, mid_2, "after");
  wait_for_log (self, "bob:before bob:after(doubt) ");
}

/* Another day the server says that it was said in between. */
static void
test_a_former_key_in_what_was_missed (Fixture *self, gconstpointer data)
{
  accept_another_key (self);
  close_session (self);
  open_session (self);
  chat_session_start (self->session);
  expect_hello (self);
  notify_members (self, "alice=0 bob=2");
  notify_former (self, "bob", 1);
  fake_server_notify (self->server,
                      "{\"op\":\"welcome\",\"version\":1,\"username\":\"alice\",\"admin\":true,"
                      "\"history_limit\":100,\"history\":\"store\",\"seq\":20}");
  announce (self, 0, 1);
  fake_server_deliver (self->server, "message", 11, "bob", 1, mid_1, "missed");
  wait_for_log (self, "bob:missed(doubt) ");
  fake_server_deliver (self->server, "history", 10, "bob", 1, mid_2, "old");
  wait_for_log (self, "bob:old ");
}

static void
test_a_list_that_is_not_understood (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->pins, CHAT_PIN_FILE, NULL);
  g_autofree char *after = NULL;

  g_mkdir_with_parents (self->pins, 0700);
  g_file_set_contents (path, "conclave-known-keys 3\n", -1, NULL);
  enter (self, "alice=0 bob=1");
  g_assert_nonnull (strstr (self->problems->str, path));
  /* It still notices what happens now, and says that it cannot remember once. */
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  chat_session_accept_key (self->session, find (self, "bob"));
  close_session (self);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_null (strchr (strchr (self->problems->str, '\n') + 1, '\n'));
  g_file_get_contents (path, &after, NULL, NULL);
  g_assert_cmpstr (after, ==, "conclave-known-keys 3\n");
  open_session (self);
}

static void
test_nowhere_to_remember (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) problems = NULL;

  g_file_set_contents (self->pins, "in the way", -1, NULL);
  enter (self, "alice=0 bob=1");
  wait_until (strstr (self->problems->str, "until your next visit") != NULL);
  notify_added (self, "bob", 2);
  wait_for_log (self, "changed:bob ");
  assert_sealed_for (self, "0");
  /* Nothing could be read, nothing can be written: two things, and each is said once. */
  notify_added (self, "dave", 10);
  wait_for_log (self, "new:dave! ");
  close_session (self);
  chat_pipeline_wait_for_retired (NULL);
  problems = g_strsplit (self->problems->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (problems), ==, 3);
  g_assert_nonnull (strstr (problems[0], "since your last visit"));
  g_assert_nonnull (strstr (problems[1], "until your next visit"));
  open_session (self);
}

/* Messages */

/* What an author says to the readers of these keys, in a frame for alice. */
static char *
make_frame (const char *from, guint author, const char *mid, gint64 seq, const char *readers,
            const char *text)
{
  const char *kids[3] = { 0 };
  guint n = (guint)strlen (readers);
  g_autofree char *to = NULL, *payload = NULL, *jws = NULL, *unprotected = NULL, *wrapping = NULL;
  g_autoptr (ChatSecret) key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (GBytes) wrapped =
      chat_public_key_encrypt (fake_server_get_public_key (0), key, NULL);
  ChatClaims claims = { .type = (char *)"text", .iat = 1 };
  gsize size;

  for (guint i = 0; i < n; i++)
    kids[i] = kid ((guint)(readers[i] - '0'));
  to = chat_reader_set_hash (kids, n);
  claims.iss = (char *)kid (author);
  claims.aud = (char *)kid (2);
  claims.jti = (char *)mid;
  claims.to = to;
  claims.text = (char *)text;
  payload = chat_claims_to_json (&claims, &size);
  jws = chat_jws_sign (fake_server_get_key (author), payload, size, NULL);
  unprotected = g_strdup_printf (
      "{\"op\":\"message\",\"seq\":%" G_GINT64_FORMAT ",\"at\":1000,\"from\":\"%s\"}", seq, from);
  wrapping = chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));

  return chat_jwe_seal (key, unprotected, kid (0), wrapping, mid, jws, strlen (jws), &size);
}

static void
assert_next_is_unverified (Fixture *self, char *frame)
{
  fake_server_send_raw (self->server, frame);
  wait_until (self->log->len > 0);
  g_assert_cmpint (chat_message_get_state (self->last), ==, CHAT_MESSAGE_UNVERIFIED);
  g_assert_null (chat_message_get_text (self->last));
  g_string_truncate (self->log, 0);
  g_free (frame);
}

static void
test_forged_authors (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  /* Bob's words as alice's; the server's own; bob's as those of somebody who is not there. */
  assert_next_is_unverified (self, make_frame ("alice", 1, mid_1, 11, "01", "lies"));
  assert_next_is_unverified (self, make_frame ("bob", 2, mid_1, 12, "01", "lies"));
  assert_next_is_unverified (self, make_frame ("carol", 1, mid_1, 13, "01", "lies"));
}

/* Bob said it to carol and himself; to himself; to somebody whom the server has made up. */
static void
test_sealed_again_for_other_readers (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1 carol=2");
  assert_next_is_unverified (self, make_frame ("bob", 1, mid_1, 11, "12", "for carol"));
  assert_next_is_unverified (self, make_frame ("bob", 1, mid_1, 12, "1", "for me"));
  /* The server may announce a set only if we are in it. */
  announce (self, 1, 2);
  assert_next_is_unverified (self, make_frame ("bob", 1, mid_2, 13, "12", "for carol"));
}

static void
test_replayed (Fixture *self, gconstpointer data)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  g_autofree char *frame = make_frame ("bob", 1, mid_1, 11, "01", "pay 100");
  g_autofree char *later = make_frame ("bob", 1, mid_1, 40, "01", "pay 100");

  enter (self, "alice=0 bob=1");
  for (guint i = 0; i < 5; i++)
    {
      fake_server_send_raw (self->server, frame);
      fake_server_send_raw (self->server, later);
    }
  fake_server_deliver (self->server, "message", 50, "bob", 1, mid_2, "end");
  wait_for_log (self, "bob:pay 100 bob:end ");
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, 2);
}

/* In order for everybody who sees the same numbers. */
static void
test_reordered (Fixture *self, gconstpointer data)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  g_autoptr (ChatMessage) first = NULL;

  enter (self, "alice=0 bob=1");
  fake_server_deliver (self->server, "message", 13, "bob", 1, mid_1, "later");
  fake_server_deliver (self->server, "message", 12, "bob", 1, mid_2, "sooner");
  wait_for_log (self, "bob:later bob:sooner ");
  first = g_list_model_get_item (timeline, 0);
  g_assert_cmpstr (chat_message_get_text (first), ==, "sooner");
}

static void
check_truth_cb (ChatSession *session, ChatMessage *message, guint origin, guint *n_delivered)
{
  const char *text = chat_message_get_text (message);

  (*n_delivered)++;
  if (text == NULL)
    return;
  g_assert_cmpstr (text, ==, "truth");
  /* In whatever spelling the server likes. */
  g_assert_cmpint (g_ascii_strcasecmp (chat_message_get_author (message), "bob"), ==, 0);
}

/* In each of many messages another character is another one: what is shown as bob's is what he
 * said. */
static void
test_altered_everywhere (Fixture *self, gconstpointer data)
{
  gsize size = 3;
  guint n_delivered = 0, n_sent = 0;

  enter (self, "alice=0 bob=1");
  g_signal_connect (self->session, "delivered", G_CALLBACK (check_truth_cb), &n_delivered);
  for (gsize i = 0; i < size; i += 5, n_sent++)
    {
      g_autofree char *mid = g_strdup_printf ("%08x-1111-4111-8111-111111111111", n_sent);
      g_autofree char *frame = make_frame ("bob", 1, mid, 1000 + n_sent, "01", "truth");

      size = strlen (frame);
      frame[i] = frame[i] == 'B' ? 'C' : 'B';
      fake_server_send_raw (self->server, frame);
      if (n_sent % 20 == 0)
        wait_a_little ();
    }
  fake_server_deliver (self->server, "message", 5000, "bob", 1, mid_1, "truth");
  wait_until (self->last != NULL && chat_message_get_seq (self->last) == 5000);
  g_assert_cmpuint (n_delivered, >, n_sent / 2);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);
  g_signal_handlers_disconnect_by_data (self->session, &n_delivered);
}

/* Parts of the frame are missing, of another type, or there twice. */
static void
test_frames_in_pieces (Fixture *self, gconstpointer data)
{
  g_autofree char *frame = make_frame ("bob", 1, mid_1, 11, "01", "truth");
  static const char *const members[] = { "protected", "unprotected", "header", "encrypted_key",
                                         "iv", "ciphertext", "tag" };
  static const char *const values[] = { "null", "1", "\"\"", "\"AA\"", "\"A\"", "[]", "{}",
                                        "{\"op\":\"message\"}", "true", "\"=\"" };

  enter (self, "alice=0 bob=1");
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    for (guint j = 0; j < G_N_ELEMENTS (values); j++)
      {
        g_autoptr (JsonNode) node = json_from_string (frame, NULL);
        g_autoptr (JsonNode) value = json_from_string (values[j], NULL);
        g_autofree char *text = NULL;

        json_object_set_member (json_node_get_object (node), members[i],
                                g_steal_pointer (&value));
        text = json_to_string (node, FALSE);
        fake_server_send_raw (self->server, text);
      }
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (frame, NULL);
      g_autofree char *text = NULL;

      json_object_remove_member (json_node_get_object (node), members[i]);
      text = json_to_string (node, FALSE);
      fake_server_send_raw (self->server, text);
    }
  fake_server_send_raw (self->server, frame);
  wait_until (self->last != NULL && g_strcmp0 (chat_message_get_text (self->last), "truth") == 0);
  g_assert_cmpint (chat_session_get_state (self->session), ==, CHAT_SESSION_OPEN);
}

/* Floods */

static void
test_endless_history (Fixture *self, gconstpointer data)
{
  GListModel *timeline = G_LIST_MODEL (chat_session_get_timeline (self->session));
  const guint n = CHAT_MAX_TIMELINE + 200, batch = 200;

  enter (self, "alice=0 bob=1");
  for (guint i = 0; i < n; i += batch)
    {
      for (guint j = 0; j < batch; j++)
        fake_server_deliver_refused (self->server, "history", 1 + i + j);
      wait_until (self->last != NULL && chat_message_get_seq (self->last) == i + batch);
      g_string_truncate (self->log, 0);
    }
  g_assert_cmpuint (g_list_model_get_n_items (timeline), ==, CHAT_MAX_TIMELINE);
  assert_sealed_for (self, "01");
}

static void
test_notices_without_end (Fixture *self, gconstpointer data)
{
  enter (self, "alice=0 bob=1");
  for (guint i = 0; i < 10000; i++)
    {
      fake_server_notify (self->server,
                          "{\"op\":\"presence\",\"online\":[\"nobody%u\"],\"offline\":[\"bob\"]}",
                          i);
      fake_server_send_raw (self->server, "{}");
      if (i % 100 == 0)
        wait_a_little ();
    }
  fake_server_notify (self->server,
                      "{\"op\":\"presence\",\"online\":[\"bob\"],\"offline\":[]}");
  wait_until (chat_member_get_online (find (self, "bob")));
  /* Ten are told, and the last says that it is the last. */
  g_assert_cmpuint (self->problems->len, <, 10000);
  assert_sealed_for (self, "01");
}

/* Notices that no server would send, and what is shown of them */

typedef struct
{
  Fixture *fixture;
  ChatView *view;
  gsize longest;
} Shown;

static gboolean
is_plain (const char *line)
{
  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x202e)
        return FALSE;
    }

  return TRUE;
}

static void
line_cb (const char *line, ChatNote note, gpointer user_data)
{
  Shown *shown = user_data;

  if (!is_plain (line))
    g_test_message ("%s", line);
  g_assert_true (is_plain (line));
  shown->longest = MAX (shown->longest, strlen (line));
}

static void
show_state_cb (ChatSession *session, GParamSpec *pspec, ChatView *view)
{
  CHAT_VIEW_GET_IFACE (view)->state (view, session);
}

static void
show_error_cb (ChatSession *session, const GError *error, ChatView *view)
{
  chat_view_note (view, CHAT_NOTE_PROBLEM, "%s", error->message);
}

static void
show_numbers_cb (ChatSession *session, gint64 rate, gint64 ms, ChatView *view)
{
  CHAT_VIEW_GET_IFACE (view)->throttled (view, rate, ms);
}

static void
show_history_end_cb (ChatSession *session, gint64 count, gint64 withheld, gboolean more,
                     ChatView *view)
{
  CHAT_VIEW_GET_IFACE (view)->history_end (view, count, withheld, more);
}

static void
show_member_cb (ChatMemberList *members, ChatMember *member, guint change, ChatView *view)
{
  CHAT_VIEW_GET_IFACE (view)->member (view, member, (ChatMemberChange)change);
}

static void
connect_view (ChatSession *session, ChatView *view)
{
  g_signal_connect_object (session, "notify::state", G_CALLBACK (show_state_cb), view, 0);
  g_signal_connect_object (session, "problem", G_CALLBACK (show_error_cb), view, 0);
  g_signal_connect_object (session, "refused", G_CALLBACK (show_error_cb), view, 0);
  g_signal_connect_object (session, "throttled", G_CALLBACK (show_numbers_cb), view, 0);
  g_signal_connect_object (session, "history-end", G_CALLBACK (show_history_end_cb), view, 0);
  g_signal_connect_object (chat_session_get_members (session), "member-changed",
                           G_CALLBACK (show_member_cb), view, 0);
}

#define MOST "9007199254740991"
#define ESCAPE "\\u001b[2J\\u202e\\u009b"

static const char *const absurd[] = {
  ("{\"op\":\"ack\",\"mid\":\"11111111-1111-4111-8111-111111111111\",\"seq\":" MOST ",\"at\":" MOST
   "}"),
  "{\"op\":\"ack\",\"mid\":\"" ESCAPE "\",\"seq\":0,\"at\":0}",
  "{\"op\":\"throttled\",\"rate\":0,\"ms\":" MOST "}",
  "{\"op\":\"throttled\",\"rate\":" MOST ",\"ms\":0}",
  "{\"op\":\"history-end\",\"count\":" MOST ",\"withheld\":" MOST ",\"more\":true}",
  "{\"op\":\"history-end\",\"count\":-1,\"withheld\":0,\"more\":true}",
  "{\"op\":\"caught-up\",\"seq\":" MOST ",\"count\":" MOST ",\"withheld\":0,\"lost\":0}",
  ("{\"op\":\"presence\",\"online\":[\"alice\",\"bob\",\"bob\",\"" ESCAPE "\",\"\"],"
   "\"offline\":[\"bob\"]}"),
  "{\"op\":\"removed\",\"username\":\"alice\"}",
  "{\"op\":\"removed\",\"username\":\"" ESCAPE "\"}",
  "{\"op\":\"added\",\"username\":\"" ESCAPE "\",\"key\":\"AAAA\"}",
  "{\"op\":\"added\",\"username\":\"dave\",\"key\":\"" ESCAPE "\"}",
  "{\"op\":\"readers\",\"to\":\"" ESCAPE "\",\"kids\":[]}",
  "{\"op\":\"members\",\"members\":[]}",
  "{\"op\":\"shutdown\",\"by\":\"" ESCAPE "\"}",
  "{\"op\":\"shutdown\",\"by\":\"bob\"}",
  "{\"op\":\"shutdown\"}",
  "{\"op\":\"bye\"}",
  "{\"op\":\"welcome\"}",
  "{\"op\":\"" ESCAPE "\"}",
  "{\"op\":1}",
  "{}",
  "[]",
  "\"\"",
  "{\"op\":\"error\",\"code\":\"" ESCAPE "\",\"fatal\":false,\"text\":\"" ESCAPE "\"}",
  "{\"op\":\"error\",\"code\":\"" ESCAPE "\",\"fatal\":true,\"text\":\"" ESCAPE "\"}",
  "{\"op\":\"error\",\"code\":\"full\",\"fatal\":true,\"limit\":" MOST ",\"text\":\"\"}",
  ("{\"op\":\"error\",\"code\":\"wrong-name\",\"fatal\":true,\"username\":\"" ESCAPE
   "\",\"text\":\"\"}"),
  ("{\"op\":\"error\",\"code\":\"unknown-seal\",\"fatal\":false,\"seal\":\"x\",\"mid\":\"x\","
   "\"text\":\"\"}"),
  "{\"op\":\"error\",\"code\":\"unknown-reader\",\"fatal\":false,\"text\":\"\"}",
  "{\"op\":\"error\",\"code\":\"not-stored\",\"fatal\":false,\"text\":\"\"}",
};

/* Each on a connection of its own; some of them end it, and none ends the program. */
static void
test_absurd_notices (Fixture *self, gconstpointer data)
{
  Shown shown = { self, NULL, 0 };
  g_autoptr (ChatView) text = chat_text_view_new (CHAT_TEXT_VIEW_OWN, line_cb, &shown);
  g_autoptr (ChatView) json = chat_json_view_new (line_cb, &shown);

  for (guint i = 0; i < G_N_ELEMENTS (absurd); i++)
    {
      g_test_message ("%s", absurd[i]);
      connect_view (self->session, text);
      connect_view (self->session, json);
      enter (self, "alice=0 bob=1");
      fake_server_notify (self->server, "%s", absurd[i]);
      fake_server_notify (self->server, "{\"op\":\"throttled\",\"rate\":7,\"ms\":7}");
      fake_server_deliver (self->server, "message", 11, "bob", 1, mid_1, "end");
      fake_server_finish (self->server);
      wait_until (chat_session_get_state (self->session) != CHAT_SESSION_OPEN);
      close_session (self);
      open_session (self);
    }
}

/* A sentence of the server's is not a way to fill the screen. */
static void
test_long_words_of_the_server (Fixture *self, gconstpointer data)
{
  Shown shown = { self, NULL, 0 };
  g_autoptr (ChatView) text = chat_text_view_new (CHAT_TEXT_VIEW_OWN, line_cb, &shown);
  g_autofree char *words = g_strnfill (500000, 'x');

  connect_view (self->session, text);
  enter (self, "alice=0 bob=1");
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"new\",\"fatal\":false,\"text\":\"%s\"}", words);
  fake_server_notify (self->server, "{\"op\":\"%s\"}", words);
  fake_server_notify (self->server, "{\"op\":\"shutdown\",\"by\":\"%s\"}", words);
  fake_server_notify (self->server,
                      "{\"op\":\"error\",\"code\":\"%s\",\"fatal\":true,\"text\":\"%s\"}", words,
                      words);
  wait_until (chat_session_get_state (self->session) != CHAT_SESSION_OPEN);
  g_assert_cmpuint (shown.longest, >, 0);
  g_assert_cmpuint (shown.longest, <, 2000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/hostile/keys/first", test_everybody_is_new_at_first);
  ADD ("/hostile/keys/live", test_a_key_that_changes_while_one_is_there);
  ADD ("/hostile/keys/between", test_a_key_that_changed_between_two_runs);
  ADD ("/hostile/keys/away", test_a_member_who_was_away);
  ADD ("/hostile/keys/swapped", test_swapped_keys);
  ADD ("/hostile/keys/again", test_told_again_and_again);
  ADD ("/hostile/keys/contradiction", test_a_guest_list_that_contradicts_itself);
  ADD ("/hostile/keys/silently-added", test_somebody_added_silently);
  ADD ("/hostile/keys/added", test_somebody_added_while_one_is_there);
  ADD ("/hostile/keys/own-name", test_somebody_under_our_own_name);
  ADD ("/hostile/keys/lost", test_a_key_that_changes_while_the_connection_is_lost);
  ADD ("/hostile/keys/marked", test_what_a_changed_key_says_is_marked);
  ADD ("/hostile/keys/former", test_a_former_key_that_never_was);
  ADD ("/hostile/keys/earlier", test_an_earlier_key_is_known);
  ADD ("/hostile/keys/earlier-live", test_a_former_key_speaks_again);
  ADD ("/hostile/keys/earlier-later-history", test_a_former_key_in_later_history);
  ADD ("/hostile/keys/earlier-missed", test_a_former_key_in_what_was_missed);
  ADD ("/hostile/keys/not-understood", test_a_list_that_is_not_understood);
  ADD ("/hostile/keys/nowhere", test_nowhere_to_remember);
  ADD ("/hostile/messages/forged", test_forged_authors);
  ADD ("/hostile/messages/other-readers", test_sealed_again_for_other_readers);
  ADD ("/hostile/messages/replayed", test_replayed);
  ADD ("/hostile/messages/reordered", test_reordered);
  ADD ("/hostile/messages/altered", test_altered_everywhere);
  ADD ("/hostile/messages/pieces", test_frames_in_pieces);
  ADD ("/hostile/floods/history", test_endless_history);
  ADD ("/hostile/floods/notices", test_notices_without_end);
  ADD ("/hostile/notices/absurd", test_absurd_notices);
  ADD ("/hostile/notices/long", test_long_words_of_the_server);

  return g_test_run ();
}
