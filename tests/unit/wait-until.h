/* Waiting for what a main loop brings: bounded, and for something. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs the main loop until the expression is true, for a while. */
#define wait_until(expression)                                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                               \
    while (!(expression))                                                                          \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, wait_end);                                    \
        wait_a_little ();                                                                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static inline gboolean
wait_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the loop, which ends even if nothing happens. */
static inline void
wait_a_little (void)
{
  guint timer = g_timeout_add (50, wait_wake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* Until nothing is left to do at once. */
static inline void
wait_until_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

G_END_DECLS
