/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-document.h"

#include "chat-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * chat_document_is:
 * @path: (nullable): a file
 *
 * Returns: whether it is seen through the document portal
 */
gboolean
chat_document_is (const char *path)
{
  g_autofree char *mount = g_strconcat (g_get_user_runtime_dir (), "/doc/", NULL);

  return path != NULL && g_str_has_prefix (path, mount);
}

/**
 * chat_document_explain:
 * @path: a file
 * @error: why its key cannot be loaded
 *
 * The name of a document is one that the user has never seen, and that the file is missing there
 * does not mean that it is gone. So then another sentence takes the place of the error's.
 */
void
chat_document_explain (const char *path, GError *error)
{
  g_autofree char *name = NULL;

  g_return_if_fail (path != NULL && error != NULL);

  if (!chat_document_is (path)
      || (!g_error_matches (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING)
          && !g_error_matches (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_UNREADABLE)))
    return;

  name = g_filename_display_basename (path);
  g_free (error->message);
  error->message = g_strdup_printf (
      /* TRANSLATORS: the name of a file */
      _("Conclave cannot see the file %s. In its sandbox it sees only what you choose, and that "
        "only as long as it is not moved. Choose the file here, and let Conclave keep a copy."),
      name);
}
