/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-guest-folder.h"

#include "chat-key-file.h"
#include "jose-keys.h"
#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>

static void
add_guest (TestFolder *folder, const char *name, guint key)
{
  g_autofree char *path = chat_guest_folder_get_path (folder->path, name);
  g_autoptr (GError) error = NULL;

  chat_key_file_save_public (test_public_key (key), path, FALSE, &error);
  g_assert_no_error (error);
}

static ChatGuestScan *
scan_with (TestFolder *folder, ChatPublicKey *server_key, GHashTable *present)
{
  g_autoptr (GError) error = NULL;
  ChatGuestScan *scan = chat_guest_folder_scan (folder->path, server_key, present, &error);

  g_assert_no_error (error);
  return scan;
}

/* The guests that are found: "alice bob". */
static void
assert_guests (ChatGuestScan *scan, const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < scan->guests->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            ((ChatGuest *) g_ptr_array_index (scan->guests, i))->username);
  g_assert_cmpstr (names->str, ==, expected);
}

/* The only problem, and what it names. */
static void
assert_problem (ChatGuestScan *scan, const char *file, const char *needle)
{
  const char *problem;

  g_assert_cmpuint (scan->problems->len, ==, 1);
  problem = g_ptr_array_index (scan->problems, 0);
  if (strstr (problem, file) == NULL || strstr (problem, needle) == NULL)
    g_error ("“%s” does not name “%s” and “%s”", problem, file, needle);
}

static void
test_guests (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;
  ChatGuest *guest;

  add_guest (folder, "carol", 2);
  add_guest (folder, "Bob", 1);
  add_guest (folder, "alice", 0);
  scan = scan_with (folder, NULL, NULL);

  assert_guests (scan, "Bob alice carol");
  g_assert_cmpuint (scan->problems->len, ==, 0);
  guest = chat_guest_scan_find (scan, "bOB");
  g_assert_cmpstr (guest->username, ==, "Bob");
  g_assert_true (chat_public_key_equal (guest->key, test_public_key (1)));
  g_assert_null (chat_guest_scan_find (scan, "bo"));
}

static void
test_empty (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = scan_with (folder, test_public_key (0), NULL);

  assert_guests (scan, "");
  g_assert_cmpuint (scan->problems->len, ==, 0);
}

static void
test_no_folder (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "none");
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_guest_folder_scan (path, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_names_that_fold_alike (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  add_guest (folder, "bob", 1);
  add_guest (folder, "Bob", 0);
  scan = scan_with (folder, NULL, NULL);

  /* The one that sorts first. */
  assert_guests (scan, "Bob");
  assert_problem (scan, "key_bob.pem", "\"Bob\"");
}

static void
test_same_key_twice (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  add_guest (folder, "alice", 0);
  add_guest (folder, "bob", 0);
  add_guest (folder, "carol", 1);
  scan = scan_with (folder, NULL, NULL);

  assert_guests (scan, "alice carol");
  assert_problem (scan, "key_bob.pem", "alice");
}

static void
test_present_guests_keep_their_place (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ChatGuestScan) by_key = NULL;
  g_autoptr (ChatGuestScan) by_name = NULL;

  g_hash_table_add (present, (gpointer) "bob");
  add_guest (folder, "bob", 0);
  add_guest (folder, "alice", 0);
  by_key = scan_with (folder, NULL, present);
  assert_guests (by_key, "bob");
  assert_problem (by_key, "key_alice.pem", "bob");

  test_folder_tear_down (folder, NULL);
  test_folder_set_up (folder, NULL);
  add_guest (folder, "bob", 0);
  add_guest (folder, "BOB", 1);
  by_name = scan_with (folder, NULL, present);
  assert_guests (by_name, "bob");
  assert_problem (by_name, "key_BOB.pem", "\"bob\"");
}

static void
test_servers_own_key (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  add_guest (folder, "alice", 0);
  add_guest (folder, "bob", 1);
  scan = scan_with (folder, test_public_key (1), NULL);

  assert_guests (scan, "alice");
  assert_problem (scan, "key_bob.pem", "server's own key");
}

static void
test_broken_files (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *private_path = chat_guest_folder_get_path (folder->path, "dave");
  g_autofree char *folder_path = chat_guest_folder_get_path (folder->path, "erin");
  const char *const broken[] = { "bob", "dave", "erin", "frank" };

  add_guest (folder, "alice", 0);
  add_guest (folder, "zoe", 1);
  test_folder_write (folder, "key_bob.pem", "not a key\n", -1);
  test_folder_write (folder, "key_frank.pem", "", 0);
  chat_key_file_save_private (test_key (2), private_path, NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (folder_path, 0700), ==, 0);

  scan = scan_with (folder, NULL, NULL);
  assert_guests (scan, "alice zoe");
  g_assert_cmpuint (scan->problems->len, ==, G_N_ELEMENTS (broken));
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *file = g_strdup_printf ("key_%s.pem", broken[i]);

      g_assert_nonnull (strstr (g_ptr_array_index (scan->problems, i), file));
      g_assert_null (chat_guest_scan_find (scan, broken[i]));
    }
}

static void
test_a_broken_file_takes_no_place (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ChatGuestScan) scan = NULL;

  g_hash_table_add (present, (gpointer) "Bob");
  test_folder_write (folder, "key_Bob.pem", "not a key\n", -1);
  add_guest (folder, "bob", 0);
  scan = scan_with (folder, NULL, present);
  assert_guests (scan, "bob");
  assert_problem (scan, "key_Bob.pem", "Bob");
}

static void
test_bad_names (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  add_guest (folder, "two words", 0);
  scan = scan_with (folder, NULL, NULL);
  assert_guests (scan, "");
  assert_problem (scan, "key_two words.pem", "two words");
}

static void
test_name_that_is_not_utf8 (TestFolder *folder, gconstpointer data)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  add_guest (folder, "caf\xe9", 0);
  add_guest (folder, "alice", 1);
  scan = scan_with (folder, NULL, NULL);
  assert_guests (scan, "alice");
  g_assert_cmpuint (scan->problems->len, ==, 1);
  g_assert_true (g_utf8_validate (g_ptr_array_index (scan->problems, 0), -1, NULL));
}

static void
test_other_files (TestFolder *folder, gconstpointer data)
{
  static const char *const others[] = { "README.md",    "key_bob.pem.bak", "key_bob.PEM",
                                        ".key_bob.pem", "key_bob.pem~",    "key_.pe" };
  g_autoptr (ChatGuestScan) scan = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    test_folder_write (folder, others[i], "something else", -1);
  add_guest (folder, "alice", 0);
  scan = scan_with (folder, NULL, NULL);
  assert_guests (scan, "alice");
  g_assert_cmpuint (scan->problems->len, ==, 0);
}

/* Keys, as it seems, whose owners would wonder why they are not let in. */
static void
test_misnamed (TestFolder *folder, gconstpointer data)
{
  static const char *const misnamed[] = { "bob.pem", "Key_bob.pem", "keybob.pem", "key_.pem" };

  for (guint i = 0; i < G_N_ELEMENTS (misnamed); i++)
    {
      g_autofree char *path = test_folder_file (folder, misnamed[i]);
      g_autoptr (ChatGuestScan) scan = NULL;

      test_folder_write (folder, misnamed[i], "whatever is in it", -1);
      scan = scan_with (folder, NULL, NULL);
      assert_guests (scan, "");
      assert_problem (scan, path, "key_USERNAME.pem");
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_guests_finalize (TestFolder *folder, gconstpointer data)
{
  ChatGuestScan *scan;
  gpointer weak = NULL;

  add_guest (folder, "alice", 0);
  scan = scan_with (folder, NULL, NULL);
  g_set_weak_pointer (&weak, g_ptr_array_index (scan->guests, 0));
  chat_guest_scan_free (scan);
  g_assert_null (weak);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, TestFolder, NULL, test_folder_set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/guest-folder/guests", test_guests);
  add_test ("/guest-folder/empty", test_empty);
  add_test ("/guest-folder/no-folder", test_no_folder);
  add_test ("/guest-folder/fold-alike", test_names_that_fold_alike);
  add_test ("/guest-folder/same-key", test_same_key_twice);
  add_test ("/guest-folder/present", test_present_guests_keep_their_place);
  add_test ("/guest-folder/server-key", test_servers_own_key);
  add_test ("/guest-folder/broken", test_broken_files);
  add_test ("/guest-folder/broken-takes-no-place", test_a_broken_file_takes_no_place);
  add_test ("/guest-folder/bad-name", test_bad_names);
  add_test ("/guest-folder/not-utf8", test_name_that_is_not_utf8);
  add_test ("/guest-folder/other-files", test_other_files);
  add_test ("/guest-folder/misnamed", test_misnamed);
  add_test ("/guest-folder/finalize", test_guests_finalize);

  return g_test_run ();
}
