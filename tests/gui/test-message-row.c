/* A message as it is shown: its text is text, whatever stands in it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-row.h"

#include "chat-linkify.h"
#include "chat-time-format.h"
#include "gui-test.h"

static ChatMessage *
receive (const char *text, ChatAudienceKind kind, const char *problem)
{
  const char *names[] = { "bob", "alice", NULL };
  g_autoptr (ChatAudience) audience =
      problem == NULL ? chat_audience_new (kind, "to", names, NULL) : NULL;
  const ChatMessageFacts facts = { .from = "bob",
                                   .seq = 1,
                                   .at = 1700000000000,
                                   .author_kid = "kid",
                                   .sent = 1700000000000,
                                   .text = text,
                                   .audience = audience,
                                   .problem = problem };

  return chat_message_new_received (&facts);
}

static GtkWindow *
show (ChatMessage *message, ChatMessageRow **row)
{
  *row = chat_message_row_new ();
  chat_message_row_set_begins_run (*row, TRUE);
  chat_message_row_set_message (*row, message);

  return gui_test_show (GTK_WIDGET (*row), 360, 200);
}

static const char *
label_text (ChatMessageRow *row, const char *css_class)
{
  return gtk_label_get_text (gui_test_find (row, css_class));
}

static gboolean
shows (ChatMessageRow *row, const char *css_class)
{
  GtkWidget *part = gui_test_find (row, css_class);

  return part != NULL && gtk_widget_is_visible (part);
}

static void
test_markup (void)
{
  const char *text = "<b>bold</b> & <a href=\"file:///\">x</a> &amp; <";
  g_autoptr (ChatMessage) message = receive (text, CHAT_AUDIENCE_ROOM, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_cmpstr (label_text (row, "text"), ==, text);
  g_assert_null (strstr (gtk_label_get_label (gui_test_find (row, "text")), "<a "));
  gtk_window_destroy (window);
}

/* Signed with a key that is not known: said above the text, until it is accepted. */
static void
test_doubt (void)
{
  g_autoptr (ChatMessage) message = receive ("It is me.", CHAT_AUDIENCE_ROOM, NULL);
  ChatMessageRow *row;
  GtkWindow *window;

  chat_message_set_doubt (message, "it has another key");
  window = show (message, &row);
  g_assert_cmpstr (label_text (row, "text"), ==, "It is me.");
  g_assert_cmpstr (label_text (row, "doubt"), ==, "In doubt: it has another key");
  g_assert_true (gtk_widget_get_next_sibling (gui_test_find (row, "doubt"))
                 == gui_test_find (row, "text"));
  g_assert_true (shows (row, "state"));
  chat_message_set_doubt (message, NULL);
  g_assert_false (shows (row, "doubt"));
  g_assert_false (shows (row, "state"));
  gtk_window_destroy (window);
}

static void
test_control_characters (void)
{
  g_autoptr (ChatMessage) message =
      receive ("a\033[31mb\342\200\256c", CHAT_AUDIENCE_ROOM, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_null (strchr (label_text (row, "text"), '\033'));
  g_assert_null (strstr (label_text (row, "text"), "\342\200\256"));
  gtk_window_destroy (window);
}

static void
test_private (void)
{
  g_autoptr (ChatMessage) message = receive ("psst", CHAT_AUDIENCE_DIRECT, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_true (shows (row, "private"));
  g_assert_nonnull (strstr (label_text (row, "readers"), "you"));
  gtk_window_destroy (window);
}

/* Said to all who were members on another day: that is told, but not as if it was a secret. */
static void
test_earlier_room (void)
{
  g_autoptr (ChatMessage) message = receive ("hello", CHAT_AUDIENCE_OTHERS, NULL);
  g_autoptr (ChatMessage) secret = receive ("psst", CHAT_AUDIENCE_DIRECT, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (secret, &row);

  g_assert_true (shows (row, "lock") && shows (row, "direct"));
  chat_message_row_set_message (row, message);
  g_assert_true (shows (row, "readers"));
  g_assert_false (shows (row, "lock") || shows (row, "direct"));
  chat_message_row_set_begins_run (row, FALSE);
  g_assert_false (shows (row, "readers"));
  gtk_window_destroy (window);
}

static void
test_unverified (void)
{
  g_autoptr (ChatMessage) message =
      receive (NULL, CHAT_AUDIENCE_ROOM, "the signature is not valid");
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_nonnull (strstr (label_text (row, "text"), "the signature is not valid"));
  g_assert_true (shows (row, "unverified"));
  gtk_window_destroy (window);
}

static void
test_failed (void)
{
  const char *names[] = { "alice", NULL };
  g_autoptr (ChatAudience) audience = chat_audience_new (CHAT_AUDIENCE_ROOM, "to", names, NULL);
  g_autoptr (ChatMessage) message = chat_message_new_own ("alice", "kid", "hello", audience);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_false (shows (row, "again"));
  gtk_test_accessible_assert_property (gui_test_find (row, "state"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Sending…");
  chat_message_set_state (message, CHAT_MESSAGE_FAILED, "the disk is full");
  g_assert_true (shows (row, "again"));
  g_assert_nonnull (strstr (label_text (row, "problem"), "the disk is full"));
  chat_message_set_state (message, CHAT_MESSAGE_SENT, NULL);
  g_assert_false (shows (row, "again"));
  gtk_window_destroy (window);
}

static void
test_fold (void)
{
  g_autofree char *text = g_strnfill (6000, 'x');
  g_autoptr (ChatMessage) message = receive (text, CHAT_AUDIENCE_ROOM, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_cmpuint (strlen (label_text (row, "text")), <, 2000);
  g_signal_emit_by_name (gui_test_find (row, "more"), "clicked");
  g_assert_cmpstr (label_text (row, "text"), ==, text);
  g_signal_emit_by_name (gui_test_find (row, "more"), "clicked");
  g_assert_cmpuint (strlen (label_text (row, "text")), <, 2000);
  gtk_window_destroy (window);
}

/* A row is used again for another message: what the first one needed must be gone. */
static void
test_reuse (void)
{
  g_autofree char *text = g_strnfill (6000, 'x');
  g_autoptr (ChatMessage) first = receive (text, CHAT_AUDIENCE_DIRECT, NULL);
  g_autoptr (ChatMessage) second = receive ("hello", CHAT_AUDIENCE_ROOM, NULL);
  ChatMessageRow *row;
  GtkWindow *window = show (first, &row);

  g_signal_emit_by_name (gui_test_find (row, "more"), "clicked");
  chat_message_row_set_message (row, second);
  chat_message_row_set_begins_run (row, FALSE);
  g_assert_false (shows (row, "private") || shows (row, "direct"));
  g_assert_false (shows (row, "more"));
  g_assert_false (shows (row, "author-avatar"));
  chat_message_row_set_message (row, first);
  g_assert_cmpuint (strlen (label_text (row, "text")), <, 2000);
  gtk_window_destroy (window);
}

/* Every message tells its time when one points at it. */
static void
test_pointed (void)
{
  g_autoptr (ChatMessage) message = receive ("hello", CHAT_AUDIENCE_ROOM, NULL);
  g_autofree char *clock = chat_time_format_clock (1700000000000);
  ChatMessageRow *row;
  GtkWindow *window = show (message, &row);

  g_assert_cmpstr (label_text (row, "time"), ==, clock);
  chat_message_row_set_begins_run (row, FALSE);
  g_assert_false (shows (row, "pointed-time"));
  chat_message_row_set_pointed (row, TRUE);
  g_assert_cmpstr (label_text (row, "pointed-time"), ==, clock);
  chat_message_row_set_pointed (row, FALSE);
  g_assert_false (shows (row, "pointed-time"));
  gtk_window_destroy (window);
}

static void
test_links (void)
{
  static const struct
  {
    const char *text;
    const char *markup;
  } cases[] = {
    { "no link", "no link" },
    { "see https://a.org/b?c=1&d=2.",
      "see <a href=\"https://a.org/b?c=1&amp;d=2\">https://a.org/b?c=1&amp;d=2</a>." },
    { "(http://a.org/x_(y))", "(<a href=\"http://a.org/x_(y)\">http://a.org/x_(y)</a>)" },
    { "mailto:a@b.org", "<a href=\"mailto:a@b.org\">mailto:a@b.org</a>" },
    { "file:///etc/passwd", "file:///etc/passwd" },
    { "javascript:alert(1)", "javascript:alert(1)" },
    { "https://", "https://" },
    { "http://a.org/\"onclick=\"x",
      "<a href=\"http://a.org/\">http://a.org/</a>&quot;onclick=&quot;x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = chat_linkify (cases[i].text);

      g_assert_cmpstr (markup, ==, cases[i].markup);
    }
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/message-row/markup", test_markup);
  g_test_add_func ("/message-row/doubt", test_doubt);
  g_test_add_func ("/message-row/control-characters", test_control_characters);
  g_test_add_func ("/message-row/private", test_private);
  g_test_add_func ("/message-row/earlier-room", test_earlier_room);
  g_test_add_func ("/message-row/unverified", test_unverified);
  g_test_add_func ("/message-row/failed", test_failed);
  g_test_add_func ("/message-row/fold", test_fold);
  g_test_add_func ("/message-row/reuse", test_reuse);
  g_test_add_func ("/message-row/pointed", test_pointed);
  g_test_add_func ("/linkify", test_links);

  return g_test_run ();
}
