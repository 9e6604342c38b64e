/* Which messages bring a notification, with which words, and when it goes. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-notifier.h"

#include "chat-mention.h"
#include "chat-notice-text.h"
#include "chat-room-id.h"
#include "chat-settings.h"
#include "gui-test-notifications.h"
#include "gui-test.h"

/* One for all tests: making them takes long. */
static ChatPrivateKey *own_key, *other_key;

/* As one process has them. */
static GApplication *app;
static GuiTestNotifications *notifications;

typedef struct
{
  GSettings *settings;
  ChatSession *session;
  ChatNotifier *notifier;
  char *clicked; /* the message that a click asked for */
} Fixture;

static void
clicked_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *expected = chat_room_id_for_session (fixture->session);
  const char *room_id, *mid;

  g_variant_get (parameter, "(&s&s)", &room_id, &mid);
  g_assert_cmpstr (room_id, ==, expected);
  g_free (fixture->clicked);
  fixture->clicked = g_strdup (mid);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const GActionEntry entries[] = {
    { .name = "show-message", .activate = clicked_cb, .parameter_type = "(ss)" },
  };
  g_autoptr (GError) error = NULL;

  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries),
                                   fixture);
  fixture->settings = chat_settings_new ("", &error);
  g_assert_no_error (error);
  g_settings_reset (fixture->settings, CHAT_SETTING_NOTIFY_ALL);
  fixture->session = chat_session_new ("chat.example", 5000, "alice", own_key,
                                       chat_private_key_get_public (other_key));
  fixture->notifier = chat_notifier_new (app, fixture->settings);
  chat_notifier_set_session (fixture->notifier, fixture->session);
}

static gboolean
has_none (gpointer user_data)
{
  return gui_test_notifications_count (notifications) == 0;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->notifier);
  g_assert_finalize_object (fixture->session);
  g_assert_finalize_object (fixture->settings);
  gui_test_wait ("everything is withdrawn", has_none, NULL);
  g_free (fixture->clicked);
}

static void
deliver_with (Fixture *fixture, const char *from, const char *text, gboolean direct, guint origin,
              const char *doubt)
{
  g_autoptr (ChatMemberList) list =
      chat_member_list_new (chat_private_key_get_public (own_key));
  g_autoptr (ChatMember) member =
      chat_member_new (from, chat_private_key_get_public (other_key), TRUE, FALSE);
  g_autoptr (ChatAudience) audience = NULL;
  g_autoptr (ChatMessage) message = NULL;
  g_autofree char *mid = g_strdup_printf ("mid of %s", text);
  ChatMessageFacts facts = {
    .from = from, .mid = mid, .seq = 1, .at = 1, .sent = 1, .text = text,
    .author_kid = chat_public_key_get_id (chat_private_key_get_public (other_key)),
    .problem = text == NULL ? "The signature is wrong." : NULL,
    .doubt = doubt,
  };

  chat_member_list_add (list, member);
  if (text != NULL)
    audience = direct ? chat_member_list_get_direct (list, member)
                      : chat_member_list_get_room (list);
  facts.audience = audience;
  message = chat_message_new_received (&facts);
  g_signal_emit_by_name (fixture->session, "delivered", message, origin);
  gui_test_notifications_settle (notifications);
}

static void
deliver (Fixture *fixture, const char *from, const char *text, gboolean direct, guint origin)
{
  deliver_with (fixture, from, text, direct, origin, NULL);
}

static void
assert_shown (Fixture *fixture, guint i, const char *summary, const char *body)
{
  const GuiTestNotification *shown = gui_test_notifications_get (notifications, i);

  g_assert_cmpstr (shown->summary, ==, summary);
  g_assert_cmpstr (shown->body, ==, body);
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, "bob", "Hello <b>all</b>\nof you", FALSE, CHAT_ORIGIN_LIVE);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 1);
  assert_shown (fixture, 0, "bob in chat.example", "Hello ‹b›all‹/b› of you");
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 1);
}

static void
test_direct (Fixture *fixture, gconstpointer data)
{
  g_settings_set_boolean (fixture->settings, CHAT_SETTING_NOTIFY_ALL, FALSE);
  deliver (fixture, "bob", "psst", TRUE, CHAT_ORIGIN_LIVE);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 1);
  assert_shown (fixture, 0, "bob, Privately", "psst");
}

static void
test_mention (Fixture *fixture, gconstpointer data)
{
  g_settings_set_boolean (fixture->settings, CHAT_SETTING_NOTIFY_ALL, FALSE);
  deliver (fixture, "bob", "Nothing for malice", FALSE, CHAT_ORIGIN_LIVE);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 0);
  /* It is still unread. */
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 1);
  deliver (fixture, "bob", "Is @Alice there?", FALSE, CHAT_ORIGIN_MISSED);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 1);
  assert_shown (fixture, 0, "bob Mentioned You in chat.example", "Is @Alice there?");
}

static void
test_no_news (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, "bob", "Long ago", FALSE, CHAT_ORIGIN_HISTORY);
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 0);
  deliver (fixture, "bob", NULL, FALSE, CHAT_ORIGIN_LIVE);
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 1);
  chat_notifier_set_watched (fixture->notifier, TRUE);
  deliver (fixture, "bob", "alice, look!", TRUE, CHAT_ORIGIN_LIVE);
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 0);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 0);
}

static gboolean
is_merged (gpointer user_data)
{
  return g_str_equal (gui_test_notifications_get (notifications, 0)->summary,
                      "100 New Messages in chat.example");
}

/* Many messages are one notification, and not a hundred calls. */
static void
test_merged (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 100; i++)
    deliver (fixture, i % 2 == 0 ? "bob" : "carol", "Hello", FALSE, CHAT_ORIGIN_LIVE);
  gui_test_wait ("the messages are merged", is_merged, NULL);
  g_assert_cmpuint (gui_test_notifications_count (notifications), ==, 1);
  assert_shown (fixture, 0, "100 New Messages in chat.example", "carol: Hello");
}

static gboolean
is_doubted (gpointer user_data)
{
  return g_str_equal (gui_test_notifications_get (notifications, 0)->body,
                      "bob: In doubt · It is me");
}

/* Words under a key that one has not accepted do not look like the author's. */
static void
test_doubt (Fixture *fixture, gconstpointer data)
{
  deliver_with (fixture, "bob", "Hello", FALSE, CHAT_ORIGIN_LIVE, "it is a new key");
  assert_shown (fixture, 0, "bob in chat.example", "In doubt · Hello");
  deliver_with (fixture, "bob", "It is me", FALSE, CHAT_ORIGIN_LIVE, "it is a new key");
  gui_test_wait ("the second is told as well", is_doubted, NULL);
  assert_shown (fixture, 0, "2 New Messages in chat.example", "bob: In doubt · It is me");
}

static gboolean
has_three (gpointer user_data)
{
  return gui_test_notifications_count (notifications) == 3;
}

static void
test_withdrawn (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, "bob", "psst", TRUE, CHAT_ORIGIN_LIVE);
  deliver (fixture, "bob", "alice!", FALSE, CHAT_ORIGIN_LIVE);
  deliver (fixture, "bob", "Hello", FALSE, CHAT_ORIGIN_LIVE);
  /* What was said to her is not replaced by small talk. */
  gui_test_wait ("there is one of each kind", has_three, NULL);
  gui_test_notifications_settle (notifications);
  chat_notifier_set_watched (fixture->notifier, TRUE);
  gui_test_wait ("they are withdrawn", has_none, NULL);
  g_assert_cmpuint (chat_notifier_get_unseen (fixture->notifier), ==, 0);

  chat_notifier_set_watched (fixture->notifier, FALSE);
  deliver (fixture, "bob", "Hello again", FALSE, CHAT_ORIGIN_LIVE);
  assert_shown (fixture, 0, "bob in chat.example", "Hello again");
  chat_notifier_set_session (fixture->notifier, NULL);
  gui_test_wait ("it is withdrawn", has_none, NULL);
}

static gboolean
is_clicked (gpointer user_data)
{
  return ((Fixture *)user_data)->clicked != NULL;
}

static void
test_click (Fixture *fixture, gconstpointer data)
{
  deliver (fixture, "bob", "psst", TRUE, CHAT_ORIGIN_LIVE);
  gui_test_notifications_click (notifications, 0);
  gui_test_wait ("the message is asked for", is_clicked, fixture);
  g_assert_cmpstr (fixture->clicked, ==, "mid of psst");
}

static void
test_mentions (void)
{
  g_assert_true (chat_mention_is_in ("alice", "alice"));
  g_assert_true (chat_mention_is_in ("Thanks, Alice.", "alice"));
  g_assert_true (chat_mention_is_in ("@alice: look", "alice"));
  g_assert_true (chat_mention_is_in ("alice's or bob's", "alice"));
  g_assert_true (chat_mention_is_in ("malice, alice", "alice"));
  g_assert_true (chat_mention_is_in ("für ÉMILE-", "émile"));
  g_assert_true (chat_mention_is_in ("(j.r.r) said", "j.r.r"));
  g_assert_false (chat_mention_is_in ("", "alice"));
  g_assert_false (chat_mention_is_in ("malice", "alice"));
  g_assert_false (chat_mention_is_in ("alice2", "alice"));
  g_assert_false (chat_mention_is_in ("alice.smith and anna-alice", "alice"));
  g_assert_false (chat_mention_is_in ("alice_", "alice"));
}

static void
test_shortened (void)
{
  g_autofree char *text = g_strnfill (1000, 'a');
  g_autofree char *shown = chat_notice_text_shorten (text);
  g_autofree char *turned = chat_notice_text_shorten ("a\xe2\x80\xae" "b\x1b[31m");

  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 201);
  g_assert_true (g_str_has_suffix (shown, "…"));
  /* No text of others turns the line around. */
  g_assert_null (strstr (turned, "\xe2\x80\xae"));
  g_assert_null (strchr (turned, '\x1b'));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  gui_test_init (&argc, &argv);
  notifications = gui_test_notifications_new ();
  app = g_application_new ("io.github.conclave_chat.Test", G_APPLICATION_NON_UNIQUE);
  g_application_register (app, NULL, &error);
  g_assert_no_error (error);
  own_key = chat_private_key_generate (2048, &error);
  g_assert_no_error (error);
  other_key = chat_private_key_generate (2048, &error);
  g_assert_no_error (error);

  g_test_add_func ("/notifier/mentions", test_mentions);
  g_test_add_func ("/notifier/shortened", test_shortened);
  ADD ("/notifier/kinds", test_kinds);
  ADD ("/notifier/direct", test_direct);
  ADD ("/notifier/mention", test_mention);
  ADD ("/notifier/no-news", test_no_news);
  ADD ("/notifier/merged", test_merged);
  ADD ("/notifier/doubt", test_doubt);
  ADD ("/notifier/withdrawn", test_withdrawn);
  ADD ("/notifier/click", test_click);
  status = g_test_run ();

  g_object_unref (own_key);
  g_object_unref (other_key);

  return status;
}
