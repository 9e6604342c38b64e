/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-check.h"

#include "chat-reader-set.h"
#include "jose-keys.h"

/* alice (key 0) reads; bob (key 1) writes; carol (key 2) is there as well. */
typedef struct
{
  ChatMemberList *members;
  GHashTable *announced;
  ChatCheck check;
  ChatClaims claims;
  ChatDelivery delivery;
} Fixture;

static const char *
kid (guint key)
{
  return chat_public_key_get_id (test_public_key (key));
}

static char *
hash (guint first, guint second, guint n)
{
  const char *kids[] = { kid (first), kid (second) };

  return chat_reader_set_hash (kids, n);
}

static void
add (ChatMemberList *list, const char *name, guint key)
{
  g_autoptr (ChatMember) member = chat_member_new (name, test_public_key (key), TRUE, FALSE);

  chat_member_list_add (list, member);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatAudience) room = NULL;

  self->members = chat_member_list_new (test_public_key (0));
  add (self->members, "alice", 0);
  add (self->members, "bob", 1);
  add (self->members, "carol", 2);
  room = chat_member_list_get_room (self->members);
  self->announced =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)chat_audience_unref);
  self->check = (ChatCheck){
    .server_kid = "server-kid",
    .own_kid = kid (0),
    .members = self->members,
    .announced = self->announced,
  };
  self->claims = (ChatClaims){
    .iss = g_strdup (kid (1)),
    .aud = g_strdup ("server-kid"),
    .jti = g_strdup ("11111111-1111-4111-8111-111111111111"),
    .iat = 5,
    .to = g_strdup (chat_audience_get_to (room)),
    .type = g_strdup ("text"),
    .text = g_strdup ("words"),
  };
  self->delivery = (ChatDelivery){
    .seq = 7,
    .at = 9,
    .from = g_strdup ("bob"),
    .mid = g_strdup (self->claims.jti),
    .claims = &self->claims,
  };
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->claims.iss);
  g_free (self->claims.aud);
  g_free (self->claims.jti);
  g_free (self->claims.to);
  g_free (self->claims.type);
  g_free (self->claims.text);
  g_free (self->delivery.from);
  g_free (self->delivery.mid);
  g_hash_table_unref (self->announced);
  g_assert_finalize_object (self->members);
}

static void
replace (char **member, char *value)
{
  g_free (*member);
  *member = value;
}

static ChatMessage *
assert_accepted (Fixture *self, ChatAudienceKind kind)
{
  ChatMessage *message = chat_check_delivery (&self->check, &self->delivery);

  g_assert_cmpstr (chat_message_get_problem (message), ==, NULL);
  g_assert_cmpstr (chat_message_get_text (message), ==, self->claims.text);
  g_assert_cmpint (chat_message_get_seq (message), ==, 7);
  g_assert_cmpint (chat_message_get_at (message), ==, 9);
  g_assert_cmpint (chat_message_get_sent (message), ==, 5);
  g_assert_cmpint (chat_audience_get_kind (chat_message_get_audience (message)), ==, kind);

  return message;
}

static void
assert_refused (Fixture *self)
{
  g_autoptr (ChatMessage) message = chat_check_delivery (&self->check, &self->delivery);

  g_assert_nonnull (chat_message_get_problem (message));
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_UNVERIFIED);
  g_assert_null (chat_message_get_text (message));
  g_assert_null (chat_message_get_audience (message));
  g_assert_null (chat_message_get_author_kid (message));
}

static void
test_to_the_room (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = assert_accepted (self, CHAT_AUDIENCE_ROOM);

  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_RECEIVED);
  g_assert_false (chat_message_get_own (message));
}

static void
test_to_me (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) to_both = NULL;
  g_autoptr (ChatMessage) to_me_alone = NULL;

  self->claims.direct = TRUE;
  replace (&self->claims.to, hash (1, 0, 2));
  to_both = assert_accepted (self, CHAT_AUDIENCE_DIRECT);
  g_assert_cmpstr (chat_message_get_peer (to_both), ==, "bob");
  replace (&self->claims.to, hash (0, 0, 1));
  to_me_alone = assert_accepted (self, CHAT_AUDIENCE_DIRECT);
  g_assert_cmpstr (chat_message_get_peer (to_me_alone), ==, "bob");
}

/* In a room of two the set is the same; what was meant is the author's word. */
static void
test_to_me_in_a_room_of_two (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) to_the_room = NULL;
  g_autoptr (ChatMessage) to_me = NULL;

  chat_member_list_remove (self->members, "carol");
  replace (&self->claims.to, hash (1, 0, 2));
  to_the_room = assert_accepted (self, CHAT_AUDIENCE_ROOM);
  self->claims.direct = TRUE;
  to_me = assert_accepted (self, CHAT_AUDIENCE_DIRECT);
  g_assert_cmpstr (chat_message_get_peer (to_me), ==, "bob");
}

/* Said to the room before carol came. */
static void
test_to_the_room_of_an_earlier_day (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  replace (&self->claims.to, hash (1, 0, 2));
  message = assert_accepted (self, CHAT_AUDIENCE_OTHERS);
}

static void
test_to_others_is_refused (Fixture *self, gconstpointer data)
{
  /* Bob to carol, whom alice reads over the shoulder; bob to himself; alice and carol. */
  replace (&self->claims.to, hash (1, 2, 2));
  assert_refused (self);
  replace (&self->claims.to, hash (1, 1, 1));
  assert_refused (self);
  replace (&self->claims.to, hash (0, 2, 2));
  assert_refused (self);
}

static void
test_an_announced_set (Fixture *self, gconstpointer data)
{
  const char *ours[] = { kid (0), kid (2), NULL };
  const char *theirs[] = { kid (1), kid (2), NULL };
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *to = hash (0, 2, 2);

  g_hash_table_insert (self->announced, g_strdup (to),
                       chat_check_make_audience (&self->check, to, ours));
  replace (&self->claims.to, g_steal_pointer (&to));
  replace (&self->claims.iss, g_strdup (kid (0)));
  replace (&self->delivery.from, g_strdup ("alice"));
  self->claims.direct = TRUE;
  message = assert_accepted (self, CHAT_AUDIENCE_DIRECT);
  g_assert_cmpstr (chat_message_get_peer (message), ==, "carol");
  g_assert_true (chat_message_get_own (message));
  g_assert_cmpint (chat_message_get_state (message), ==, CHAT_MESSAGE_SENT);

  g_assert_null (chat_check_make_audience (&self->check, "theirs", theirs));
}

static void
test_a_former_member_may_have_written (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  replace (&self->claims.to, hash (1, 0, 2));
  chat_member_list_remove (self->members, "bob");
  self->claims.direct = TRUE;
  message = assert_accepted (self, CHAT_AUDIENCE_DIRECT);
}

static void
test_who_is_checked (Fixture *self, gconstpointer data)
{
  replace (&self->delivery.from, g_strdup ("carol"));
  assert_refused (self);
  replace (&self->delivery.from, g_strdup ("bob"));
  replace (&self->claims.iss, g_strdup (kid (2)));
  assert_refused (self);
}

static void
test_where_is_checked (Fixture *self, gconstpointer data)
{
  replace (&self->claims.aud, g_strdup ("another-server"));
  assert_refused (self);
}

static void
test_id_is_checked (Fixture *self, gconstpointer data)
{
  replace (&self->delivery.mid, g_strdup ("22222222-2222-4222-8222-222222222222"));
  assert_refused (self);
  replace (&self->delivery.mid, NULL);
  assert_refused (self);
}

static void
test_what_could_not_be_opened (Fixture *self, gconstpointer data)
{
  g_autofree char *problem = g_strdup ("its seal cannot be opened");

  self->delivery.claims = NULL;
  self->delivery.problem = problem;
  assert_refused (self);
}

static void
test_a_newer_type_has_no_text (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatMessage) message = NULL;

  replace (&self->claims.text, NULL);
  message = assert_accepted (self, CHAT_AUDIENCE_ROOM);
  g_assert_null (chat_message_get_text (message));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/check/room", test_to_the_room);
  ADD ("/check/direct", test_to_me);
  ADD ("/check/direct-in-a-room-of-two", test_to_me_in_a_room_of_two);
  ADD ("/check/to-the-room-of-an-earlier-day", test_to_the_room_of_an_earlier_day);
  ADD ("/check/others", test_to_others_is_refused);
  ADD ("/check/announced", test_an_announced_set);
  ADD ("/check/former", test_a_former_member_may_have_written);
  ADD ("/check/who", test_who_is_checked);
  ADD ("/check/where", test_where_is_checked);
  ADD ("/check/id", test_id_is_checked);
  ADD ("/check/unopened", test_what_could_not_be_opened);
  ADD ("/check/newer", test_a_newer_type_has_no_text);

  return g_test_run ();
}
