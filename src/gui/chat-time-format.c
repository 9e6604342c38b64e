/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>

static char *
format (gint64 ms, const char *pattern)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (ms / 1000);

  /* The protocol allows years that a calendar does not. */
  return time != NULL ? g_date_time_format (time, pattern) : g_strdup ("–");
}

/**
 * chat_time_format_clock:
 * @ms: a time
 *
 * Returns: (transfer full): the local time of day
 */
char *
chat_time_format_clock (gint64 ms)
{
  /* TRANSLATORS: a time of day, for g_date_time_format () */
  return format (ms, _("%H:%M"));
}

static gboolean
is_same_day (gint64 ms, GDateTime *day)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (ms / 1000);

  return time != NULL && g_date_time_get_year (time) == g_date_time_get_year (day)
         && g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (day);
}

/**
 * chat_time_format_day:
 * @ms: a time
 *
 * Returns: (transfer full): its day, for a divider
 */
char *
chat_time_format_day (gint64 ms)
{
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (today, -1);

  if (is_same_day (ms, today))
    return g_strdup (_("Today"));
  if (is_same_day (ms, yesterday))
    return g_strdup (_("Yesterday"));

  /* TRANSLATORS: a day, for g_date_time_format () */
  return format (ms, _("%A, %e %B %Y"));
}

/**
 * chat_time_format_full:
 * @ms: a time
 *
 * Returns: (transfer full): the local date and time
 */
char *
chat_time_format_full (gint64 ms)
{
  /* TRANSLATORS: date and time, for g_date_time_format () */
  return format (ms, _("%e %B %Y, %H:%M:%S"));
}
