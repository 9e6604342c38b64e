/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-locale.h"

#include "chat-config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

/**
 * chat_locale_init:
 *
 * Takes the language from the environment. The translations are those of the installation, or for
 * a build that is not installed those in the folder that CONCLAVE_LOCALE_DIR names.
 */
void
chat_locale_init (void)
{
  const char *folder = g_getenv ("CONCLAVE_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : CHAT_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
