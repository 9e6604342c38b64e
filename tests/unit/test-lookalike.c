/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-lookalike.h"

static void
test_same (void)
{
  static const char *const names[][2] = {
    { "alice", "aIice" },       { "alice", "a1ice" },       { "Bob", "B0b" },
    { "coco", "\u0441\u043e\u0441\u043e" },                 /* Cyrillic */
    { "BOB", "\u0412\u041e\u0412" },                        /* Cyrillic capitals */
    { "vow", "\u03bd\u03bf\u03c9" },                        /* Greek */
    { "peter.\u00e9", "\u0440eter.\u0435\u0301" },          /* with an accent */
    { "arnold", "amold" },      { "wim", "vvim" },          { "\u0131an", "ian" },
    { "Olga", "0lga" },         { "IL", "ll" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *a = chat_lookalike_shape (names[i][0]);
      g_autofree char *b = chat_lookalike_shape (names[i][1]);
      g_autofree char *again = chat_lookalike_shape (a);

      g_assert_cmpstr (again, ==, a);
      g_assert_cmpstr (a, ==, b);
    }
}

static void
test_different (void)
{
  static const char *const names[] = {
    "alice", "bob", "rob", "carol", "ann", "anna", "hanna", "user2", "user3", "user22", "andre",
    "andr\u00e9", "\u6797", "\u0434\u043c\u0438\u0442\u0440\u0438\u0439", "max-2", "max_2", "max.2",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < i; j++)
      {
        g_autofree char *a = chat_lookalike_shape (names[i]);
        g_autofree char *b = chat_lookalike_shape (names[j]);

        g_assert_cmpstr (a, !=, b);
      }
}

/* A room may well have them all. */
static void
test_numbers (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("guest%u", i);

      g_assert_true (g_hash_table_add (seen, chat_lookalike_shape (name)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lookalike/same", test_same);
  g_test_add_func ("/lookalike/different", test_different);
  g_test_add_func ("/lookalike/numbers", test_numbers);

  return g_test_run ();
}
