/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completion.h"
#include "chat-text-format.h"
#include "chat-text-view.h"
#include "jose-keys.h"

#include <string.h>

/* What the terminal shows, and what Tab offers. */

static ChatMessage *
message (ChatAudienceKind kind, const char *text)
{
  const char *names[] = { "alice", "bob", "carol", "dave", "erin", "frank", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (kind, "set", names, NULL);
  const ChatMessageFacts facts = {
    .from = "bob",
    .seq = 1,
    .at = g_get_real_time () / 1000,
    .mid = "mid",
    .author_kid = "kid",
    .text = text,
    .audience = audience,
  };

  return chat_message_new_received (&facts);
}

/* Without the time in front. */
static char *
format (ChatMessage *shown)
{
  g_autofree char *text = chat_format_message (shown, FALSE);

  g_assert_cmpint (text[2], ==, ':');
  g_assert_cmpint (text[5], ==, ' ');
  g_object_unref (shown);

  return g_strdup (text + 6);
}

#define assert_format(shown, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *formatted = format (shown);                                                   \
    g_assert_cmpstr (formatted, ==, expected);                                                     \
  }                                                                                                \
  G_STMT_END

static void
test_messages (void)
{
  assert_format (message (CHAT_AUDIENCE_ROOM, "hi"), "bob: hi");
  assert_format (message (CHAT_AUDIENCE_DIRECT, "hi"), "bob → you: hi");
  assert_format (message (CHAT_AUDIENCE_OTHERS, "hi"),
                 "bob (to alice, bob, carol, dave and 2 more): hi");
  assert_format (message (CHAT_AUDIENCE_ROOM, NULL),
                 "bob: (this needs a newer version of the program)");
}

static void
test_no_line_looks_like_another_message (void)
{
  assert_format (message (CHAT_AUDIENCE_ROOM, "a\n12:00 alice: b\033[2J"),
                 "bob: a\n    | 12:00 alice: b␛[2J");
}

static void
test_unverified_is_nobodys_words (void)
{
  const ChatMessageFacts facts = {
    .from = "bob", .seq = 1, .at = g_get_real_time () / 1000, .problem = "its signature is wrong"
  };

  assert_format (chat_message_new_received (&facts),
                 "* A message that is said to be from bob cannot be verified: its signature is "
                 "wrong");
}

static void
test_names_keep_their_color (void)
{
  g_autofree char *first = chat_format_name ("Bob", TRUE);
  g_autofree char *again = chat_format_name ("bob", TRUE);
  g_autofree char *plain = chat_format_name ("bob", FALSE);

  g_assert_true (g_str_has_prefix (first, "\033["));
  g_assert_cmpmem (first, 7, again, 7);
  g_assert_cmpstr (plain, ==, "bob");
}

static void
test_times (void)
{
  const gint64 day = 24 * 60 * 60 * G_GINT64_CONSTANT (1000);
  const gint64 now = 1700000000000;
  g_autofree char *today = chat_format_time (now, now);
  g_autofree char *earlier = chat_format_time (now - 3 * day, now);
  g_autofree char *never = chat_format_time (G_GINT64_CONSTANT (9007199254740991), now);

  g_assert_cmpuint (strlen (today), ==, strlen ("22:13"));
  g_assert_cmpuint (strlen (earlier), ==, strlen ("2023-11-11 22:13"));
  g_assert_cmpstr (never, ==, "--:--");
}

static char *
complete (ChatMemberList *members, const char *line)
{
  const char *blank = strrchr (line, ' ');
  const char *word = blank != NULL ? blank + 1 : line;
  g_auto (GStrv) found = chat_completion_find (members, line, (gsize)(word - line), word);

  return g_strjoinv (" ", found);
}

static void
add (ChatMemberList *members, const char *name, guint key)
{
  g_autoptr (ChatMember) member = chat_member_new (name, test_public_key (key), FALSE, FALSE);

  chat_member_list_add (members, member);
}

static void
test_completion (void)
{
  static const char *const cases[][2] = {
    { "/m", "/msg /members" }, { "/ex", "/exit" },   { "/nope", "" },       { "/msg b", "Bob" },
    { "/msg ", "alice Bob" },  { "/msg Bob a", "" }, { "hi @a", "@alice" }, { "@B", "@Bob" },
    { "hi /m", "" },           { "plain a", "" },
  };
  g_autoptr (ChatMemberList) members = chat_member_list_new (test_public_key (0));

  add (members, "alice", 0);
  add (members, "Bob", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = complete (members, cases[i][0]);

      g_assert_cmpstr (found, ==, cases[i][1]);
    }
}

static void
collect_cb (const char *line, ChatNote note, gpointer user_data)
{
  const char *text = g_str_has_prefix (line, "* ") ? line + 2 : strstr (line, ": ") + 2;

  g_string_append_printf (user_data, "%s|", text);
}

static void
show (ChatView *view, const char *text, ChatDeliveryOrigin origin)
{
  g_autoptr (ChatMessage) shown = message (CHAT_AUDIENCE_ROOM, text);

  CHAT_VIEW_GET_IFACE (view)->message (view, shown, origin);
}

static void
test_history_is_set_apart (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (ChatView) view = chat_text_view_new (CHAT_TEXT_VIEW_PLAIN, collect_cb, lines);

  show (view, "live", CHAT_ORIGIN_LIVE);
  show (view, "old", CHAT_ORIGIN_HISTORY);
  show (view, "older", CHAT_ORIGIN_HISTORY);
  show (view, "new", CHAT_ORIGIN_LIVE);
  show (view, "oldest", CHAT_ORIGIN_HISTORY);
  CHAT_VIEW_GET_IFACE (view)->history_end (view, 3, 0, FALSE);
  show (view, "live", CHAT_ORIGIN_LIVE);
  show (view, "old", CHAT_ORIGIN_HISTORY);
  g_assert_cmpstr (lines->str, ==,
                   "live|History:|old|older|New, while the history comes:|new|History:|oldest|"
                   "End of the history. Messages: 3.|live|History:|old|");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-text/messages", test_messages);
  g_test_add_func ("/cli-text/lines", test_no_line_looks_like_another_message);
  g_test_add_func ("/cli-text/unverified", test_unverified_is_nobodys_words);
  g_test_add_func ("/cli-text/colors", test_names_keep_their_color);
  g_test_add_func ("/cli-text/history", test_history_is_set_apart);
  g_test_add_func ("/cli-text/times", test_times);
  g_test_add_func ("/cli-text/completion", test_completion);

  return g_test_run ();
}
