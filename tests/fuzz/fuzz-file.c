/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MEMORY "/dev/shm"

static char *folder;

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static void
remove_folder (void)
{
  remove_all (folder);
}

const char *
fuzz_get_folder (void)
{
  if (folder == NULL)
    {
      folder = g_build_filename (g_access (MEMORY, W_OK) == 0 ? MEMORY : g_get_tmp_dir (),
                                 "conclave-fuzz-XXXXXX", NULL);
      g_assert_nonnull (g_mkdtemp (folder));
      atexit (remove_folder);
    }

  return folder;
}

/* Not g_file_set_contents (), which waits for the disk. */
char *
fuzz_write_file (const char *name, gconstpointer data, gsize size)
{
  char *path = g_build_filename (fuzz_get_folder (), name, NULL);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  g_close (fd, NULL);

  return path;
}
