/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-username.h"

#include "chat-error.h"

#include <string.h>

#define NAME_64 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234"

static void
test_accepted (void)
{
  static const char *const accepted[] = {
    "a", "bob", "Bob", "alice_2", "-", "_", "a.b.c", "J-P", "7", "a..", NAME_64,
    "J\xc3\xa9r\xc3\xb4me",                                  /* composed Latin */
    "\xd0\x90\xd0\xbb\xd0\xb8\xd1\x81\xd0\xb0",              /* Cyrillic */
    "\xce\x91\xce\xbb\xce\xaf\xce\xba\xce\xb7",              /* Greek */
    "\xe5\xb1\xb1\xe7\x94\xb0",                              /* Han */
    "\xe0\xa4\x95\xe0\xa4\xbf",                              /* Devanagari with a vowel sign */
    "\xd9\xa3\xd8\xb9\xd9\x84\xd9\x8a",                      /* Arabic with a digit */
    "tanaka_\xe7\x94\xb0\xe4\xb8\xad",                       /* Latin beside Han is no imitation */
  };

  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (chat_username_check (accepted[i], &error));
      g_assert_no_error (error);
    }
}

static const struct
{
  const char *name;
  const char *part;
} refused[] = {
  { "", "empty" },
  { NAME_64 "5", "too long" },
  { "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
    "too long" }, /* 33 letters of 2 bytes */
  { "bob\xff", "UTF-8" },
  { "\xc0\xafx", "UTF-8" },
  /* What could leave the folder, or be more than one word. */
  { ".", "must begin" },
  { "..", "must begin" },
  { ".hidden", "must begin" },
  { "../etc/passwd", "U+002F" },
  { "a/b", "U+002F" },
  { "a\\b", "U+005C" },
  { "a b", "U+0020" },
  { "a\nb", "U+000A" },
  { "a\tb", "U+0009" },
  { "a\x7f", "U+007F" },
  { "a*", "U+002A" },
  { "a:b", "U+003A" },
  { "\"a\"", "U+0022" },
  { "$(id)", "U+0024" },
  { "a\xc2\xa0" "b", "U+00A0" },     /* no-break space */
  { "\xf0\x9f\x98\x80", "U+1F600" }, /* emoji */
  { "a\xc2\xb2", "U+00B2" },         /* superscript two is no digit */
  /* What nobody sees. */
  { "a\xe2\x80\x8b" "b", "U+200B" },     /* zero width space */
  { "a\xe2\x80\xae" "b", "U+202E" },     /* right-to-left override */
  { "bob\xef\xb8\x8f", "U+FE0F" },       /* variation selector */
  { "bob\xcd\x8f", "U+034F" },           /* combining grapheme joiner */
  { "bob\xe3\x85\xa4", "U+3164" },       /* Hangul filler */
  { "bob\xf3\xa0\x84\x80", "U+E0100" },  /* variation selector supplement */
  { "\xcc\x81" "a", "must begin" },      /* a mark first */
  { "Je\xcc\x81r", "NFC" },              /* decomposed */
  { "\xe2\x84\xaa", "NFC" },             /* Kelvin sign is K */
  /* Imitations. */
  { "\xd0\xb0lice", "imitate" },         /* Cyrillic a */
  { "b\xd0\xbe" "b", "imitate" },        /* Cyrillic o */
  { "b\xce\xbf" "b", "imitate" },        /* Greek omicron */
  { "\xce\xbf\xd0\xbe", "imitate" },     /* Greek and Cyrillic */
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (chat_username_check (refused[i].name, &error));
      g_assert_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME);
      g_test_message ("%u: %s", i, error->message);
      g_assert_nonnull (strstr (error->message, refused[i].part));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_fold (void)
{
  static const char *const pairs[][2] = {
    { "bob", "bob" },
    { "Bob", "bob" },
    { "BOB", "bob" },
    { "\xef\xbd\x82\xef\xbd\x8f\xef\xbd\x82", "bob" },               /* full width */
    { "\xef\xac\x81n", "fin" },                                      /* ligature fi */
    { "STRASSE", "stra\xc3\x9f" "e" },
    { "J\xc3\x89R", "j\xc3\xa9r" },
    { "\xce\x90", "\xce\x90" },  /* iota with two marks, whose folding is in pieces */
    { "\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
      "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83" },  /* final sigma */
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *a = chat_username_fold (pairs[i][0]);
      g_autofree char *b = chat_username_fold (pairs[i][1]);
      g_autofree char *again = chat_username_fold (a);
      g_autofree char *composed = g_utf8_normalize (a, -1, G_NORMALIZE_NFKC);

      g_assert_cmpstr (a, ==, b);
      g_assert_cmpstr (again, ==, a);
      g_assert_cmpstr (composed, ==, a);
    }
}

static void
test_fold_differs (void)
{
  g_autofree char *bob = chat_username_fold ("bob");
  g_autofree char *rob = chat_username_fold ("rob");

  g_assert_cmpstr (bob, !=, rob);
  g_assert_null (chat_username_fold ("\xff"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/username/accepted", test_accepted);
  g_test_add_func ("/username/refused", test_refused);
  g_test_add_func ("/username/fold", test_fold);
  g_test_add_func ("/username/fold-differs", test_fold_differs);

  return g_test_run ();
}
