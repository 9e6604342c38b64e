/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-linkify.h"

#include <string.h>

static const char *const schemes[] = { "https://", "http://", "mailto:" };

static gsize
scheme_length (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize length = strlen (schemes[i]);

      if (g_ascii_strncasecmp (text, schemes[i], length) == 0)
        return length;
    }

  return 0;
}

/* A closing bracket belongs to the address if its opening one does. */
static gboolean
is_loose_bracket (const char *text, gsize length)
{
  int depth = 0;

  if (text[length - 1] != ')')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;

  return depth < 0;
}

/* How many bytes of text are an address; 0 when none begins here. */
static gsize
address_length (const char *text)
{
  gsize start = scheme_length (text);
  gsize length = start;

  if (start == 0)
    return 0;

  while ((guchar)text[length] > ' ' && strchr ("<>\"`{}|\\^\x7f", text[length]) == NULL)
    length++;
  /* What ends the sentence does not belong to it. */
  while (length > start
         && (strchr (".,;:!?'*_", text[length - 1]) != NULL || is_loose_bracket (text, length)))
    length--;

  return length > start ? length : 0;
}

static void
append_escaped (GString *markup, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize)length);

  g_string_append (markup, escaped);
}

/**
 * chat_linkify:
 * @text: text in UTF-8
 *
 * Returns: (transfer full): Pango markup that shows exactly @text
 */
char *
chat_linkify (const char *text)
{
  g_autoptr (GString) markup = NULL;
  const char *plain = text; /* what is not written yet */
  const char *p = text;

  g_return_val_if_fail (text != NULL, NULL);

  markup = g_string_sized_new (strlen (text));
  while (*p != '\0')
    {
      gboolean at_word = p == text || !g_ascii_isalnum (p[-1]);
      gsize length = at_word ? address_length (p) : 0;
      g_autofree char *address = NULL;

      if (length == 0)
        {
          p = g_utf8_next_char (p);
          continue;
        }

      append_escaped (markup, plain, (gsize)(p - plain));
      address = g_markup_escape_text (p, (gssize)length);
      g_string_append_printf (markup, "<a href=\"%s\">%s</a>", address, address);
      p += length;
      plain = p;
    }
  append_escaped (markup, plain, strlen (plain));

  return g_string_free (g_steal_pointer (&markup), FALSE);
}
