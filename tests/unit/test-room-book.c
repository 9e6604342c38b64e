/* The rooms that one has been in. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-book.h"

#include "chat-error.h"
#include "chat-limits.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>

static ChatKnownRoom *
make_room (const char *address, const char *username, const char *name)
{
  ChatProfile profile = { (char *)username, (char *)address, CHAT_DEFAULT_PORT,
                          (char *)"/keys/own.pem", (char *)"/keys/server.pem" };

  return chat_known_room_new (&profile, name);
}

static ChatRoomBook *
open_book (TestFolder *folder)
{
  g_autofree char *path = test_folder_file (folder, "conclave/rooms.json");

  return chat_room_book_new (path);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
finish (ChatRoomBook *book, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) owned = NULL;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  owned = g_steal_pointer (result);

  return chat_room_book_finish (book, owned, error);
}

static void
load (ChatRoomBook *book)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  chat_room_book_load_async (book, NULL, keep_result_cb, &result);
  finish (book, &result, &error);
  g_assert_no_error (error);
}

static void
remember (ChatRoomBook *book, const char *address, const char *username, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatKnownRoom) room = make_room (address, username, name);
  GAsyncResult *result = NULL;

  chat_room_book_remember_async (book, room, NULL, keep_result_cb, &result);
  finish (book, &result, &error);
  g_assert_no_error (error);
}

/* titles: what the list should say, separated by blanks */
static void
assert_titles (ChatRoomBook *book, const char *titles)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (book)); i++)
    {
      g_autoptr (ChatKnownRoom) room = g_list_model_get_item (G_LIST_MODEL (book), i);

      g_string_append_printf (found, "%s%s", i > 0 ? " " : "", chat_known_room_get_title (room));
    }
  g_assert_cmpstr (found->str, ==, titles);
}

static void
test_empty (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);

  load (book);
  assert_titles (book, "");
  g_assert_null (chat_room_book_get_last (book));
}

static void
test_last_first (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autoptr (ChatRoomBook) again = open_book (folder);
  g_autofree char *path = test_folder_file (folder, "conclave/rooms.json");
  GStatBuf info;

  remember (book, "a.example", "alice", NULL);
  remember (book, "b.example", "alice", "Bees");
  remember (book, "a.example", "al", NULL);
  assert_titles (book, "a.example Bees a.example");
  /* Entered again: it is not there twice, and keeps the name that it was given. */
  remember (book, "B.example", "alice", NULL);
  assert_titles (book, "Bees a.example a.example");

  load (again);
  assert_titles (again, "Bees a.example a.example");
  g_assert_cmpstr (chat_known_room_get_profile (chat_room_book_get_last (again))->private_key, ==,
                   "/keys/own.pem");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_forget_and_restore (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autoptr (ChatKnownRoom) b = make_room ("b", "alice", NULL);
  GAsyncResult *result = NULL;

  remember (book, "c", "alice", NULL);
  remember (book, "b", "alice", NULL);
  remember (book, "a", "alice", NULL);
  g_assert_cmpuint (chat_room_book_find (book, b), ==, 1);
  chat_room_book_forget_async (book, b, NULL, keep_result_cb, &result);
  g_assert_true (finish (book, &result, NULL));
  assert_titles (book, "a c");
  g_assert_cmpuint (chat_room_book_find (book, b), ==, G_MAXUINT);

  chat_room_book_restore_async (book, b, 1, NULL, keep_result_cb, &result);
  g_assert_true (finish (book, &result, NULL));
  assert_titles (book, "a b c");
  /* Twice does not make two of it. */
  chat_room_book_restore_async (book, b, 1, NULL, keep_result_cb, &result);
  g_assert_true (finish (book, &result, NULL));
  assert_titles (book, "a b c");
}

static void
test_replace (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autoptr (ChatKnownRoom) b = make_room ("b", "alice", NULL);
  g_autoptr (ChatKnownRoom) named = make_room ("b", "alice", "Bees");
  g_autoptr (ChatKnownRoom) moved = make_room ("a", "alice", "Moved");
  GAsyncResult *result = NULL;

  remember (book, "b", "alice", NULL);
  remember (book, "a", "alice", NULL);
  chat_room_book_replace_async (book, b, named, NULL, keep_result_cb, &result);
  g_assert_true (finish (book, &result, NULL));
  assert_titles (book, "a Bees");

  /* It becomes one that was there already. */
  chat_room_book_replace_async (book, named, moved, NULL, keep_result_cb, &result);
  g_assert_true (finish (book, &result, NULL));
  assert_titles (book, "Moved");
}

static void
test_too_many (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autofree char *last = g_strdup_printf ("host%d", CHAT_MAX_ROOMS);

  for (int i = 0; i <= CHAT_MAX_ROOMS; i++)
    {
      g_autofree char *address = g_strdup_printf ("host%d", i);

      remember (book, address, "alice", NULL);
    }
  load (book);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (book)), ==, CHAT_MAX_ROOMS);
  g_assert_cmpstr (chat_known_room_get_title (chat_room_book_get_last (book)), ==, last);
}

/* Two windows, or two programs, at the same time. */
static void
test_shared (TestFolder *folder, gconstpointer data)
{
  GAsyncResult *results[16] = { NULL };
  ChatRoomBook *books[16];

  for (int i = 0; i < 16; i++)
    {
      g_autofree char *address = g_strdup_printf ("host%d", i);
      g_autoptr (ChatKnownRoom) room = make_room (address, "alice", NULL);

      books[i] = open_book (folder);
      chat_room_book_remember_async (books[i], room, NULL, keep_result_cb, &results[i]);
    }
  for (int i = 0; i < 16; i++)
    g_assert_true (finish (books[i], &results[i], NULL));
  load (books[0]);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (books[0])), ==, 16);
  for (int i = 0; i < 16; i++)
    g_object_unref (books[i]);
}

static void
write_file (TestFolder *folder, const char *name, const char *text)
{
  g_autofree char *path = test_folder_file (folder, "conclave");

  g_mkdir_with_parents (path, 0700);
  test_folder_write (folder, name, text, -1);
}

/* Told, and never overwritten. */
static void
assert_damaged (TestFolder *folder, const char *text, const char *needle)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autoptr (ChatKnownRoom) room = make_room ("a", "alice", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = test_folder_file (folder, "conclave/rooms.json");
  g_autofree char *after = NULL;
  GAsyncResult *result = NULL;

  write_file (folder, "conclave/rooms.json", text);
  chat_room_book_remember_async (book, room, NULL, keep_result_cb, &result);
  g_assert_false (finish (book, &result, &error));
  g_assert_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX);
  if (strstr (error->message, path) == NULL || strstr (error->message, needle) == NULL)
    g_error ("“%s” does not name the file and “%s”", error->message, needle);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, text);
  assert_titles (book, "");
}

#define ROOM(rest)                                                                                \
  "{\"rooms\": [{\"address\": \"a\", \"username\": \"alice\", \"private_key\": \"/p\", "          \
  "\"server_key\": \"/s\"" rest "}]}"

static void
test_damaged (TestFolder *folder, gconstpointer data)
{
  g_autofree char *name = g_strnfill (CHAT_MAX_ROOM_NAME + 1, 'x');
  g_autofree char *long_name =
      g_strdup_printf (ROOM (", \"port\": 1, \"name\": \"%s\""), name);
  g_autoptr (GString) many = g_string_new ("{\"rooms\": [");

  for (int i = 0; i <= CHAT_MAX_ROOMS; i++)
    g_string_append (many, i > 0 ? ", {}" : "{}");
  g_string_append (many, "]}");

  assert_damaged (folder, "", "");
  assert_damaged (folder, "{\"rooms\": [", "byte");
  assert_damaged (folder, "{\"rooms\": {}}", "\"rooms\"");
  assert_damaged (folder, "{\"rooms\": [], \"colour\": 1}", "\"colour\"");
  assert_damaged (folder, ROOM (""), "\"port\"");
  assert_damaged (folder, ROOM (", \"port\": 0"), "room 1");
  assert_damaged (folder, ROOM (", \"port\": 1, \"passphrase\": \"x\""), "\"passphrase\"");
  assert_damaged (folder, ROOM (", \"port\": 1, \"name\": \"\""), "\"name\"");
  assert_damaged (folder, long_name, "\"name\"");
  assert_damaged (folder, many->str, "64");
}

/* What could not be read again is refused, and the others stay. */
static void
test_no_utf8 (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autoptr (ChatRoomBook) again = open_book (folder);
  ChatProfile profile = { (char *)"alice", (char *)"b.example", CHAT_DEFAULT_PORT,
                          (char *)"/keys/\xe9.pem", (char *)"/keys/server.pem" };
  g_autoptr (ChatKnownRoom) room = chat_known_room_new (&profile, NULL);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  remember (book, "a.example", "alice", NULL);
  chat_room_book_remember_async (book, room, NULL, keep_result_cb, &result);
  g_assert_false (finish (book, &result, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  /* It says which file, as well as that can be said, and what to do. */
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_prefix (error->message, "/keys/"));
  g_assert_nonnull (strstr (error->message, "rename the file"));
  load (again);
  assert_titles (again, "a.example");
}

static void
test_double_lines (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  const char *line = "{\"address\": \"a\", \"port\": 5000, \"username\": \"alice\", "
                     "\"private_key\": \"/p\", \"server_key\": \"/s\"}";
  g_autofree char *text = g_strdup_printf ("{\"rooms\": [%s, %s]}", line, line);

  write_file (folder, "conclave/rooms.json", text);
  load (book);
  assert_titles (book, "a");
}

/* What the first version remembered. */
static void
test_take_over (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatRoomBook) book = open_book (folder);
  g_autofree char *key = test_folder_file (folder, "conclave/client_private_key.pem");
  GAsyncResult *result = NULL;

  write_file (folder, "conclave/user_config.json",
              "{\"username\": \"alice\", \"server_ip\": \"::1\", \"server_port\": 5001}");
  load (book);
  assert_titles (book, "[::1]:5001");
  g_assert_cmpstr (chat_known_room_get_profile (chat_room_book_get_last (book))->private_key, ==,
                   key);

  /* Forgotten, it does not come back. */
  chat_room_book_forget_async (book, chat_room_book_get_last (book), NULL, keep_result_cb,
                               &result);
  g_assert_true (finish (book, &result, NULL));
  load (book);
  assert_titles (book, "");
}

#define ADD(path, func)                                                                           \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/room-book/empty", test_empty);
  ADD ("/room-book/last-first", test_last_first);
  ADD ("/room-book/forget-and-restore", test_forget_and_restore);
  ADD ("/room-book/replace", test_replace);
  ADD ("/room-book/too-many", test_too_many);
  ADD ("/room-book/shared", test_shared);
  ADD ("/room-book/damaged", test_damaged);
  ADD ("/room-book/no-utf8", test_no_utf8);
  ADD ("/room-book/double-lines", test_double_lines);
  ADD ("/room-book/take-over", test_take_over);

  return g_test_run ();
}
