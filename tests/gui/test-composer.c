/* The composer: what is typed becomes a message or a command. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer.h"

#include "chat-command.h"
#include "chat-limits.h"
#include "gui-test.h"

static gboolean
submit_cb (ChatComposer *composer, const char *text, gpointer user_data)
{
  char **taken = user_data;

  g_free (*taken);
  *taken = g_strdup (text);

  return !g_str_equal (text, "refuse this");
}

static void
test_submit (void)
{
  ChatComposer *composer = g_object_new (CHAT_TYPE_COMPOSER, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (composer), 360, 200);
  g_autofree char *taken = NULL, *left = NULL, *kept = NULL;

  g_signal_connect (composer, "submit", G_CALLBACK (submit_cb), &taken);
  g_assert_false (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  chat_composer_submit (composer);
  g_assert_null (taken);

  chat_composer_set_text (composer, "two\nlines");
  g_assert_true (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  chat_composer_submit (composer);
  g_assert_cmpstr (taken, ==, "two\nlines");
  left = chat_composer_dup_text (composer);
  g_assert_cmpstr (left, ==, "");

  /* What was not taken is not lost. */
  chat_composer_set_text (composer, "refuse this");
  chat_composer_submit (composer);
  kept = chat_composer_dup_text (composer);
  g_assert_cmpstr (kept, ==, "refuse this");
  gtk_window_destroy (window);
}

static void
test_limit (void)
{
  ChatComposer *composer = g_object_new (CHAT_TYPE_COMPOSER, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (composer), 360, 200);
  g_autofree char *full = g_strnfill (CHAT_MAX_TEXT, 'x');
  g_autofree char *over = g_strconcat (full, "x", NULL);

  g_assert_false (gtk_widget_is_visible (gui_test_child (composer, "left")));
  chat_composer_set_text (composer, full);
  g_assert_true (gtk_widget_is_visible (gui_test_child (composer, "left")));
  g_assert_cmpstr (gtk_label_get_text (gui_test_child (composer, "left")), ==, "0 bytes left");
  g_assert_true (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  chat_composer_set_text (composer, over);
  g_assert_false (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  gtk_window_destroy (window);
}

static void
test_complete (void)
{
  g_autofree char *folder = gui_test_make_folder ();
  g_autoptr (ChatPrivateKey) key = gui_test_make_keys (folder, "own", NULL);
  g_autoptr (ChatMemberList) members = chat_member_list_new (chat_private_key_get_public (key));
  g_autoptr (ChatMember) bob =
      chat_member_new ("bob", chat_private_key_get_public (key), TRUE, FALSE);
  ChatComposer *composer = g_object_new (CHAT_TYPE_COMPOSER, NULL);
  GtkWindow *window = gui_test_show (GTK_WIDGET (composer), 360, 200);
  static const char *const cases[][2] = {
    { "/hi", "/history " },  { "hello @B", "hello @bob " }, { "/msg b", "/msg bob " },
    { "no /hi", "no /hi" },  { "/h", "/h" },                { "plain", "plain" },
  };

  chat_member_list_add (members, bob);
  chat_composer_set_members (composer, members);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;

      chat_composer_set_text (composer, cases[i][0]);
      chat_composer_complete (composer);
      text = chat_composer_dup_text (composer);
      g_assert_cmpstr (text, ==, cases[i][1]);
    }
  gtk_window_destroy (window);
  gui_test_remove_folder (g_steal_pointer (&folder));
}

static void
test_commands (void)
{
  static const struct
  {
    const char *typed;
    ChatCommandKind kind;
    const char *text;
    const char *name;
    gint64 limit;
  } cases[] = {
    { "hello", CHAT_COMMAND_SAY, "hello", NULL, 0 },
    { "//etc", CHAT_COMMAND_SAY, "/etc", NULL, 0 },
    { "/msg bob two\nlines", CHAT_COMMAND_MSG, "two\nlines", "bob", 0 },
    { "/history", CHAT_COMMAND_HISTORY, NULL, NULL, 0 },
    { "/history 12", CHAT_COMMAND_HISTORY, NULL, NULL, 12 },
    { "/members", CHAT_COMMAND_MEMBERS, NULL, NULL, 0 },
    { "/exit ", CHAT_COMMAND_EXIT, NULL, NULL, 0 },
    { "/shutdown", CHAT_COMMAND_SHUTDOWN, NULL, NULL, 0 },
    { "/help", CHAT_COMMAND_HELP, NULL, NULL, 0 },
  };
  static const char *const wrong[] = { "/", "/nothing", "/msg", "/msg bob", "/history x",
                                       "/history 0", "/exit now" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ChatCommand) command = chat_command_parse (cases[i].typed, &error);

      g_assert_no_error (error);
      g_assert_cmpint (command->kind, ==, cases[i].kind);
      g_assert_cmpstr (command->text, ==, cases[i].text);
      g_assert_cmpstr (command->name, ==, cases[i].name);
      g_assert_cmpint (command->limit, ==, cases[i].limit);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (chat_command_parse (wrong[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/composer/submit", test_submit);
  g_test_add_func ("/composer/limit", test_limit);
  g_test_add_func ("/composer/complete", test_complete);
  g_test_add_func ("/command", test_commands);

  return g_test_run ();
}
