/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"

#include "chat-error.h"

#include <string.h>

static const char alphabet[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* What a character stands for plus one, so that 0 is what is not in the alphabet. */
#define UPPER(c) [c] = c - 'A' + 1
#define LOWER(c) [c] = c - 'a' + 27
#define DIGIT(c) [c] = c - '0' + 53
static const guint8 values[256] = {
  UPPER ('A'), UPPER ('B'), UPPER ('C'), UPPER ('D'), UPPER ('E'), UPPER ('F'), UPPER ('G'),
  UPPER ('H'), UPPER ('I'), UPPER ('J'), UPPER ('K'), UPPER ('L'), UPPER ('M'), UPPER ('N'),
  UPPER ('O'), UPPER ('P'), UPPER ('Q'), UPPER ('R'), UPPER ('S'), UPPER ('T'), UPPER ('U'),
  UPPER ('V'), UPPER ('W'), UPPER ('X'), UPPER ('Y'), UPPER ('Z'),
  LOWER ('a'), LOWER ('b'), LOWER ('c'), LOWER ('d'), LOWER ('e'), LOWER ('f'), LOWER ('g'),
  LOWER ('h'), LOWER ('i'), LOWER ('j'), LOWER ('k'), LOWER ('l'), LOWER ('m'), LOWER ('n'),
  LOWER ('o'), LOWER ('p'), LOWER ('q'), LOWER ('r'), LOWER ('s'), LOWER ('t'), LOWER ('u'),
  LOWER ('v'), LOWER ('w'), LOWER ('x'), LOWER ('y'), LOWER ('z'),
  DIGIT ('0'), DIGIT ('1'), DIGIT ('2'), DIGIT ('3'), DIGIT ('4'), DIGIT ('5'), DIGIT ('6'),
  DIGIT ('7'), DIGIT ('8'), DIGIT ('9'),
  ['-'] = 63, ['_'] = 64,
};

/* 3 bytes are 4 characters, 2 are 3, 1 is 2. */
static gsize
encoded_length (gsize size)
{
  return size / 3 * 4 + (size % 3 > 0 ? size % 3 + 1 : 0);
}

static gsize
decoded_size (gsize length)
{
  return length / 4 * 3 + (length % 4 > 0 ? length % 4 - 1 : 0);
}

static void
encode_into (char         *out,
             const guint8 *data,
             gsize         size)
{
  for (; size >= 3; data += 3, size -= 3)
    {
      guint32 bits = (guint32) data[0] << 16 | (guint32) data[1] << 8 | data[2];

      *out++ = alphabet[bits >> 18];
      *out++ = alphabet[bits >> 12 & 63];
      *out++ = alphabet[bits >> 6 & 63];
      *out++ = alphabet[bits & 63];
    }

  if (size > 0)
    {
      guint32 bits = (guint32) data[0] << 16 | (size == 2 ? (guint32) data[1] << 8 : 0);

      *out++ = alphabet[bits >> 18];
      *out++ = alphabet[bits >> 12 & 63];
      if (size == 2)
        *out++ = alphabet[bits >> 6 & 63];
    }
}

/**
 * chat_base64url_encode:
 * @data: (array length=size) (element-type guint8): bytes
 * @size: how many
 *
 * Writes bytes as JOSE does: base64url (RFC 4648, section 5) without padding.
 *
 * Returns: (transfer full): their base64url
 */
char *
chat_base64url_encode (gconstpointer data,
                       gsize         size)
{
  gsize length = encoded_length (size);
  char *text;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  text = g_malloc (length + 1);
  encode_into (text, data, size);
  text[length] = '\0';

  return text;
}

/**
 * chat_base64url_append:
 * @string: what to append to
 * @data: (array length=size) (element-type guint8): bytes
 * @size: how many
 *
 * Appends the base64url of @data, for texts that are put together from pieces.
 */
void
chat_base64url_append (GString      *string,
                       gconstpointer data,
                       gsize         size)
{
  gsize start;

  g_return_if_fail (string != NULL);
  g_return_if_fail (data != NULL || size == 0);

  start = string->len;
  g_string_set_size (string, start + encoded_length (size));
  encode_into (string->str + start, data, size);
}

/* The value of the four characters at text, or -1 if one is not in the alphabet. */
static inline gint32
decode_four (const guint8 *text)
{
  gint32 a = values[text[0]], b = values[text[1]], c = values[text[2]], d = values[text[3]];

  if (G_UNLIKELY (a == 0 || b == 0 || c == 0 || d == 0))
    return -1;

  return (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
}

/* The rest: 2 characters with 4 unused bits, or 3 with 2; RFC 4648, section 3.5 wants them zero. */
static gboolean
decode_rest (const guint8 *text,
             gsize         length,
             guint8       *data)
{
  guint8 padded[4] = { 'A', 'A', 'A', 'A' };
  gint32 bits;

  memcpy (padded, text, length);
  bits = decode_four (padded);
  if (bits < 0 || (bits & (length == 2 ? 0xffff : 0xff)) != 0)
    return FALSE;

  data[0] = bits >> 16;
  if (length == 3)
    data[1] = bits >> 8 & 0xff;

  return TRUE;
}

static gboolean
decode_into (const guint8 *text,
             gsize         length,
             guint8       *data)
{
  for (; length >= 4; text += 4, length -= 4)
    {
      gint32 bits = decode_four (text);

      if (bits < 0)
        return FALSE;
      *data++ = bits >> 16;
      *data++ = bits >> 8 & 0xff;
      *data++ = bits & 0xff;
    }

  return length == 0 || (length > 1 && decode_rest (text, length, data));
}

static void
set_malformed (GError **error)
{
  g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED, "not base64url");
}

/**
 * chat_base64url_decode:
 * @text: base64url without padding
 * @length: its bytes, or -1 if it ends with a NUL
 * @error: return location
 *
 * Decodes strictly, so that there is one text only for given bytes: no padding, no line breaks,
 * nothing outside the alphabet, unused bits zero (%CHAT_JOSE_ERROR_MALFORMED).
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
chat_base64url_decode (const char *text,
                       gssize      length,
                       GError    **error)
{
  g_autofree guint8 *data = NULL;
  gsize n, size;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  n = length < 0 ? strlen (text) : (gsize) length;
  size = decoded_size (n);
  data = g_malloc (size + 1);
  if (!decode_into ((const guint8 *) text, n, data))
    {
      set_malformed (error);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/**
 * chat_base64url_decode_exactly:
 * @text: base64url without padding
 * @length: its bytes, or -1 if it ends with a NUL
 * @data: (out caller-allocates) (array length=size): where the bytes go
 * @size: how many there must be
 * @error: return location
 *
 * As [func@base64url_decode], for ids, ivs and tags, whose size is known.
 *
 * Returns: whether @text was base64url of exactly @size bytes; @data is undefined if not
 */
gboolean
chat_base64url_decode_exactly (const char *text,
                               gssize      length,
                               guint8     *data,
                               gsize       size,
                               GError    **error)
{
  gsize n;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (data != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  n = length < 0 ? strlen (text) : (gsize) length;
  if (n != encoded_length (size))
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                   "base64url of %" G_GSIZE_FORMAT " characters where %" G_GSIZE_FORMAT
                   " are expected", n, encoded_length (size));
      return FALSE;
    }

  if (!decode_into ((const guint8 *) text, n, data))
    {
      set_malformed (error);
      return FALSE;
    }

  return TRUE;
}

/**
 * chat_base64url_check:
 * @text: what may be base64url without padding
 * @length: its bytes, or -1 if it ends with a NUL
 * @error: return location
 *
 * As [func@base64url_decode], for a text that is only passed on: allocates nothing.
 *
 * Returns: whether [func@base64url_decode] would take it
 */
gboolean
chat_base64url_check (const char *text,
                      gssize      length,
                      GError    **error)
{
  guint8 rest[2];
  gsize n, whole;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  n = length < 0 ? strlen (text) : (gsize) length;
  whole = n - n % 4;
  for (gsize i = 0; i < whole; i++)
    if (values[(guint8) text[i]] == 0)
      {
        set_malformed (error);
        return FALSE;
      }

  if (decode_into ((const guint8 *) text + whole, n - whole, rest))
    return TRUE;

  set_malformed (error);
  return FALSE;
}
