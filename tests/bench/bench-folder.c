/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-folder.h"

#include "bench-fail.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>

/* All folders of this run are in it. */
static char *top_folder;

static int
remove_one_cb (const char *path, const struct stat *status, int type, struct FTW *ftw)
{
  return g_remove (path);
}

static void
remove_top_folder_cb (void)
{
  nftw (top_folder, remove_one_cb, 16, FTW_DEPTH | FTW_PHYS);
  g_clear_pointer (&top_folder, g_free);
}

/**
 * bench_folder_new:
 *
 * Returns: (transfer full): the path of a new folder, which is gone when the program ends
 */
char *
bench_folder_new (void)
{
  static guint n_folders = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("server%u", n_folders++);
  g_autofree char *path = NULL;

  if (top_folder == NULL)
    {
      top_folder = g_dir_make_tmp ("conclave-bench-XXXXXX", &error);
      if (top_folder == NULL)
        bench_fail ("%s", error->message);
      atexit (remove_top_folder_cb);
    }

  path = g_build_filename (top_folder, name, NULL);
  if (g_mkdir (path, 0700) != 0)
    bench_fail ("%s cannot be made", path);
  return g_steal_pointer (&path);
}
