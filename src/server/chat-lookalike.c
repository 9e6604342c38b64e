/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-lookalike.h"

#include <string.h>

/* After the confusables of Unicode (UTS #39), as far as usernames can hold them: letters of Latin,
 * Greek and Cyrillic that have the shape of another, and digits. In pairs: a letter, and the small
 * Latin letter that stands for its shape. */
static const char shapes[] =
    /* Latin */
    "Il1l0oıiɑaɡg"
    /* Greek, small and capital */
    "αaγyιiκkνvοoρpσoτtυuχxωwΑaΒbΕeΖzΗhΙlΚkΜmΝnΟoΡpΤtΥyΧx"
    /* Cyrillic, small and capital */
    "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwӏlкkтtмmнhвb"
    "АaВbЕeКkМmНhОoРpСcТtУyХxІlЈjЅsӀlԚqԜw";

/* What two letters beside each other look like. */
static const struct
{
  const char *pair, *letter;
} pairs[] = { { "rn", "m" }, { "vv", "w" } };

static gunichar
get_shape (gunichar c)
{
  for (const char *p = shapes; *p != '\0'; p = g_utf8_next_char (g_utf8_next_char (p)))
    if (g_utf8_get_char (p) == c)
      return g_utf8_get_char (g_utf8_next_char (p));

  return c;
}

static void
join_pairs (GString *shape)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_string_replace (shape, pairs[i].pair, pairs[i].letter, 0);
}

/**
 * chat_lookalike_shape:
 * @username: a checked username
 *
 * Letters are looked at with their marks apart, so that "é" is an e in any script.
 *
 * Returns: (transfer full): what names that look the same have in common
 */
char *
chat_lookalike_shape (const char *username)
{
  g_autofree char *apart = g_utf8_normalize (username, -1, G_NORMALIZE_NFKD);
  GString *shape = g_string_new (NULL);

  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = get_shape (g_utf8_get_char (p));

      g_string_append_unichar (shape, get_shape (g_unichar_tolower (c)));
    }

  join_pairs (shape);
  return g_string_free (shape, FALSE);
}
