/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-log.h"

#include <stdio.h>

static const char *const level_names[CHAT_N_LOG_LEVELS] = {
  [CHAT_LOG_ERROR] = "error",
  [CHAT_LOG_WARNING] = "warning",
  [CHAT_LOG_INFO] = "info",
  [CHAT_LOG_DEBUG] = "debug",
};

static ChatLogLevel current_level = CHAT_LOG_INFO;

/**
 * chat_log_level_to_string:
 * @level: a level
 *
 * Returns: (transfer none): its name in `config.json` and in log lines
 */
const char *
chat_log_level_to_string (ChatLogLevel level)
{
  return level_names[level];
}

/**
 * chat_log_level_from_string:
 * @name: a name
 * @level: (out): the level
 *
 * Returns: whether there is such a level
 */
gboolean
chat_log_level_from_string (const char *name, ChatLogLevel *level)
{
  for (guint i = 0; i < CHAT_N_LOG_LEVELS; i++)
    if (g_str_equal (level_names[i], name))
      {
        *level = (ChatLogLevel) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * chat_log_set_level:
 * @level: the last level that is still written
 */
void
chat_log_set_level (ChatLogLevel level)
{
  current_level = level;
}

/* GLib counts U+2028 and U+2029 as printing, and some programs that read a log end a line there. */
static gboolean
is_printable (gunichar c)
{
  return g_unichar_isprint (c) && c != 0x2028 && c != 0x2029;
}

static gboolean
is_plain (const char *value)
{
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_printable (c) || g_unichar_isspace (c) || c == '"' || c == '=' || c == '\\')
        return FALSE;
    }

  return *value != '\0';
}

static void
append_escaped (GString *string, gunichar c)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (string, "\\%c", (char) c);
  else if (is_printable (c))
    g_string_append_unichar (string, c);
  else
    g_string_append_printf (string, "\\u{%x}", c);
}

/**
 * chat_log_format_value:
 * @value: any text, also from a peer
 *
 * Nothing in a value can end its line, look like another pair, or command a terminal.
 *
 * Returns: (transfer full): @value, quoted and escaped where it has to be
 */
char *
chat_log_format_value (const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  GString *string;

  if (is_plain (valid))
    return g_steal_pointer (&valid);

  string = g_string_new ("\"");
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    append_escaped (string, g_utf8_get_char (p));
  g_string_append_c (string, '"');

  return g_string_free (string, FALSE);
}

/* The journal */

static const char *const journal_priorities[CHAT_N_LOG_LEVELS] = {
  [CHAT_LOG_ERROR] = "3",
  [CHAT_LOG_WARNING] = "4",
  [CHAT_LOG_INFO] = "6",
  [CHAT_LOG_DEBUG] = "7",
};

/**
 * chat_log_dup_field_name:
 * @key: the key of a pair
 *
 * Returns: (transfer full): what the value is called in the journal: `CONCLAVE_USER` for `user`
 */
char *
chat_log_dup_field_name (const char *key)
{
  g_autofree char *upper = g_ascii_strup (key, -1);

  return g_strconcat ("CONCLAVE_", g_strdelimit (upper, "-", '_'), NULL);
}

static void
add_field (GArray *fields, const char *name, const char *value)
{
  GLogField field = { name, value, -1 };

  g_array_append_val (fields, field);
}

/* The values go as they are: in the journal a value cannot be taken for another field. Returns
 * whether the journal has taken it. */
static gboolean
write_to_journal (ChatLogLevel level, const char *event, const char *message, GPtrArray *pairs)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (GLogField));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  add_field (fields, "MESSAGE", message);
  add_field (fields, "PRIORITY", journal_priorities[level]);
  add_field (fields, "SYSLOG_IDENTIFIER", "chat-server");
  add_field (fields, "CONCLAVE_EVENT", event);
  for (guint i = 0; i < pairs->len; i += 2)
    {
      char *name = chat_log_dup_field_name (g_ptr_array_index (pairs, i));

      g_ptr_array_add (names, name);
      add_field (fields, name, g_ptr_array_index (pairs, i + 1));
    }

  return g_log_writer_journald (G_LOG_LEVEL_MESSAGE, (GLogField *) (gpointer) fields->data,
                                fields->len, NULL)
         == G_LOG_WRITER_HANDLED;
}

static gboolean
goes_to_journal (void)
{
  static gsize known; /* 1: no, 2: yes */

  if (g_once_init_enter (&known))
    g_once_init_leave (&known, g_log_writer_is_journald (fileno (stderr)) ? 2 : 1);

  return known == 2;
}

static void
write_to_stderr (const char *message)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *line = g_strconcat (time, " ", message, "\n", NULL);

  fputs (line, stderr);
}

/**
 * chat_log_escape:
 * @text: any text, with the names of files that somebody else has chosen
 *
 * Returns: (transfer full): @text, in which everything that does not print is escaped
 */
char *
chat_log_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *string = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_printable (c))
        g_string_append_unichar (string, c);
      else
        g_string_append_printf (string, "\\u{%x}", c);
    }

  return g_string_free (string, FALSE);
}

/**
 * chat_log_complain:
 * @format: a format
 * @...: what it needs
 *
 * Writes a line to standard error for the person who has started the program.
 */
void
chat_log_complain (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  escaped = chat_log_escape (text);
  g_printerr ("%s\n", escaped);
}

/**
 * chat_log:
 * @level: how important it is
 * @event: what happened, one word
 * @...: pairs of key and value, then %NULL
 *
 * Writes one line to standard error: `2026-11-23T14:05:06Z info joined user=alice
 * address=192.0.2.7:4711`. Where that is the journal, the same without the time, and each value as
 * a field of its own as well; while it takes no such entries, the line as it is elsewhere.
 */
void
chat_log (ChatLogLevel level, const char *event, ...)
{
  g_autoptr (GPtrArray) pairs = NULL;
  g_autoptr (GString) message = NULL;
  const char *key;
  va_list args;

  if (level > current_level)
    return;

  pairs = g_ptr_array_new ();
  message = g_string_new (NULL);
  g_string_append_printf (message, "%s %s", level_names[level], event);

  va_start (args, event);
  while ((key = va_arg (args, const char *)) != NULL)
    {
      const char *value = va_arg (args, const char *);
      g_autofree char *formatted = value != NULL ? chat_log_format_value (value) : NULL;

      if (formatted == NULL)
        continue;
      g_string_append_printf (message, " %s=%s", key, formatted);
      g_ptr_array_add (pairs, (gpointer) key);
      g_ptr_array_add (pairs, (gpointer) value);
    }
  va_end (args);

  if (!goes_to_journal () || !write_to_journal (level, event, message->str, pairs))
    write_to_stderr (message->str);
}
