/* Where the settings are described, and what happens where they are not. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-settings.h"

#include "gui-test.h"

/* GSettings finds its folders once in a process, so each case is a process of its own. */
static void
run_without_schemas (const char *folder)
{
  const char *usual = g_getenv ("GSETTINGS_SCHEMA_DIR");

  if (!g_test_subprocess ())
    {
      g_autofree char *kept = g_strdup (usual);

      g_setenv ("CHAT_TEST_FOLDER", folder, TRUE);
      g_setenv ("XDG_DATA_DIRS", "/nonexistent", TRUE);
      g_unsetenv ("GSETTINGS_SCHEMA_DIR");
      g_test_trap_subprocess (NULL, 0, 0);
      g_setenv ("GSETTINGS_SCHEMA_DIR", kept, TRUE);
      g_test_trap_assert_passed ();
    }
}

static void
test_missing (void)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  run_without_schemas ("/nonexistent");
  if (!g_test_subprocess ())
    return;

  settings = chat_settings_new (g_getenv ("CHAT_TEST_FOLDER"), &error);
  g_assert_null (settings);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  /* What to do about it. */
  g_assert_nonnull (strstr (error->message, "make install"));
}

static void
test_prefix (void)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  run_without_schemas (g_getenv ("GSETTINGS_SCHEMA_DIR"));
  if (!g_test_subprocess ())
    return;

  settings = chat_settings_new (g_getenv ("CHAT_TEST_FOLDER"), &error);
  g_assert_no_error (error);
  g_assert_false (g_settings_get_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND));
}

/* That nobody has to know more than the names. */
static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = chat_settings_new ("", &error);

  g_assert_no_error (error);
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_ENTER_SENDS));
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_NOTIFY_ALL));
  g_assert_false (g_settings_get_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND));
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_SHOW_MEMBERS));
  g_assert_false (g_settings_get_boolean (settings, CHAT_SETTING_WINDOW_MAXIMIZED));
  g_assert_cmpint (g_settings_get_int (settings, CHAT_SETTING_WINDOW_WIDTH), >=, 360);
  g_assert_cmpint (g_settings_get_int (settings, CHAT_SETTING_WINDOW_HEIGHT), >=, 294);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/missing", test_missing);
  g_test_add_func ("/settings/prefix", test_prefix);
  g_test_add_func ("/settings/defaults", test_defaults);

  return g_test_run ();
}
