/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-quote.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

/* Nobody reads more of it again. */
#define MAX_CHARACTERS 2000
#define MAX_LINES 30

static gsize
quoted_size (const char *text)
{
  const char *p = text;
  guint lines = 1;

  for (guint n = 0; *p != '\0' && n < MAX_CHARACTERS; n++, p = g_utf8_next_char (p))
    if (*p == '\n' && ++lines > MAX_LINES)
      break;

  return (gsize)(p - text);
}

/**
 * chat_quote_make:
 * @author: who said it
 * @text: what was said
 *
 * Returns: (transfer full): both with "> " before each line, and an empty line for the answer; of a
 *   long text, the beginning
 */
char *
chat_quote_make (const char *author, const char *text)
{
  g_autofree char *name = NULL;
  g_autofree char *safe = NULL;
  g_autofree char *part = NULL;
  g_autoptr (GString) quotation = NULL;
  g_auto (GStrv) lines = NULL;
  gsize size;

  g_return_val_if_fail (author != NULL && text != NULL, NULL);

  name = chat_text_make_safe (author, CHAT_TEXT_ONE_LINE);
  safe = chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES);
  g_strchomp (safe);
  size = quoted_size (safe);
  part = g_strndup (safe, size);
  quotation = g_string_new (NULL);
  /* TRANSLATORS: begins a quotation; a name */
  g_string_append_printf (quotation, _("> %s wrote:"), name);
  g_string_append_c (quotation, '\n');
  lines = g_strsplit (part, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_string_append_printf (quotation, "> %s%s\n", lines[i],
                            lines[i + 1] == NULL && safe[size] != '\0' ? "…" : "");

  return g_string_free (g_steal_pointer (&quotation), FALSE);
}
