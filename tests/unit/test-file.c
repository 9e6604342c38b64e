/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-file.h"

#include "test-tools.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_read (TestFolder   *folder,
           gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size;

  test_folder_write (folder, "a", "one\0two", 7);
  text = chat_file_read (path, 7, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (text, size + 1, "one\0two\0", 8);
}

static void
test_read_empty (TestFolder   *folder,
                 gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");
  g_autofree char *text = NULL;
  gsize size = 1;

  test_folder_write (folder, "a", "", 0);
  text = chat_file_read (path, 0, &size, NULL);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (size, ==, 0);
}

static void
test_read_symlink (TestFolder   *folder,
                   gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");
  g_autofree char *link = test_folder_file (folder, "b");
  g_autofree char *text = NULL;

  test_folder_write (folder, "a", "text", 4);
  g_assert_cmpint (symlink (path, link), ==, 0);
  text = chat_file_read (link, 10, NULL, NULL);
  g_assert_cmpstr (text, ==, "text");
}

static void
assert_unreadable (const char *path,
                   gsize       max_size,
                   GFileError  code,
                   const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_file_read (path, max_size, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_read_refused (TestFolder   *folder,
                   gconstpointer data)
{
  g_autofree char *large = test_folder_file (folder, "large");
  g_autofree char *missing = test_folder_file (folder, "missing");
  g_autofree char *fifo = test_folder_file (folder, "fifo");

  test_folder_write (folder, "large", "12345", 5);
  assert_unreadable (large, 4, G_FILE_ERROR_INVAL, "larger than");
  assert_unreadable (missing, 4, G_FILE_ERROR_NOENT, "No such file");
  assert_unreadable (folder->path, 4, G_FILE_ERROR_ISDIR, "folder");
  assert_unreadable ("/dev/zero", 4, G_FILE_ERROR_INVAL, "regular");
  /* Nobody writes to it: opening it in the usual way would wait for ever. */
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_unreadable (fifo, 4, G_FILE_ERROR_INVAL, "regular");
}

static void
test_read_forbidden (TestFolder   *folder,
                     gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");

  test_folder_write (folder, "a", "x", 1);
  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  assert_unreadable (path, 4, G_FILE_ERROR_ACCES, "ermission");
}

static guint
count_files (TestFolder *folder)
{
  g_autoptr (GDir) open_folder = g_dir_open (folder->path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (open_folder) != NULL)
    n++;

  return n;
}

static void
assert_file (const char *path,
             const char *text,
             int         mode)
{
  g_autofree char *found = NULL;
  GStatBuf info;

  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, mode);
}

static void
test_write (TestFolder   *folder,
            gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");
  g_autoptr (GError) error = NULL;
  mode_t old = umask (0077);

  g_assert_true (chat_file_write (path, "first", 5, 0644, FALSE, &error));
  g_assert_no_error (error);
  assert_file (path, "first", 0644);

  umask (0);
  g_assert_true (chat_file_write (path, "second", 6, 0600, TRUE, &error));
  g_assert_no_error (error);
  assert_file (path, "second", 0600);
  umask (old);

  g_assert_cmpuint (count_files (folder), ==, 1);
}

static void
test_write_exists (TestFolder   *folder,
                   gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "a");
  g_autofree char *link = test_folder_file (folder, "dangling");
  g_autoptr (GError) error = NULL;

  test_folder_write (folder, "a", "old", 3);
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_false (chat_file_write (path, "new", 3, 0600, FALSE, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_clear_error (&error);
  assert_file (path, "old", 0640);

  g_assert_cmpint (symlink ("nowhere", link), ==, 0);
  g_assert_false (chat_file_write (link, "new", 3, 0600, FALSE, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_assert_cmpuint (count_files (folder), ==, 2);
}

static void
test_write_refused (TestFolder   *folder,
                    gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "missing/a");
  g_autofree char *taken = test_folder_file (folder, "taken");
  g_autofree char *inside = test_folder_file (folder, "taken/b");
  g_autoptr (GError) error = NULL;

  g_assert_false (chat_file_write (path, "x", 1, 0600, TRUE, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  /* A folder has the name: the temporary file goes again. */
  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (inside, 0700), ==, 0);
  g_assert_false (chat_file_write (taken, "x", 1, 0600, TRUE, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
  g_assert_cmpuint (count_files (folder), ==, 1);
}

/* A name that leaves no room for a longer one beside it. */
static void
test_write_long_name (TestFolder   *folder,
                      gconstpointer data)
{
  g_autofree char *name = g_strnfill (255, 'n');
  g_autofree char *path = test_folder_file (folder, name);
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_file_write (path, "x", 1, 0600, FALSE, &error));
  g_assert_no_error (error);
}

static void
add (const char *path,
     void (*test) (TestFolder *, gconstpointer))
{
  g_test_add (path, TestFolder, NULL, test_folder_set_up, test, test_folder_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/file/read", test_read);
  add ("/file/read-empty", test_read_empty);
  add ("/file/read-symlink", test_read_symlink);
  add ("/file/read-refused", test_read_refused);
  add ("/file/read-forbidden", test_read_forbidden);
  add ("/file/write", test_write);
  add ("/file/write-exists", test_write_exists);
  add ("/file/write-refused", test_write_refused);
  add ("/file/write-long-name", test_write_long_name);

  return g_test_run ();
}
