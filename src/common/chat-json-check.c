/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <stdlib.h>
#include <string.h>

/* json-glib 1.6 is lax and recursive: it overflows its stack on a row of brackets, and takes
 * comments, single quotes, double members, 1e999, a cut string at \u0000. So nothing from outside
 * reaches it before this has read it. */

typedef struct
{
  const char *text;
  gsize length;
  const char *position; /* of the opening quote, for the error */
} Name;

typedef struct
{
  const char *start;
  const char *next;
  const char *end;
  /* The open containers, '{' or '[', and where in names the members of each begin. */
  guint depth;
  guint n_values;
  char kinds[CHAT_MAX_JSON_DEPTH];
  guint first_names[CHAT_MAX_JSON_DEPTH];
  GArray *names;         /* of Name: the members of all open objects */
  GStringChunk *decoded; /* names that have escapes; made when there is one */
  const char *problem;
  const char *position; /* of the problem */
} Checker;

static gboolean
fail_at (Checker    *self,
         const char *position,
         const char *problem)
{
  self->position = position;
  self->problem = problem;

  return FALSE;
}

static gboolean
fail (Checker    *self,
      const char *problem)
{
  return fail_at (self, self->next, problem);
}

static void
skip_space (Checker *self)
{
  while (self->next < self->end
         && (*self->next == ' ' || *self->next == '\n' || *self->next == '\r'
             || *self->next == '\t'))
    self->next++;
}

/* The character that comes next, or NUL at the end (a NUL in the text is no UTF-8 to GLib, so none
 * gets here). */
static char
peek (Checker *self)
{
  return self->next < self->end ? *self->next : '\0';
}

static gboolean
take (Checker *self,
      char     c)
{
  if (peek (self) != c)
    return FALSE;
  self->next++;

  return TRUE;
}

/* The four digits of \uXXXX, or -1. */
static int
check_hex (Checker *self)
{
  int value = 0;

  if (self->end - self->next < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->next[i]);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  self->next += 4;

  return value;
}

/* After "\u". What it stands for goes to out where there is one. */
static gboolean
check_unicode_escape (Checker *self,
                      GString *out)
{
  const char *escape = self->next - 2;
  int value = check_hex (self);

  if (value < 0)
    return fail_at (self, escape, "an escape that is none");
  if (value == 0)
    return fail_at (self, escape, "\\u0000");
  if (value >= 0xdc00 && value <= 0xdfff)
    return fail_at (self, escape, "half of a surrogate pair");
  if (value >= 0xd800 && value <= 0xdbff)
    {
      int low = take (self, '\\') && take (self, 'u') ? check_hex (self) : -1;

      if (low < 0xdc00 || low > 0xdfff)
        return fail_at (self, escape, "half of a surrogate pair");
      value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
    }
  if (out != NULL)
    g_string_append_unichar (out, value);

  return TRUE;
}

/* After a backslash. */
static gboolean
check_escape (Checker *self,
              GString *out)
{
  static const char escapes[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  char c = peek (self);
  const char *found = c != '\0' ? strchr (escapes, c) : NULL;

  if (c == 'u')
    {
      self->next++;
      return check_unicode_escape (self, out);
    }
  if (found == NULL)
    return fail (self, "an escape that is none");

  self->next++;
  if (out != NULL)
    g_string_append_c (out, meanings[found - escapes]);

  return TRUE;
}

/* From the opening to the closing quote. */
static gboolean
check_string (Checker *self)
{
  if (!take (self, '"'))
    return fail (self, "no string where one is expected");

  while (self->next < self->end)
    {
      guchar c = *self->next;

      if (c == '"')
        {
          self->next++;
          return TRUE;
        }
      if (c < ' ')
        return fail (self, "a control character in a string");
      self->next++;
      if (c == '\\' && !check_escape (self, NULL))
        return FALSE;
    }

  return fail (self, "a string without an end");
}

/* A member's name as it reads without escapes: "\u0061" and "a" are the same member. */
static char *
decode_name (Checker    *self,
             const char *text,
             gsize       length)
{
  g_autoptr (GString) out = g_string_sized_new (length);
  Checker reader = { .start = text, .next = text, .end = text + length };

  while (reader.next < reader.end)
    {
      char c = *reader.next++;

      if (c != '\\')
        g_string_append_c (out, c);
      else if (!check_escape (&reader, out))
        g_assert_not_reached (); /* check_string () has read it already */
    }

  if (self->decoded == NULL)
    self->decoded = g_string_chunk_new (256);

  return g_string_chunk_insert_len (self->decoded, out->str, out->len);
}

static gboolean
check_name (Checker *self)
{
  Name name = { .position = self->next };

  if (!check_string (self))
    return FALSE;
  name.text = name.position + 1;
  name.length = self->next - 1 - name.text;
  if (name.length == 0)
    return fail_at (self, name.position, "a member with an empty name");
  if (self->names->len - self->first_names[self->depth - 1] >= CHAT_MAX_JSON_MEMBERS)
    return fail_at (self, name.position, "an object with too many members");

  if (memchr (name.text, '\\', name.length) != NULL)
    {
      name.text = decode_name (self, name.text, name.length);
      name.length = strlen (name.text);
    }
  g_array_append_val (self->names, name);

  skip_space (self);
  if (!take (self, ':'))
    return fail (self, "no colon after a member's name");

  return TRUE;
}

static int
compare_names (const void *a,
               const void *b)
{
  const Name *left = a, *right = b;

  if (left->length != right->length)
    return left->length < right->length ? -1 : 1;

  return memcmp (left->text, right->text, left->length);
}

/* At the end of an object. Sorted, equal names are neighbours: n log n at worst, where a hash
 * table could be made to collide. */
static gboolean
check_duplicates (Checker *self)
{
  guint first = self->first_names[self->depth - 1];
  guint n = self->names->len - first;
  Name *names;

  /* An array without elements may have no memory, and to NULL nothing may be added. */
  if (n == 0)
    return TRUE;

  names = (Name *) (void *) self->names->data + first;
  if (n > 1)
    qsort (names, n, sizeof (Name), compare_names);
  for (guint i = 1; i < n; i++)
    if (compare_names (&names[i - 1], &names[i]) == 0)
      return fail_at (self, MAX (names[i - 1].position, names[i].position),
                      "a member that is there already");
  g_array_set_size (self->names, first);

  return TRUE;
}

static gboolean
open_container (Checker *self)
{
  if (self->depth == CHAT_MAX_JSON_DEPTH)
    return fail (self, "nesting that is too deep");

  self->kinds[self->depth] = *self->next++;
  self->first_names[self->depth] = self->names->len;
  self->depth++;

  return TRUE;
}

static gboolean
close_container (Checker *self)
{
  if (self->kinds[self->depth - 1] == '{' && !check_duplicates (self))
    return FALSE;
  self->depth--;

  return TRUE;
}

/* Integers that every JSON library keeps exact. */
static gboolean
check_number (Checker *self)
{
  const char *start = self->next;
  gboolean negative = take (self, '-');
  const char *digits = self->next;
  gint64 value = 0;

  for (; g_ascii_isdigit (peek (self)); self->next++)
    {
      value = value * 10 + (*self->next - '0');
      if (value > CHAT_MAX_JSON_INTEGER)
        return fail_at (self, start, "a number that is too large");
    }

  if (self->next == digits)
    return fail_at (self, start, "a minus without a number");
  if (*digits == '0' && self->next > digits + 1)
    return fail_at (self, start, "a number with a leading zero");
  if (value == 0 && negative)
    return fail_at (self, start, "a negative zero");
  if (peek (self) == '.' || peek (self) == 'e' || peek (self) == 'E')
    return fail_at (self, start, "a number that is not an integer");

  return TRUE;
}

static gboolean
check_literal (Checker    *self,
               const char *literal)
{
  gsize length = strlen (literal);

  if ((gsize) (self->end - self->next) < length || memcmp (self->next, literal, length) != 0)
    return fail (self, "no value where one is expected");
  self->next += length;

  return TRUE;
}

/* Reads a string, number or literal. */
static gboolean
check_scalar (Checker *self)
{
  switch (peek (self))
    {
    case '"':
      return check_string (self);
    case 't':
      return check_literal (self, "true");
    case 'f':
      return check_literal (self, "false");
    case 'n':
      return check_literal (self, "null");
    default:
      if (peek (self) == '-' || g_ascii_isdigit (peek (self)))
        return check_number (self);
      return fail (self, "no value where one is expected");
    }
}

/* Reads a value, or its beginning: up to where the first value in a container stands. */
static gboolean
check_value (Checker  *self,
             gboolean *more)
{
  char c;

  if (++self->n_values > CHAT_MAX_JSON_VALUES)
    return fail (self, "too many values");

  skip_space (self);
  c = peek (self);
  *more = FALSE;
  if (c != '{' && c != '[')
    return check_scalar (self);
  if (!open_container (self))
    return FALSE;

  skip_space (self);
  if (take (self, c == '{' ? '}' : ']'))
    return close_container (self);

  *more = TRUE;

  return c == '[' || check_name (self);
}

/* After a value: reads the ends of containers, and a comma (and name) if there is one. */
static gboolean
check_after_value (Checker  *self,
                   gboolean *more)
{
  *more = FALSE;
  while (self->depth > 0)
    {
      gboolean in_object = self->kinds[self->depth - 1] == '{';

      skip_space (self);
      if (take (self, ','))
        {
          skip_space (self);
          *more = TRUE;
          return !in_object || check_name (self);
        }
      if (!take (self, in_object ? '}' : ']'))
        return fail (self, in_object ? "no comma or } after a member"
                                     : "no comma or ] after an element");
      if (!close_container (self))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_document (Checker *self)
{
  gboolean more = TRUE;

  while (more)
    {
      if (!check_value (self, &more))
        return FALSE;
      if (!more && !check_after_value (self, &more))
        return FALSE;
    }

  skip_space (self);

  return self->next == self->end || fail (self, "something after the end");
}

/**
 * chat_json_check:
 * @text: (array length=size): a document, which need not end with a NUL
 * @size: its bytes
 * @error: return location
 *
 * Checks a document from outside against RFC 8259 and the stricter rules of docs/PROTOCOL.md
 * (Frames), before anything is built from it. It goes through the text without recursion, in a
 * time that grows with the size only, whatever the text is.
 *
 * The error, %CHAT_JOSE_ERROR_MALFORMED, says what was found and at which byte. It is English: it
 * goes over the wire and into logs.
 *
 * Returns: whether all is well
 */
gboolean
chat_json_check (const char *text,
                 gsize       size,
                 GError    **error)
{
  Checker checker = { 0 };
  const char *invalid;
  gboolean result;

  g_return_val_if_fail (text != NULL || size == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (text == NULL)
    text = ""; /* to which something can be added */
  checker.start = checker.next = text;
  checker.end = text + size;
  checker.names = g_array_new (FALSE, FALSE, sizeof (Name));
  if (!g_utf8_validate_len (text, size, &invalid))
    result = fail_at (&checker, invalid, "bytes that are not UTF-8");
  else
    result = check_document (&checker);

  if (!result)
    g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                 "not the JSON that is expected: %s, at byte %" G_GSIZE_FORMAT, checker.problem,
                 (gsize) (checker.position - text));
  g_array_unref (checker.names);
  g_clear_pointer (&checker.decoded, g_string_chunk_free);

  return result;
}
