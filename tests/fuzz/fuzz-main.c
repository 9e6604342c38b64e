/* Runs a target without libFuzzer: over each file of a corpus, and over some mutations of it that
 * are the same each time. So what a fuzzer has found stays found, whatever the compiler. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

/* Of each file. libFuzzer does millions, and knows what it does. */
#define N_MUTATIONS 20
#define MAX_CHANGES 4

/* A copy of exactly its size, so that a sanitizer sees each byte that is read behind the end. */
static void
run (const char *text, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, text, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static void
change (GByteArray *bytes, GRand *random)
{
  guint at = bytes->len > 0 ? (guint) g_rand_int_range (random, 0, (gint32) bytes->len) : 0;
  guint8 byte = (guint8) g_rand_int_range (random, 0, 256);

  if (bytes->len == 0)
    g_byte_array_append (bytes, &byte, 1);
  else if (g_rand_boolean (random))
    bytes->data[at] ^= (guint8) (1 << (byte & 7));
  else if (g_rand_boolean (random))
    bytes->data[at] = byte;
  else if (g_rand_boolean (random))
    g_byte_array_remove_index (bytes, at);
  else
    g_byte_array_set_size (bytes, at);
}

static void
run_mutated (const char *text, gsize size, GRand *random)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int n_changes = g_rand_int_range (random, 1, MAX_CHANGES + 1);

  g_byte_array_append (bytes, (const guint8 *) text, (guint) size);
  for (int i = 0; i < n_changes; i++)
    change (bytes, random);
  run (bytes->len > 0 ? (const char *) bytes->data : "", bytes->len);
}

static void
run_file (const char *path, GRand *random)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, &error))
    g_error ("%s", error->message);

  run (text, size);
  for (guint i = 0; i < N_MUTATIONS; i++)
    run_mutated (text, size, random);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);

  return paths;
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray) paths = NULL;

  if (argc != 2)
    g_error ("usage: %s FOLDER", argv[0]);
  LLVMFuzzerInitialize (&argc, &argv);
  paths = list_folder (argv[1]);
  g_assert_cmpuint (paths->len, >, 0);

  g_print ("1..%u\n", paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (paths, i));

      run_file (g_ptr_array_index (paths, i), random);
      g_print ("ok %u %s\n", i + 1, name);
    }

  return EXIT_SUCCESS;
}
