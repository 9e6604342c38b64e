/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-list.h"

#include "chat-reader-set.h"
#include "jose-keys.h"

static ChatMember *
member (const char *name, guint key, gboolean online)
{
  return chat_member_new (name, test_public_key (key), online, FALSE);
}

static void
add (ChatMemberList *list, const char *name, guint key)
{
  g_autoptr (ChatMember) added = member (name, key, FALSE);

  chat_member_list_add (list, added);
}

static void
log_change_cb (ChatMemberList *list, ChatMember *changed, guint change, GString *log)
{
  g_string_append_printf (log, "%c%s ", "+-^v"[change], chat_member_get_username (changed));
}

static void
assert_log (GString *log, const char *expected)
{
  g_assert_cmpstr (log->str, ==, expected);
  g_string_truncate (log, 0);
}

static const char *
kid (guint key)
{
  return chat_public_key_get_id (test_public_key (key));
}

static void
test_sorted_and_found (void)
{
  g_autoptr (ChatMemberList) list = chat_member_list_new (test_public_key (0));
  const char *expected[] = { "alice", "Bob", "carol" };

  add (list, "carol", 2);
  add (list, "alice", 0);
  add (list, "Bob", 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ChatMember) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_cmpstr (chat_member_get_username (item), ==, expected[i]);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 3));
  g_assert_nonnull (chat_member_list_find (list, "bOB"));
  g_assert_null (chat_member_list_find (list, "dave"));
  g_assert_cmpstr (chat_member_get_username (chat_member_list_find_key (list, kid (1))), ==, "Bob");
}

static void
test_former_members_are_authors_only (void)
{
  g_autoptr (ChatMemberList) list = chat_member_list_new (test_public_key (0));
  g_autoptr (ChatMember) gone = chat_member_new ("carol", test_public_key (2), TRUE, TRUE);
  g_autofree char *name = NULL;
  g_autofree char *unknown = NULL;

  add (list, "alice", 0);
  add (list, "bob", 1);
  chat_member_list_remove (list, "BOB");
  chat_member_list_add (list, gone);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_null (chat_member_list_find (list, "bob"));
  g_assert_null (chat_member_list_find_key (list, kid (1)));

  g_assert_nonnull (chat_member_list_find_author (list, kid (1), "bob"));
  g_assert_nonnull (chat_member_list_find_author (list, kid (2), "carol"));
  g_assert_nonnull (chat_member_list_find_author (list, kid (0), "Alice"));
  g_assert_null (chat_member_list_find_author (list, kid (1), "alice"));
  g_assert_false (chat_member_get_online (gone));

  name = chat_member_list_dup_name (list, kid (2));
  g_assert_cmpstr (name, ==, "carol");
  unknown = chat_member_list_dup_name (list, "AAAAAAAAAAAA");
  g_assert_cmpstr (unknown, ==, "?AAAAAAAA");
}

static void
test_a_replaced_key_replaces_the_member (void)
{
  g_autoptr (ChatMemberList) list = chat_member_list_new (test_public_key (0));
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (list, "member-changed", G_CALLBACK (log_change_cb), log);
  add (list, "bob", 1);
  add (list, "bob", 2);
  assert_log (log, "+bob -bob +bob ");
  g_assert_nonnull (chat_member_list_find_author (list, kid (1), "bob"));
  /* The same key under another name is a rename. */
  add (list, "robert", 2);
  assert_log (log, "-bob +robert ");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
}

static void
test_update_makes_few_changes (void)
{
  g_autoptr (ChatMemberList) list = chat_member_list_new (test_public_key (0));
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) log = g_string_new (NULL);

  add (list, "alice", 0);
  add (list, "bob", 1);
  g_signal_connect (list, "member-changed", G_CALLBACK (log_change_cb), log);
  g_ptr_array_add (members, member ("alice", 0, TRUE));
  g_ptr_array_add (members, member ("carol", 2, FALSE));
  chat_member_list_update (list, members);
  assert_log (log, "-bob ^alice +carol ");
  chat_member_list_update (list, members);
  assert_log (log, "");
  chat_member_list_set_online (list, "alice", FALSE);
  chat_member_list_set_online (list, "nobody", TRUE);
  assert_log (log, "valice ");
}

static void
test_audiences (void)
{
  g_autoptr (ChatMemberList) list = chat_member_list_new (test_public_key (0));
  const char *kids[] = { kid (2), kid (0), kid (1) };
  const char *pair[] = { kid (1), kid (0) };
  g_autofree char *all = chat_reader_set_hash (kids, 3);
  g_autofree char *both = chat_reader_set_hash (pair, 2);
  g_autoptr (ChatAudience) room = NULL;
  g_autoptr (ChatAudience) same = NULL;
  g_autoptr (ChatAudience) smaller = NULL;
  g_autoptr (ChatAudience) direct = NULL;

  add (list, "alice", 0);
  add (list, "bob", 1);
  add (list, "carol", 2);
  room = chat_member_list_get_room (list);
  same = chat_member_list_get_room (list);
  g_assert_true (room == same);
  g_assert_cmpstr (chat_audience_get_to (room), ==, all);
  g_assert_cmpuint (chat_audience_get_keys (room)->len, ==, 3);

  direct = chat_member_list_get_direct (list, chat_member_list_find (list, "bob"));
  g_assert_cmpstr (chat_audience_get_to (direct), ==, both);
  g_assert_cmpstr (chat_audience_get_names (direct)[0], ==, "bob");

  chat_member_list_remove (list, "carol");
  smaller = chat_member_list_get_room (list);
  g_assert_cmpstr (chat_audience_get_to (smaller), ==, both);
  g_assert_cmpint (chat_audience_get_kind (smaller), ==, CHAT_AUDIENCE_ROOM);
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

/* What the desktop binds to. */
static void
test_properties (void)
{
  g_autoptr (ChatMember) bob = member ("Bob", 1, TRUE);
  g_autoptr (ChatPublicKey) key = NULL;
  g_autofree char *username = NULL;
  g_autofree char *fingerprint = NULL;
  gboolean online, former, changed;
  guint count = 0;

  g_signal_connect (bob, "notify", G_CALLBACK (count_cb), &count);
  chat_member_set_known_kid (bob, kid (2));
  chat_member_set_known_kid (bob, kid (0)); /* still another than theirs */
  g_assert_cmpuint (count, ==, 1);
  g_object_get (bob, "username", &username, "key", &key, "fingerprint", &fingerprint, "online",
                &online, "former", &former, "changed", &changed, NULL);
  g_assert_cmpstr (username, ==, "Bob");
  g_assert_true (key == test_public_key (1));
  g_assert_cmpstr (fingerprint, ==, chat_public_key_get_fingerprint (key));
  g_assert_true (online);
  g_assert_false (former);
  g_assert_true (changed);

  chat_member_set_known_kid (bob, NULL);
  chat_member_set_former (bob, TRUE);
  chat_member_set_former (bob, TRUE);
  g_assert_cmpuint (count, ==, 4);
  g_object_get (bob, "online", &online, "former", &former, "changed", &changed, NULL);
  g_assert_false (online);
  g_assert_true (former);
  g_assert_false (changed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/member-list/sorted", test_sorted_and_found);
  g_test_add_func ("/member-list/former", test_former_members_are_authors_only);
  g_test_add_func ("/member-list/replaced", test_a_replaced_key_replaces_the_member);
  g_test_add_func ("/member-list/update", test_update_makes_few_changes);
  g_test_add_func ("/member-list/audiences", test_audiences);
  g_test_add_func ("/member-list/properties", test_properties);

  return g_test_run ();
}
