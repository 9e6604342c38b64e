/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-username.h"

#include "chat-error.h"
#include "chat-json.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Letters and marks that show nothing (Default_Ignorable_Code_Point): with them two names could
 * look the same. */
static gboolean
is_invisible (gunichar c)
{
  return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5
         || (c >= 0x180b && c <= 0x180f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f)
         || c == 0xffa0 || (c >= 0xe0100 && c <= 0xe01ef);
}

static gboolean
is_allowed (gunichar c)
{
  return c == '_' || c == '-' || c == '.'
         || ((g_unichar_isalpha (c) || g_unichar_isdigit (c) || g_unichar_ismark (c))
             && !is_invisible (c));
}

static void
set_bad (GError    **error,
         const char *message)
{
  g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME, message);
}

static gboolean
check_form (const char *name,
            GError    **error)
{
  g_autofree char *composed = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    set_bad (error, _("A username must be UTF-8 text."));
  else if (*name == '\0')
    set_bad (error, _("A username cannot be empty."));
  else if (strlen (name) > CHAT_MAX_USERNAME)
    {
      g_autofree char *excerpt = chat_json_excerpt (name);

      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                   _("The username “%s” is too long: it may have %d bytes (letters other than a to "
                     "z count as two or more)."),
                   excerpt, CHAT_MAX_USERNAME);
    }
  else
    {
      composed = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
      if (g_str_equal (name, composed))
        return TRUE;
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                   _("The username “%s” is not in Unicode's composed form (NFC): type it anew."),
                   name);
    }

  return FALSE;
}

static gboolean
check_characters (const char *name,
                  GError    **error)
{
  gunichar first = g_utf8_get_char (name);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_allowed (c))
        {
          g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                       _("A username has letters, digits, “_”, “-” and “.” only, and not the "
                         "character U+%04X."), c);
          return FALSE;
        }
    }

  if (first == '.' || g_unichar_ismark (first))
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                   _("The username “%s” must begin with a letter, a digit, “_” or “-”."), name);
      return FALSE;
    }

  return TRUE;
}

/* The three scripts that share the shapes of many letters. */
static gboolean
check_scripts (const char *name,
               GError    **error)
{
  gboolean latin = FALSE, greek = FALSE, cyrillic = FALSE;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (p));

      latin = latin || script == G_UNICODE_SCRIPT_LATIN;
      greek = greek || script == G_UNICODE_SCRIPT_GREEK;
      cyrillic = cyrillic || script == G_UNICODE_SCRIPT_CYRILLIC;
    }

  if (latin + greek + cyrillic > 1)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                   _("The username “%s” mixes letters of the Latin, Greek or Cyrillic script that "
                     "look alike, so it could imitate another name: use one script."), name);
      return FALSE;
    }

  return TRUE;
}

/**
 * chat_username_check:
 * @name: what somebody wants to be called
 * @error: return location
 *
 * Checks that @name can be a username: 1 to %CHAT_MAX_USERNAME bytes in NFC, letters and digits
 * of any script with their marks, `_`, `-` and `.`, beginning with neither `.` nor a mark; and
 * that it does not imitate others. Such a name is safe as part of a file's name.
 *
 * Returns: whether it can, else %CHAT_KEY_ERROR_BAD_NAME with a sentence for people
 */
gboolean
chat_username_check (const char *name,
                     GError    **error)
{
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_form (name, error) && check_characters (name, error) && check_scripts (name, error);
}

/**
 * chat_username_fold:
 * @name: a username
 *
 * Two names that are equal in this form are the same name: "Bob", "bob" and "ｂｏｂ".
 *
 * Returns: (transfer full) (nullable): NFKC of the case-folded NFKC of @name, or %NULL if it is
 *   not UTF-8
 */
char *
chat_username_fold (const char *name)
{
  g_autofree char *compatible = NULL;
  g_autofree char *folded = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  compatible = g_utf8_normalize (name, -1, G_NORMALIZE_NFKC);
  if (compatible == NULL)
    return NULL;
  folded = g_utf8_casefold (compatible, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
}
