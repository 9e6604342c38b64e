/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notice.h"

#include "chat-base64url.h"
#include "chat-member.h"
#include "chat-reader-set.h"
#include "jose-keys.h"

#include <string.h>

static ChatNotice *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  ChatNotice *notice = chat_notice_parse (json, strlen (json), &error);

  g_assert_no_error (error);

  return notice;
}

static void
assert_refused (const char *json, const char *needle)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_notice_parse (json, strlen (json), &error));
  g_assert_nonnull (error);
  if (strstr (error->message, needle) == NULL)
    g_error ("“%s” does not name “%s”", error->message, needle);
}

static char *
key_text (void)
{
  GBytes *der = chat_public_key_get_der (test_public_key (0));

  return chat_base64url_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
}

static void
test_members (void)
{
  g_autofree char *key = key_text ();
  g_autofree char *json = g_strdup_printf (
      "{\"op\":\"members\",\"members\":[{\"username\":\"bob\",\"key\":\"%s\",\"online\":true},"
      "{\"username\":\"carol\",\"key\":\"%s\",\"online\":false,\"former\":true,\"new\":1}]}",
      key, key);
  g_autoptr (ChatNotice) notice = parse (json);
  ChatMember *member;

  g_assert_cmpint (notice->op, ==, CHAT_NOTICE_MEMBERS);
  g_assert_cmpuint (notice->members->len, ==, 2);
  member = g_ptr_array_index (notice->members, 0);
  g_assert_cmpstr (chat_member_get_username (member), ==, "bob");
  g_assert_true (chat_member_get_online (member));
  g_assert_false (chat_member_get_former (member));
  g_assert_true (chat_public_key_equal (chat_member_get_key (member), test_public_key (0)));
  g_assert_true (chat_member_get_former (g_ptr_array_index (notice->members, 1)));
}

static void
test_bad_members (void)
{
  g_autofree char *key = key_text ();
  g_autofree char *bad_name =
      g_strdup_printf ("{\"op\":\"added\",\"username\":\"../x\",\"key\":\"%s\"}", key);
  g_autofree char *no_online = g_strdup_printf (
      "{\"op\":\"members\",\"members\":[{\"username\":\"bob\",\"key\":\"%s\"}]}", key);

  assert_refused (bad_name, "added");
  assert_refused (no_online, "online");
  assert_refused ("{\"op\":\"added\",\"username\":\"bob\",\"key\":\"AAAA\"}", "added");
  assert_refused ("{\"op\":\"added\",\"username\":\"bob\",\"key\":\"=\"}", "added");
  assert_refused ("{\"op\":\"added\",\"username\":\"bob\"}", "key");
  assert_refused ("{\"op\":\"members\",\"members\":[3]}", "members");
  assert_refused ("{\"op\":\"members\"}", "members");
}

static void
test_welcome (void)
{
  g_autoptr (ChatNotice) notice =
      parse ("{\"op\":\"welcome\",\"version\":1,\"username\":\"bob\",\"admin\":true,"
             "\"history_limit\":100,\"history\":\"x\",\"seq\":7}");

  g_assert_cmpint (notice->op, ==, CHAT_NOTICE_WELCOME);
  g_assert_cmpstr (notice->username, ==, "bob");
  g_assert_cmpstr (notice->history, ==, "x");
  g_assert_true (notice->admin);
  g_assert_cmpint (notice->history_limit, ==, 100);
  g_assert_cmpint (notice->seq, ==, 7);
  assert_refused ("{\"op\":\"welcome\",\"version\":2,\"username\":\"bob\",\"admin\":true,"
                  "\"history_limit\":100,\"history\":\"x\",\"seq\":7}",
                  "version");
  assert_refused ("{\"op\":\"welcome\",\"version\":1,\"username\":\"bob\",\"admin\":1,"
                  "\"history_limit\":100,\"history\":\"x\",\"seq\":7}",
                  "admin");
}

static void
test_readers (void)
{
  const char *kid = chat_public_key_get_id (test_public_key (0));
  g_autofree char *to = chat_reader_set_hash (&kid, 1);
  g_autofree char *good =
      g_strdup_printf ("{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[\"%s\"]}", to, kid);
  g_autofree char *wrong =
      g_strdup_printf ("{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[\"%s\"]}", kid, kid);
  g_autofree char *none = g_strdup_printf ("{\"op\":\"readers\",\"to\":\"%s\",\"kids\":[]}", to);
  g_autoptr (ChatNotice) notice = parse (good);

  g_assert_cmpstr (notice->kids[0], ==, kid);
  g_assert_null (notice->kids[1]);
  assert_refused (wrong, "hash");
  assert_refused (none, "kids");
  assert_refused ("{\"op\":\"readers\",\"to\":\"x\",\"kids\":[\"short\"]}", "kids");
}

static void
test_the_others (void)
{
  g_autoptr (ChatNotice) presence =
      parse ("{\"op\":\"presence\",\"online\":[\"bob\"],\"offline\":[]}");
  g_autoptr (ChatNotice) ack = parse ("{\"op\":\"ack\",\"mid\":\"m\",\"seq\":3,\"at\":4}");
  g_autoptr (ChatNotice) stop = parse ("{\"op\":\"shutdown\"}");
  g_autoptr (ChatNotice) later = parse ("{\"op\":\"from-the-future\",\"x\":1}");

  g_assert_cmpstr (presence->online[0], ==, "bob");
  g_assert_cmpuint (g_strv_length (presence->offline), ==, 0);
  g_assert_cmpint (ack->seq, ==, 3);
  g_assert_cmpstr (ack->mid, ==, "m");
  g_assert_null (stop->by);
  g_assert_cmpint (later->op, ==, CHAT_NOTICE_UNKNOWN);
  assert_refused ("{\"op\":\"ack\",\"mid\":\"m\",\"seq\":0,\"at\":4}", "seq");
  assert_refused ("{\"op\":\"ack\",\"mid\":\"m\",\"seq\":-1,\"at\":4}", "seq");
  assert_refused ("{\"op\":\"presence\",\"online\":[1],\"offline\":[]}", "presence");
  assert_refused ("{}", "op");
  assert_refused ("[]", "object");
  assert_refused ("", "");
}

static void
test_error (void)
{
  g_autoptr (ChatNotice) notice =
      parse ("{\"op\":\"error\",\"code\":\"too-many\",\"fatal\":true,\"text\":\"t\",\"limit\":5}");
  g_autoptr (ChatNotice) later =
      parse ("{\"op\":\"error\",\"code\":\"brand-new\",\"fatal\":false,\"text\":\"t\"}");

  g_assert_cmpint (notice->code, ==, CHAT_PROTOCOL_ERROR_TOO_MANY);
  g_assert_true (notice->fatal);
  g_assert_cmpint (notice->limit, ==, 5);
  g_assert_cmpint (later->code, ==, CHAT_PROTOCOL_ERROR_UNKNOWN);
  assert_refused ("{\"op\":\"error\",\"code\":\"full\",\"text\":\"t\"}", "fatal");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notice/members", test_members);
  g_test_add_func ("/notice/bad-members", test_bad_members);
  g_test_add_func ("/notice/welcome", test_welcome);
  g_test_add_func ("/notice/readers", test_readers);
  g_test_add_func ("/notice/others", test_the_others);
  g_test_add_func ("/notice/error", test_error);

  return g_test_run ();
}
