/* Each icon that the app asks for is there. The themes of newer systems have fewer of them. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui-test.h"

/* Says which names are missing, all at once. */
static void
look_for_icons (const char *text, GtkIconTheme *theme, GHashTable *found, GString *missing)
{
  g_autoptr (GRegex) regex = g_regex_new ("[\">]([a-z][a-z-]*-symbolic)[\"<]", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      char *name = g_match_info_fetch (match, 1);

      if (!gtk_icon_theme_has_icon (theme, name) && !g_hash_table_contains (found, name))
        g_string_append_printf (missing, " %s", name);
      g_hash_table_add (found, name);
    }
}

static void
test_icons (void)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "..", "src", "gui", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) missing = g_string_new (NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      look_for_icons (text, theme, found, missing);
    }

  g_assert_true (g_hash_table_contains (found, "open-menu-symbolic"));
  g_assert_cmpstr (missing->str, ==, "");
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/icons", test_icons);

  return g_test_run ();
}
