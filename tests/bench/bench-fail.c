/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-fail.h"

#include <stdlib.h>

/**
 * bench_fail:
 * @format: what went wrong, as for printf ()
 * @...: its arguments
 *
 * Ends the program. What atexit () was told to tidy up is tidied up; child processes end with
 * their parent.
 */
void
bench_fail (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  g_printerr ("bench: %s\n", text);
  exit (EXIT_FAILURE);
}
