/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pin-file.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-fingerprint.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT "conclave-known-keys"
#define HEAD FORMAT " 1"
/* The same, and earlier keys say where they ended: "KEY:NUMBER:HISTORY". */
#define HEAD_WITH_ENDS FORMAT " 2"

/* Reading. Anything that we would not have written ourselves is an error: what is dropped here is a
 * key that nobody would miss. */

static void
set_error (GError **error, const char *what)
{
  g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX, what);
}

static gboolean
check_head (const char *line, GError **error)
{
  if (g_str_equal (line, HEAD) || g_str_equal (line, HEAD_WITH_ENDS))
    return TRUE;

  set_error (error, g_str_has_prefix (line, FORMAT " ")
                        ? _("it was written by another version of this program")
                        : _("it does not begin like a list of known keys"));
  return FALSE;
}

static gboolean
is_kid (const char *word)
{
  g_autofree char *fingerprint = chat_fingerprint_from_kid (word);

  return fingerprint != NULL;
}

/* In the one way in which it is written. */
static gboolean
parse_end (const char *number, const char *history, ChatPinEnd *end)
{
  guint64 seq;

  if (number[0] == '0' && number[1] != '\0')
    return FALSE;
  if (!g_ascii_string_to_unsigned (number, 10, 0, CHAT_MAX_JSON_INTEGER, &seq, NULL)
      || !chat_pins_is_history (history))
    return FALSE;
  *end = (ChatPinEnd){ .history = history, .seq = (gint64)seq };

  return TRUE;
}

static gboolean
add_earlier (ChatPins *pins, const char *username, const char *word, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (word, ":", -1);
  guint n_parts = g_strv_length (parts);
  ChatPinEnd end = { 0 };

  if (n_parts == 0 || !is_kid (parts[0]))
    {
      set_error (error, _("a key has a name that is none"));
      return FALSE;
    }
  if (n_parts > 1 && (n_parts != 3 || !parse_end (parts[1], parts[2], &end)))
    {
      set_error (error, _("it does not say where an earlier key ended"));
      return FALSE;
    }
  if (!chat_pins_add_earlier (pins, username, parts[0], &end))
    {
      set_error (error, _("a key is there twice, or there are too many"));
      return FALSE;
    }

  return TRUE;
}

static gboolean
add_words (ChatPins *pins, const char *const *words, GError **error)
{
  if (words[0] == NULL || words[1] == NULL)
    {
      set_error (error, _("a name and its key are expected"));
      return FALSE;
    }
  if (!chat_username_check (words[0], error))
    return FALSE;
  if (!is_kid (words[1]))
    {
      set_error (error, _("a key has a name that is none"));
      return FALSE;
    }
  if (!chat_pins_learn (pins, words[0], words[1]))
    {
      set_error (error, _("the name is there twice, or there are too many"));
      return FALSE;
    }
  for (guint i = 2; words[i] != NULL; i++)
    if (!add_earlier (pins, words[0], words[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
add_line (ChatPins *pins, const char *line, guint number, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (add_words (pins, (const char *const *)words, error))
    return TRUE;
  g_prefix_error (error, _("line %u: "), number);

  return FALSE;
}

/**
 * chat_pin_file_parse: (skip)
 * @text: what is in the file, and a NUL
 * @size: its length in bytes
 * @error: return location for a %CHAT_CONFIG_ERROR
 *
 * Reads known keys from a text. For tests and fuzzers; the error says which line and what is wrong
 * with it.
 *
 * Returns: (transfer full) (nullable): the known keys
 */
ChatPins *
chat_pin_file_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (ChatPins) pins = chat_pins_new ();
  g_auto (GStrv) lines = NULL;
  guint n;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) != size || !g_utf8_validate (text, (gssize)size, NULL))
    {
      set_error (error, _("it is not text"));
      return NULL;
    }

  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines);
  if (!check_head (n > 0 ? lines[0] : "", error))
    return NULL;
  /* Somebody who cut the file short must not be taken for a new beginning. */
  if (*lines[n - 1] != '\0')
    {
      set_error (error, _("its end is missing"));
      return NULL;
    }
  for (guint i = 1; i + 1 < n; i++)
    if (!add_line (pins, lines[i], i + 1, error))
      return NULL;

  return g_steal_pointer (&pins);
}

/**
 * chat_pin_file_load: (skip)
 * @path: the file
 * @error: return location for a %CHAT_CONFIG_ERROR with a sentence that names the file
 *
 * Reads the file. For threads: it blocks.
 *
 * Returns: (transfer full) (nullable): the known keys; none where there is no file
 */
ChatPins *
chat_pin_file_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  g_autofree char *display = NULL;
  ChatPins *pins = NULL;
  gsize size;

  g_return_val_if_fail (path != NULL, NULL);

  display = g_filename_display_name (path);
  text = chat_file_read (path, CHAT_MAX_PINS_FILE, &size, &cause);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return chat_pins_new ();
  if (text == NULL)
    g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE,
                 _("The list of the keys that you know cannot be read, so that a key that changed "
                   "since your last visit does not show: %s. Let your user read the file."),
                 cause->message);
  else
    pins = chat_pin_file_parse (text, size, &cause);
  if (pins == NULL && text != NULL)
    g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX,
                 /* TRANSLATORS: the path of a file, then what is wrong with it */
                 _("The list of the keys that you know cannot be understood, so that a key that "
                   "changed since your last visit does not show: %s: %s. The file is left alone. "
                   "Mend it or move it away."),
                 display, cause->message);

  return pins;
}

/* Writing */

static void
write_end (GString *text, ChatPins *pins, const char *username, const char *kid, gboolean *any)
{
  ChatPinEnd end;

  if (!chat_pins_find_end (pins, username, kid, &end))
    return;
  g_string_append_printf (text, ":%" G_GINT64_FORMAT ":%s", end.seq, end.history);
  *any = TRUE;
}

/**
 * chat_pin_file_to_text:
 * @pins: known keys
 *
 * Where nothing needs the second format, an earlier version of this program can read it.
 *
 * Returns: (transfer full): what stands in the file
 */
char *
chat_pin_file_to_text (ChatPins *pins)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean any = FALSE;

  g_return_val_if_fail (pins != NULL, NULL);

  for (guint i = 0; i < chat_pins_get_size (pins); i++)
    {
      const char *username = chat_pins_get_name (pins, i);
      const char *const *kids = chat_pins_get_kids (pins, i);

      g_string_append (text, username);
      for (guint j = 0; kids[j] != NULL; j++)
        {
          g_string_append_printf (text, " %s", kids[j]);
          write_end (text, pins, username, kids[j], &any);
        }
      g_string_append_c (text, '\n');
    }

  g_string_prepend (text, any ? HEAD_WITH_ENDS "\n" : HEAD "\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * chat_pin_file_save:
 * @pins: known keys
 * @path: the file, which is replaced; its folder is there
 * @error: return location for a %CHAT_CONFIG_ERROR
 *
 * Replaces the file as a whole, readable by nobody else. For threads: it blocks. The error is a
 * sentence that names the file.
 *
 * Returns: whether it was written
 */
gboolean
chat_pin_file_save (ChatPins *pins, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (pins != NULL && path != NULL, FALSE);

  text = chat_pin_file_to_text (pins);
  if (chat_file_write (path, text, strlen (text), 0600, TRUE, &cause))
    return TRUE;
  g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE, cause->message);

  return FALSE;
}
