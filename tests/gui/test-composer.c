/* The composer: what is typed becomes a message or a command. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer.h"

#include "chat-command.h"
#include "chat-completer.h"
#include "chat-completion-popover.h"
#include "chat-completion.h"
#include "chat-composer-keys.h"
#include "chat-draft-keeper.h"
#include "chat-limits.h"
#include "chat-pipeline.h"
#include "chat-quote.h"
#include "chat-recall.h"
#include "gui-test.h"

#include <string.h>

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
  GtkWidget *left = gui_test_child (composer, "left");

  g_assert_false (gtk_widget_is_visible (left));
  chat_composer_set_text (composer, full);
  g_assert_true (gtk_widget_is_visible (left));
  g_assert_cmpstr (gtk_label_get_text (gui_test_child (left, "label")), ==, "0 bytes left");
  g_assert_true (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  chat_composer_set_text (composer, over);
  g_assert_false (gtk_widget_is_sensitive (gui_test_child (composer, "send")));
  gtk_window_destroy (window);
}

static void
assert_text (ChatComposer *composer, const char *expected)
{
  g_autofree char *text = chat_composer_dup_text (composer);

  g_assert_cmpstr (text, ==, expected);
}

/* As if it were typed. */
static void
type (ChatComposer *composer, const char *text)
{
  GtkTextView *view = gui_test_child (composer, "view");

  gtk_text_buffer_insert_interactive_at_cursor (gtk_text_view_get_buffer (view), text, -1, TRUE);
}

typedef struct
{
  char *folder;
  ChatPrivateKey *key;
  ChatMemberList *members;
  ChatComposer *composer;
  GtkWindow *window;
} Fixture;

static void
add_member (Fixture *fixture, const char *name, gboolean online)
{
  g_autoptr (ChatPrivateKey) key = gui_test_make_keys (fixture->folder, name, NULL);
  g_autoptr (ChatMember) member =
      chat_member_new (name, chat_private_key_get_public (key), online, FALSE);

  chat_member_list_add (fixture->members, member);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = gui_test_make_folder ();
  fixture->key = gui_test_make_keys (fixture->folder, "own", NULL);
  fixture->members = chat_member_list_new (chat_private_key_get_public (fixture->key));
  add_member (fixture, "alice", FALSE);
  add_member (fixture, "arthur", TRUE);
  add_member (fixture, "bob", TRUE);
  add_member (fixture, "Женя", TRUE);
  fixture->composer = g_object_new (CHAT_TYPE_COMPOSER, NULL);
  chat_composer_set_members (fixture->composer, fixture->members);
  fixture->window = gui_test_show (GTK_WIDGET (fixture->composer), 360, 300);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  g_object_unref (fixture->members);
  g_object_unref (fixture->key);
  gui_test_remove_folder (fixture->folder);
}

static void
test_complete (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "/hi", "/history " },      { "hello @B", "hello @bob " }, { "/msg b", "/msg bob " },
    { "no /hi", "no /hi" },      { "/h", "/h" },                { "plain", "plain" },
    { "two\n@ar", "two\n@arthur " }, { "@жЕ", "@Женя " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      chat_composer_set_text (fixture->composer, cases[i][0]);
      chat_composer_complete (fixture->composer);
      assert_text (fixture->composer, cases[i][1]);
    }
}

static void
assert_list (Fixture *fixture, const char *before, const char *expected)
{
  g_autoptr (GListModel) list = chat_completer_list (fixture->members, before);
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ChatCompletion) completion = g_list_model_get_item (list, i);

      g_string_append_printf (words, "%s,", chat_completion_get_word (completion));
    }
  g_assert_cmpstr (words->str, ==, expected);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  /* Who is online comes first. */
  assert_list (fixture, "hello @A", "@arthur,@alice,");
  assert_list (fixture, "@", "@arthur,@bob,@Женя,@alice,");
  assert_list (fixture, "/msg ", "arthur,bob,Женя,alice,");
  assert_list (fixture, "/m", "/msg,/members,");
  assert_list (fixture, " /m", "");
  assert_list (fixture, "", "");
  assert_list (fixture, "a@b", "");
  assert_list (fixture, "@nobody", "");
  /* Nothing is left to add. */
  assert_list (fixture, "/help", "");
  assert_list (fixture, "@bob", "");
}

static void
test_popover (Fixture *fixture, gconstpointer data)
{
  GtkWidget *view = gui_test_child (fixture->composer, "view");
  GtkWidget *entry = gui_test_child (fixture->composer, "entry");
  ChatCompletionPopover *popover =
      CHAT_COMPLETION_POPOVER (gtk_widget_get_last_child (entry));
  GtkWidget *list = gui_test_child (popover, "list");

  g_assert_false (chat_completion_popover_is_open (popover));
  gtk_widget_grab_focus (view);
  type (fixture->composer, "hi @a");
  g_assert_true (chat_completion_popover_is_open (popover));
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_assert_true (gtk_window_get_focus (fixture->window) == view);
  gtk_test_accessible_assert_role (list, GTK_ACCESSIBLE_ROLE_LIST_BOX);
  gtk_test_accessible_assert_role (gtk_widget_get_first_child (list), GTK_ACCESSIBLE_ROLE_OPTION);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "arthur, Online, 1 of 2");
  chat_completion_popover_move (popover, 1);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "alice, Offline, 2 of 2");
  gtk_test_accessible_assert_relation (view, GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT,
                                       gtk_widget_get_last_child (list), NULL);
  chat_completion_popover_move (popover, 1);
  chat_completion_popover_move (popover, -1);
  chat_completion_popover_take (popover);
  assert_text (fixture->composer, "hi @alice ");
  g_assert_false (chat_completion_popover_is_open (popover));

  /* What is set was not typed: a draft that comes back opens nothing. */
  chat_composer_set_text (fixture->composer, "@");
  g_assert_false (chat_completion_popover_is_open (popover));
  type (fixture->composer, "b");
  g_assert_true (chat_completion_popover_is_open (popover));
  chat_completion_popover_close (popover);
  assert_text (fixture->composer, "@b");
}

static void
loaded_cb (gboolean *loaded)
{
  *loaded = TRUE;
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *)flag;
}

/* It may have been another key's, or the disk's mistake: nothing was written in its place. */
static void
test_unreadable_draft (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "draft.jwe", NULL);
  g_autofree char *text = NULL;
  ChatDraft *draft = chat_draft_new (fixture->folder, fixture->key);
  ChatDraftKeeper *keeper = chat_draft_keeper_new (fixture->composer);
  gboolean loaded = FALSE;

  g_assert_true (g_file_set_contents (path, "of another key", -1, NULL));
  g_signal_connect_swapped (draft, "loaded", G_CALLBACK (loaded_cb), &loaded);
  chat_draft_keeper_set_draft (keeper, draft);
  gui_test_wait ("the draft was looked at", is_true, &loaded);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_object_unref (keeper);
  g_object_unref (draft);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "of another key");
}

static void
keep_draft (Fixture *fixture, const char *text)
{
  ChatDraft *draft = chat_draft_new (fixture->folder, fixture->key);

  chat_draft_set_text (draft, text);
  g_object_unref (draft);
  chat_pipeline_wait_for_retired (NULL);
}

/* The draft when a window is opened anew. */
static char *
load_draft (Fixture *fixture)
{
  ChatDraft *draft = chat_draft_new (fixture->folder, fixture->key);
  ChatDraftKeeper *keeper = chat_draft_keeper_new (fixture->composer);
  gboolean loaded = FALSE;
  char *text;

  g_signal_connect_swapped (draft, "loaded", G_CALLBACK (loaded_cb), &loaded);
  chat_draft_keeper_set_draft (keeper, draft);
  gui_test_wait ("the draft was read", is_true, &loaded);
  text = chat_composer_dup_text (fixture->composer);
  g_object_unref (keeper);
  g_object_unref (draft);

  return text;
}

static gboolean
shows_draft (gpointer composer)
{
  g_autofree char *text = chat_composer_dup_text (composer);

  return g_str_equal (text, "kept");
}

/* Typed before the draft was read: data, and what is in the composer then. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  const char *const *texts = data;
  g_autofree char *again = NULL;
  ChatDraft *draft = chat_draft_new (fixture->folder, fixture->key);
  ChatDraftKeeper *keeper = chat_draft_keeper_new (fixture->composer);
  gboolean loaded = FALSE;

  keep_draft (fixture, "kept");
  g_signal_connect_swapped (draft, "loaded", G_CALLBACK (loaded_cb), &loaded);
  chat_draft_keeper_set_draft (keeper, draft);
  type (fixture->composer, texts[0]);
  gui_test_wait ("the draft was read", is_true, &loaded);
  assert_text (fixture->composer, texts[1]);
  if (texts[0][0] == '/')
    {
      chat_composer_set_text (fixture->composer, "");
      gui_test_wait ("the draft came back after the command", shows_draft, fixture->composer);
    }
  g_object_unref (keeper);
  g_object_unref (draft);
  chat_pipeline_wait_for_retired (NULL);
  again = load_draft (fixture);
  g_assert_cmpstr (again, ==, texts[2]);
}

static const char *const early_text[] = { "typed", "kept\ntyped", "kept\ntyped" };
static const char *const early_command[] = { "/x", "/x", "kept" };

/* The command is given up, and becomes a message; the window is closed while both wait. */
static void
test_early_command_changed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *again = NULL;
  ChatDraft *draft = chat_draft_new (fixture->folder, fixture->key);
  ChatDraftKeeper *keeper = chat_draft_keeper_new (fixture->composer);
  gboolean loaded = FALSE;

  keep_draft (fixture, "kept");
  g_signal_connect_swapped (draft, "loaded", G_CALLBACK (loaded_cb), &loaded);
  chat_draft_keeper_set_draft (keeper, draft);
  type (fixture->composer, "/x");
  gui_test_wait ("the draft was read", is_true, &loaded);
  chat_composer_set_text (fixture->composer, "no command");
  gui_test_settle (GTK_WIDGET (fixture->window));
  assert_text (fixture->composer, "no command");
  g_object_unref (keeper);
  g_object_unref (draft);
  chat_pipeline_wait_for_retired (NULL);
  again = load_draft (fixture);
  g_assert_cmpstr (again, ==, "kept\nno command");
}

static void
test_recipient (Fixture *fixture, gconstpointer data)
{
  ChatComposer *composer = fixture->composer;
  GtkWidget *bar = gui_test_child (composer, "recipient_bar");
  GtkLabel *label = gui_test_child (bar, "label");
  GtkLabel *hint = gui_test_child (composer, "hint");
  g_autofree char *taken = NULL;

  g_signal_connect (composer, "submit", G_CALLBACK (submit_cb), &taken);
  g_assert_false (gtk_widget_get_visible (bar));
  g_assert_cmpstr (gtk_label_get_text (hint), ==, "Message to all in the room");
  type (composer, "/msg bob");
  g_assert_false (gtk_widget_get_visible (bar));
  type (composer, " ");
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_cmpstr (gtk_label_get_text (label), ==, "Private to bob");

  /* What is written stays, and is for another. */
  type (composer, "psst");
  chat_composer_write_to (composer, "arthur");
  g_assert_cmpstr (gtk_label_get_text (label), ==, "Private to arthur");
  assert_text (composer, "/msg arthur psst");
  chat_composer_submit (composer);
  g_assert_cmpstr (taken, ==, "/msg arthur psst");

  /* The next one is for him too, until one says otherwise. */
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_cmpstr (gtk_label_get_text (hint), ==, "Private message to arthur");
  type (composer, "/help");
  assert_text (composer, "/help");
  chat_composer_set_text (composer, "/msg bob /etc");
  g_assert_cmpstr (gtk_label_get_text (label), ==, "Private to bob");
  assert_text (composer, "/msg bob /etc");
  chat_composer_write_to (composer, NULL);
  g_assert_false (gtk_widget_get_visible (bar));
  assert_text (composer, "//etc");
  chat_composer_set_text (composer, "/msg eve hello");
  g_assert_cmpstr (gtk_label_get_text (label), ==, "There is no member named “eve”");
}

static void
test_hint (Fixture *fixture, gconstpointer data)
{
  GtkLabel *hint = gui_test_child (fixture->composer, "hint");

  chat_composer_set_connected (fixture->composer, FALSE);
  g_assert_cmpstr (gtk_label_get_text (hint), ==, "Message to all, sent when connected again");
  gtk_test_accessible_assert_property (gui_test_child (fixture->composer, "view"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Message to all, sent when connected again");
  type (fixture->composer, "x");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (hint)));
  g_assert_true (gtk_widget_is_sensitive (gui_test_child (fixture->composer, "send")));
}

static void
count_cb (ChatComposer *composer, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  g_signal_connect (fixture->composer, "changed", G_CALLBACK (count_cb), &n);
  type (fixture->composer, "x");
  g_assert_cmpuint (n, ==, 1);
  chat_composer_write_to (fixture->composer, "bob");
  g_assert_cmpuint (n, ==, 2);
}

static void
test_long_paste (Fixture *fixture, gconstpointer data)
{
  GtkWidget *left = gui_test_child (fixture->composer, "left");
  GtkLabel *label = gui_test_child (left, "label");
  g_autofree char *long_text = g_strnfill (1024 * 1024, 'x');

  type (fixture->composer, "before");
  type (fixture->composer, long_text);
  assert_text (fixture->composer, "before");
  g_assert_true (gtk_widget_get_visible (left));
  g_assert_nonnull (strstr (gtk_label_get_text (label), "in parts"));
  type (fixture->composer, "x");
  g_assert_false (gtk_widget_get_visible (left));
}

static int
get_height (Fixture *fixture)
{
  int height;

  gui_test_settle (GTK_WIDGET (fixture->window));
  gtk_widget_measure (gui_test_child (fixture->composer, "scrolled"), GTK_ORIENTATION_VERTICAL, -1,
                      NULL, &height, NULL, NULL);

  return height;
}

static void
test_height (Fixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (fixture->composer));
  int one, eight, twelve, large;

  chat_composer_set_text (fixture->composer, "1");
  one = get_height (fixture);
  chat_composer_set_text (fixture->composer, "1\n2\n3\n4\n5\n6\n7\n8");
  eight = get_height (fixture);
  chat_composer_set_text (fixture->composer, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
  twelve = get_height (fixture);
  g_assert_cmpint (eight, >, 4 * one);
  g_assert_cmpint (twelve, ==, eight);

  /* As many lines when the letters are twice as large. */
  g_object_set (settings, "gtk-font-name", "Sans 24", NULL);
  large = get_height (fixture);
  gtk_settings_reset_property (settings, "gtk-font-name");
  g_assert_cmpint (large, >, eight * 3 / 2);
}

static float
get_x (Fixture *fixture, gpointer parent, const char *id)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (gui_test_child (parent, id),
                                            GTK_WIDGET (fixture->window), &bounds));

  return bounds.origin.x;
}

static void
test_direction (Fixture *fixture, gconstpointer data)
{
  ChatComposer *composer = fixture->composer;
  GtkWidget *bar = gui_test_child (composer, "recipient_bar");

  chat_composer_write_to (composer, "bob");
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpfloat (get_x (fixture, composer, "send"), >, get_x (fixture, composer, "view"));
  g_assert_cmpfloat (get_x (fixture, bar, "write_to_all"), >, get_x (fixture, bar, "label"));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  gui_test_settle (GTK_WIDGET (fixture->window));
  g_assert_cmpfloat (get_x (fixture, composer, "send"), <, get_x (fixture, composer, "view"));
  g_assert_cmpfloat (get_x (fixture, bar, "write_to_all"), <, get_x (fixture, bar, "label"));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
test_recall (void)
{
  g_autoptr (ChatRecall) recall = chat_recall_new ();

  g_assert_null (chat_recall_go_back (recall, "now"));
  g_assert_null (chat_recall_go_forward (recall));
  chat_recall_add (recall, "one");
  chat_recall_add (recall, "two");
  chat_recall_add (recall, "two");
  g_assert_cmpstr (chat_recall_go_back (recall, "now"), ==, "two");
  g_assert_cmpstr (chat_recall_go_back (recall, "two"), ==, "one");
  g_assert_null (chat_recall_go_back (recall, "one"));
  g_assert_cmpstr (chat_recall_go_forward (recall), ==, "two");
  g_assert_cmpstr (chat_recall_go_forward (recall), ==, "now");
  g_assert_null (chat_recall_go_forward (recall));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      chat_recall_add (recall, text);
    }
  for (guint i = 999; i >= 950; i--)
    g_assert_cmpuint (g_ascii_strtoull (chat_recall_go_back (recall, ""), NULL, 10), ==, i);
  g_assert_null (chat_recall_go_back (recall, ""));
}

static void
test_keys (void)
{
  const ChatComposerSituation sends = CHAT_COMPOSER_ENTER_SENDS, empty = CHAT_COMPOSER_EMPTY;
  const ChatComposerSituation choosing = CHAT_COMPOSER_CHOOSING, private = CHAT_COMPOSER_PRIVATE;
  const struct
  {
    guint key;
    GdkModifierType modifiers;
    ChatComposerSituation situation;
    ChatComposerDeed deed;
  } cases[] = {
    { GDK_KEY_Return, 0, sends, CHAT_COMPOSER_SEND },
    { GDK_KEY_KP_Enter, 0, sends, CHAT_COMPOSER_SEND },
    { GDK_KEY_Return, GDK_SHIFT_MASK, sends, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Return, GDK_CONTROL_MASK, sends, CHAT_COMPOSER_SEND },
    { GDK_KEY_Return, 0, 0, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Return, GDK_SHIFT_MASK, 0, CHAT_COMPOSER_SEND },
    { GDK_KEY_Return, GDK_CONTROL_MASK, 0, CHAT_COMPOSER_SEND },
    { GDK_KEY_Return, 0, sends | choosing, CHAT_COMPOSER_TAKE },
    { GDK_KEY_Return, 0, choosing, CHAT_COMPOSER_TAKE },
    { GDK_KEY_Return, GDK_ALT_MASK, sends, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Tab, 0, choosing, CHAT_COMPOSER_TAKE },
    { GDK_KEY_Tab, 0, 0, CHAT_COMPOSER_COMPLETE },
    { GDK_KEY_Tab, GDK_SHIFT_MASK, choosing, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Up, 0, choosing, CHAT_COMPOSER_CHOOSE_PREVIOUS },
    { GDK_KEY_Down, 0, choosing, CHAT_COMPOSER_CHOOSE_NEXT },
    { GDK_KEY_Up, 0, empty, CHAT_COMPOSER_GO_BACK },
    { GDK_KEY_Up, 0, 0, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Down, 0, empty, CHAT_COMPOSER_EDIT },
    { GDK_KEY_Up, GDK_CONTROL_MASK, 0, CHAT_COMPOSER_GO_BACK },
    { GDK_KEY_Down, GDK_CONTROL_MASK, 0, CHAT_COMPOSER_GO_FORWARD },
    { GDK_KEY_Escape, 0, choosing | private, CHAT_COMPOSER_CLOSE },
    { GDK_KEY_Escape, 0, empty | private, CHAT_COMPOSER_WRITE_TO_ALL },
    { GDK_KEY_Escape, 0, private, CHAT_COMPOSER_EDIT },
    { GDK_KEY_BackSpace, 0, empty | private, CHAT_COMPOSER_EDIT },
    { GDK_KEY_x, 0, sends, CHAT_COMPOSER_EDIT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        chat_composer_keys_decide (cases[i].key, cases[i].modifiers, cases[i].situation), ==,
        cases[i].deed);
}

static void
test_quote (void)
{
  g_autofree char *two = chat_quote_make ("bob", "one\ntwo\n");
  g_autofree char *filled = g_strnfill (5000, 'x');
  g_autofree char *long_one = chat_quote_make ("bob", filled);

  g_assert_cmpstr (two, ==, "> bob wrote:\n> one\n> two\n");
  g_assert_true (g_str_has_suffix (long_one, "x…\n"));
  g_assert_cmpuint (strlen (long_one), <, 2100);
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

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/composer/submit", test_submit);
  g_test_add_func ("/composer/limit", test_limit);
  add_test ("/composer/complete", test_complete);
  add_test ("/composer/list", test_list);
  add_test ("/composer/popover", test_popover);
  add_test ("/composer/recipient", test_recipient);
  add_test ("/composer/unreadable-draft", test_unreadable_draft);
  g_test_add ("/composer/early-text", Fixture, early_text, set_up, test_early, tear_down);
  g_test_add ("/composer/early-command", Fixture, early_command, set_up, test_early, tear_down);
  add_test ("/composer/early-command-changed", test_early_command_changed);
  add_test ("/composer/hint", test_hint);
  add_test ("/composer/changed", test_changed);
  add_test ("/composer/long-paste", test_long_paste);
  add_test ("/composer/height", test_height);
  add_test ("/composer/direction", test_direction);
  g_test_add_func ("/composer/recall", test_recall);
  g_test_add_func ("/composer/keys", test_keys);
  g_test_add_func ("/composer/quote", test_quote);
  g_test_add_func ("/command", test_commands);

  return g_test_run ();
}
