/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-draft.h"

#include "chat-limits.h"
#include "chat-pipeline.h"
#include "fake-server.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  TestFolder folder;
  char *path;
  char *file;
  char *loaded;
  char *problem;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  test_folder_set_up (&self->folder, NULL);
  self->path = test_folder_file (&self->folder, "room");
  self->file = g_build_filename (self->path, "draft.jwe", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->loaded);
  g_free (self->problem);
  g_free (self->file);
  g_free (self->path);
  test_folder_tear_down (&self->folder, NULL);
}

static void
loaded_cb (ChatDraft *draft, const char *text, Fixture *self)
{
  g_free (self->loaded);
  self->loaded = g_strdup (text);
}

static void
problem_cb (ChatDraft *draft, const GError *error, Fixture *self)
{
  g_free (self->problem);
  self->problem = g_strdup (error->message);
}

static ChatDraft *
open_draft (Fixture *self, guint key)
{
  ChatDraft *draft = chat_draft_new (self->path, fake_server_get_key (key));

  g_clear_pointer (&self->loaded, g_free);
  g_signal_connect (draft, "loaded", G_CALLBACK (loaded_cb), self);
  g_signal_connect (draft, "problem", G_CALLBACK (problem_cb), self);

  return draft;
}

static void
assert_loads (Fixture *self, guint key, const char *expected)
{
  g_autoptr (ChatDraft) draft = open_draft (self, key);

  chat_draft_load (draft);
  wait_until (self->loaded != NULL);
  g_assert_cmpstr (self->loaded, ==, expected);
}

static void
test_comes_back (Fixture *self, gconstpointer data)
{
  ChatDraft *draft = open_draft (self, 0);
  g_autofree char *content = NULL;
  GStatBuf status;

  assert_loads (self, 0, "");
  chat_draft_set_text (draft, "a needle");
  /* Not waiting for the pause. */
  g_object_unref (draft);
  chat_pipeline_wait_for_retired (NULL);
  g_assert_true (g_file_get_contents (self->file, &content, NULL, NULL));
  g_assert_null (strstr (content, "needle"));
  g_assert_cmpint (g_stat (self->file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  assert_loads (self, 0, "a needle");
  g_assert_null (self->problem);
}

static void
test_waits_for_a_pause (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatDraft) draft = open_draft (self, 0);

  chat_draft_set_text (draft, "x");
  chat_draft_set_text (draft, "xy");
  g_assert_false (g_file_test (self->file, G_FILE_TEST_EXISTS));
  wait_until (g_file_test (self->file, G_FILE_TEST_EXISTS));
  assert_loads (self, 0, "xy");
}

static void
test_empty_removes (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatDraft) draft = open_draft (self, 0);

  chat_draft_set_text (draft, "x");
  chat_draft_flush (draft);
  wait_until (g_file_test (self->file, G_FILE_TEST_EXISTS));
  chat_draft_set_text (draft, "");
  wait_until (!g_file_test (self->file, G_FILE_TEST_EXISTS));
}

static void
test_wrong_key (Fixture *self, gconstpointer data)
{
  ChatDraft *draft = open_draft (self, 0);

  chat_draft_set_text (draft, "secret");
  g_object_unref (draft);
  assert_loads (self, 1, "");
  g_assert_nonnull (strstr (self->problem, "draft.jwe"));
}

/* Whatever one can paste comes back. */
static void
test_long (Fixture *self, gconstpointer data)
{
  ChatDraft *draft = open_draft (self, 0);
  g_autofree char *text = g_strnfill (2 * CHAT_MAX_FRAME, 'x');

  chat_draft_set_text (draft, text);
  g_object_unref (draft);
  assert_loads (self, 0, text);
  g_assert_null (self->problem);
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatDraft) draft = open_draft (self, 0);

  g_assert_true (g_file_set_contents (self->path, "x", -1, NULL));
  chat_draft_set_text (draft, "secret");
  chat_draft_flush (draft);
  wait_until (self->problem != NULL);
  g_clear_pointer (&self->problem, g_free);
  /* Told once. */
  chat_draft_set_text (draft, "more");
  chat_draft_flush (draft);
  chat_draft_load (draft);
  wait_until (self->loaded != NULL);
  g_assert_true (self->problem == NULL || strstr (self->problem, "last time") != NULL);
}

static void
write_draft (ChatDraft *draft, const char *text)
{
  chat_draft_set_text (draft, text);
  chat_draft_flush (draft);
  /* Answers come in order: now it is written, or refused. */
  chat_draft_load (draft);
}

/* Two windows of one member in one room: none of them replaces what it has not read. */
static void
test_two_windows (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatDraft) first = open_draft (self, 0);
  g_autoptr (ChatDraft) second = open_draft (self, 0);

  chat_draft_load (first);
  wait_until (self->loaded != NULL);
  g_clear_pointer (&self->loaded, g_free);
  chat_draft_load (second);
  wait_until (self->loaded != NULL);
  g_clear_pointer (&self->loaded, g_free);

  chat_draft_set_text (first, "of the first");
  chat_draft_flush (first);
  wait_until (g_file_test (self->file, G_FILE_TEST_EXISTS));
  chat_draft_set_text (second, "of the second");
  chat_draft_flush (second);
  wait_until (self->problem != NULL);
  g_assert_nonnull (strstr (self->problem, "another window"));
  /* Nor does the second one take it away when it sends what it has. */
  chat_draft_set_text (second, "");
  g_clear_object (&second);
  assert_loads (self, 0, "of the first");

  /* One's own goes on as before. */
  g_clear_pointer (&self->problem, g_free);
  write_draft (first, "more of the first");
  g_clear_pointer (&self->loaded, g_free);
  wait_until (self->loaded != NULL);
  g_assert_cmpstr (self->loaded, ==, "more of the first");
  g_assert_null (self->problem);
}

/* When the other one has sent it, there is room again; and what was read may be replaced. */
static void
test_second_window_goes_on (Fixture *self, gconstpointer data)
{
  g_autoptr (ChatDraft) first = open_draft (self, 0);
  g_autoptr (ChatDraft) second = open_draft (self, 0);

  chat_draft_set_text (first, "of the first");
  chat_draft_flush (first);
  wait_until (g_file_test (self->file, G_FILE_TEST_EXISTS));
  chat_draft_set_text (second, "lost");
  chat_draft_flush (second);
  wait_until (self->problem != NULL);
  chat_draft_set_text (first, "");
  wait_until (!g_file_test (self->file, G_FILE_TEST_EXISTS));
  chat_draft_set_text (second, "of the second");
  g_clear_object (&second);
  assert_loads (self, 0, "of the second");

  g_clear_pointer (&self->problem, g_free);
  chat_draft_load (first);
  chat_draft_set_text (first, "of the first, who has read");
  g_clear_object (&first);
  assert_loads (self, 0, "of the first, who has read");
  g_assert_null (self->problem);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/draft/comes-back", test_comes_back);
  ADD ("/draft/pause", test_waits_for_a_pause);
  ADD ("/draft/empty", test_empty_removes);
  ADD ("/draft/wrong-key", test_wrong_key);
  ADD ("/draft/long", test_long);
  ADD ("/draft/no-folder", test_no_folder);
  ADD ("/draft/two-windows", test_two_windows);
  ADD ("/draft/second-window-goes-on", test_second_window_goes_on);

  return g_test_run ();
}
