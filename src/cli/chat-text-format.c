/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-text-format.h"

#include "chat-text.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

/* No line of a message begins like a line of somebody else's. */
#define CONTINUATION "    | "

/* How many readers of an unusual audience are named. */
#define MAX_READERS 4

/* ANSI foreground colors that can be read on light and on dark: not black, white, or yellow. */
static const char *const colors[] = { "31", "32", "34", "35", "36", "91", "94", "95" };

/**
 * chat_format_name:
 * @name: a username
 * @color: whether it gets one
 *
 * Returns: (transfer full): the name, safe; the same person always has the same color
 */
char *
chat_format_name (const char *name, gboolean color)
{
  g_autofree char *safe = chat_text_make_safe (name, CHAT_TEXT_ONE_LINE);
  g_autofree char *folded = NULL;

  if (!color)
    return g_steal_pointer (&safe);

  folded = chat_username_fold (name);
  return g_strdup_printf ("\033[1;%sm%s\033[0m",
                          colors[g_str_hash (folded) % G_N_ELEMENTS (colors)], safe);
}

/**
 * chat_format_time:
 * @ms: a time
 * @now: the present
 *
 * Returns: (transfer full): the local time of day, with the date when that is not today's
 */
char *
chat_format_time (gint64 ms, gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (ms / 1000);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);

  /* The protocol allows years that a calendar does not. */
  if (time == NULL || today == NULL)
    return g_strdup ("--:--");

  if (g_date_time_get_year (time) == g_date_time_get_year (today)
      && g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (today))
    return g_date_time_format (time, "%H:%M");

  return g_date_time_format (time, "%Y-%m-%d %H:%M");
}

static char *
format_readers (const char *const *names)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_names = g_strv_length ((GStrv)names);

  for (guint i = 0; i < n_names && i < MAX_READERS; i++)
    {
      g_autofree char *safe = chat_text_make_safe (names[i], CHAT_TEXT_ONE_LINE);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", safe);
    }
  if (n_names > MAX_READERS)
    g_string_append_printf (text, _(" and %u more"), n_names - MAX_READERS);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "bob", "bob → alice" of a direct message, "bob (to bob, carol)" of a set that is not today's. */
static char *
format_author (ChatMessage *message, gboolean color)
{
  ChatAudience *audience = chat_message_get_audience (message);
  g_autofree char *author = chat_format_name (chat_message_get_author (message), color);
  g_autofree char *other = NULL;

  switch (chat_audience_get_kind (audience))
    {
    case CHAT_AUDIENCE_DIRECT:
      if (!chat_message_get_own (message))
        return g_strdup_printf (_("%s → you"), author);
      other = chat_format_name (chat_message_get_peer (message), color);
      return g_strdup_printf ("%s → %s", author, other);
    case CHAT_AUDIENCE_OTHERS:
      other = format_readers (chat_audience_get_names (audience));
      return g_strdup_printf (_("%s (to %s)"), author, other);
    case CHAT_AUDIENCE_ROOM:
    default:
      return g_steal_pointer (&author);
    }
}

static char *
format_text (ChatMessage *message)
{
  g_autofree char *safe = NULL;
  g_auto (GStrv) lines = NULL;

  if (chat_message_get_text (message) == NULL)
    return g_strdup (_("(this needs a newer version of the program)"));

  safe = chat_text_make_safe (chat_message_get_text (message), CHAT_TEXT_KEEP_LINES);
  lines = g_strsplit (safe, "\n", -1);

  return g_strjoinv ("\n" CONTINUATION, lines);
}

/**
 * chat_format_message:
 * @message: a message
 * @color: whether names have colors
 *
 * Returns: (transfer full): one or more lines. What could not be verified is nobody's words: only
 *   that it came is told
 */
char *
chat_format_message (ChatMessage *message, gboolean color)
{
  g_autofree char *time =
      chat_format_time (chat_message_get_time (message), g_get_real_time () / 1000);
  g_autofree char *author = NULL;
  g_autofree char *text = NULL;

  if (chat_message_get_audience (message) == NULL)
    {
      author = chat_format_name (chat_message_get_author (message), color);
      return g_strdup_printf (
          _("%s * A message that is said to be from %s cannot be verified: %s"), time, author,
          chat_message_get_problem (message));
    }

  author = format_author (message, color);
  if (chat_message_get_doubt (message) != NULL)
    {
      g_autofree char *certain = g_steal_pointer (&author);

      /* Before the text, where its author cannot write. */
      author = g_strdup_printf (_("%s (in doubt: %s)"), certain, chat_message_get_doubt (message));
    }
  text = format_text (message);

  return g_strdup_printf ("%s %s: %s", time, author, text);
}
