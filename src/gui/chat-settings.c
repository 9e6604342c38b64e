/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-settings.h"

#include "chat-config.h"

#include <glib/gi18n-lib.h>

static GSettingsSchema *
find_schema (const char *folder)
{
  GSettingsSchemaSource *usual = g_settings_schema_source_get_default ();
  GSettingsSchema *schema =
      usual != NULL ? g_settings_schema_source_lookup (usual, CHAT_APP_ID, TRUE) : NULL;
  g_autoptr (GSettingsSchemaSource) own = NULL;

  if (schema != NULL)
    return schema;

  own = g_settings_schema_source_new_from_directory (folder, usual, FALSE, NULL);

  return own != NULL ? g_settings_schema_source_lookup (own, CHAT_APP_ID, FALSE) : NULL;
}

/**
 * chat_settings_new:
 * @folder: that of the installation, for a prefix that the session does not know
 * @error: return location for an error
 *
 * GSettings itself ends the program, with a core dump, where it does not find the description of
 * the settings; so it is looked for first.
 *
 * Returns: (transfer full) (nullable): the settings
 */
GSettings *
chat_settings_new (const char *folder, GError **error)
{
  g_autoptr (GSettingsSchema) schema = find_schema (folder);

  if (schema != NULL)
    return g_settings_new_full (schema, NULL, NULL);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("The description of the settings, %s.gschema.xml, is not installed. Install "
                 "Conclave with “make install”, or set GSETTINGS_SCHEMA_DIR to the folder "
                 "“data/desktop” of the build."),
               CHAT_APP_ID);

  return NULL;
}
