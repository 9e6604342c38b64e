/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New files on file systems that lack one way to name them, or both: this program answers for the
 * kernel. */
#include "chat-database.h"
#include "chat-file.h"

#include "test-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int rename_code; /* 0: like the kernel */
static int link_code;
static guint n_links;

int
renameat2 (int old_fd, const char *old, int new_fd, const char *new, unsigned int flags)
{
  if (rename_code == 0)
    return (int)syscall (SYS_renameat2, old_fd, old, new_fd, new, flags);

  errno = rename_code;
  return -1;
}

int
link (const char *old, const char *new)
{
  n_links++;
  if (link_code == 0)
    return linkat (AT_FDCWD, old, AT_FDCWD, new, 0);

  errno = link_code;
  return -1;
}

static void
set_up (TestFolder *folder, gconstpointer data)
{
  test_folder_set_up (folder, NULL);
  rename_code = link_code = 0;
  n_links = 0;
}

/* Nothing temporary is left. */
static void
assert_files (TestFolder *folder, guint expected)
{
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += !g_str_has_suffix (name, ".lock");
  g_assert_cmpuint (n, ==, expected);
}

static void
write_new (TestFolder *folder, const char *text, GError **error)
{
  g_autofree char *path = test_folder_file (folder, "new");

  chat_file_write (path, text, strlen (text), 0600, FALSE, error);
}

static void
open_replica (TestFolder *folder, GError **error)
{
  g_autofree char *path = test_folder_file (folder, "replica");
  ChatDatabase *database = chat_database_open_replica (path, "store", 10, error);

  g_assert_true ((database == NULL) == (error != NULL && *error != NULL));
  g_clear_pointer (&database, chat_database_close);
}

static void
test_file (TestFolder *folder, gconstpointer data)
{
  g_autofree char *path = test_folder_file (folder, "new");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) taken = NULL;

  rename_code = GPOINTER_TO_INT (data);
  write_new (folder, "one", &error);
  g_assert_no_error (error);
  write_new (folder, "two", &taken);
  g_assert_error (taken, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  text = chat_file_read (path, 10, NULL, &error);
  g_assert_cmpstr (text, ==, "one");
  assert_files (folder, 1);
  g_assert_cmpuint (n_links, ==, rename_code != 0 ? 2 : 0);
}

static void
test_replica (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  rename_code = GPOINTER_TO_INT (data);
  link_code = rename_code == 0 ? EPERM : 0;
  open_replica (folder, &error);
  g_assert_no_error (error);
  /* The second time it is there. */
  open_replica (folder, &error);
  g_assert_no_error (error);
  assert_files (folder, 1);
}

static void
test_neither (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) file_error = NULL;
  g_autoptr (GError) error = NULL;

  rename_code = EINVAL;
  link_code = GPOINTER_TO_INT (data);
  write_new (folder, "one", &file_error);
  g_test_message ("%s", file_error->message);
  g_assert_nonnull (strstr (file_error->message, "another file system"));
  open_replica (folder, &error);
  g_test_message ("%s", error->message);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "another file system"));
  g_assert_null (strstr (error->message, "let the user"));
  assert_files (folder, 0);
}

/* A folder to which one may only add. */
static void
test_not_allowed (TestFolder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  rename_code = EPERM;
  open_replica (folder, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, "let the user"));
  g_assert_cmpuint (n_links, ==, 0);
  assert_files (folder, 0);
}

#define ADD(path, func, code)                                                                      \
  g_test_add (path, TestFolder, GINT_TO_POINTER (code), set_up, func, test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/publish/file", test_file, 0);
  ADD ("/publish/file-by-link", test_file, EINVAL);
  ADD ("/publish/replica", test_replica, 0);
  ADD ("/publish/replica-by-link", test_replica, ENOSYS);
  ADD ("/publish/neither", test_neither, EPERM);
  ADD ("/publish/neither-and-says-so", test_neither, EOPNOTSUPP);
  ADD ("/publish/not-allowed", test_not_allowed, EPERM);

  return g_test_run ();
}
