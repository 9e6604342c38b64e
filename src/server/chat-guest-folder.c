/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-guest-folder.h"

#include "chat-error.h"
#include "chat-key-file.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

#define PREFIX "key_"
#define SUFFIX ".pem"

/* The username of a key file's name, or NULL for a file that is something else. */
static char *
dup_username (const char *file_name)
{
  gsize length = strlen (file_name);

  if (!g_str_has_prefix (file_name, PREFIX) || !g_str_has_suffix (file_name, SUFFIX)
      || length <= strlen (PREFIX SUFFIX))
    return NULL;

  return g_strndup (file_name + strlen (PREFIX), length - strlen (PREFIX SUFFIX));
}

/* Guests come before files that are new, so that a new file cannot take away anybody's place. */
static int
compare_names (gconstpointer a, gconstpointer b, gpointer present)
{
  const char *name_a = *(const char *const *) a, *name_b = *(const char *const *) b;
  gboolean a_is_present = present != NULL && g_hash_table_contains (present, name_a);
  gboolean b_is_present = present != NULL && g_hash_table_contains (present, name_b);

  return a_is_present != b_is_present ? b_is_present - a_is_present : strcmp (name_a, name_b);
}

static int
compare_guests (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(ChatGuest *const *) a)->username, (*(ChatGuest *const *) b)->username);
}

/* Somebody's key that lies here under a name of its own gives no access, and they should know. */
static void
note_misnamed (GPtrArray *problems, const char *folder, const char *file_name)
{
  g_autofree char *path = g_build_filename (folder, file_name, NULL);
  g_autofree char *display = g_filename_display_name (path);

  if (!g_str_has_prefix (file_name, ".") && g_str_has_suffix (file_name, SUFFIX))
    g_ptr_array_add (problems, g_strdup_printf (_("%s is ignored: a guest's key is named "
                                                   "key_USERNAME.pem; rename it"),
                                                display));
}

static GPtrArray *
list_usernames (const char *folder, GHashTable *present, GPtrArray *problems, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *file_name;

  if (dir == NULL)
    return NULL;

  while ((file_name = g_dir_read_name (dir)) != NULL)
    {
      char *name = dup_username (file_name);

      if (name != NULL)
        g_ptr_array_add (names, name);
      else
        note_misnamed (problems, folder, file_name);
    }

  g_ptr_array_sort_with_data (names, compare_names, present);
  return g_steal_pointer (&names);
}

static gboolean
check_unique (ChatGuestScan *scan, const char *path, ChatGuest *guest, ChatPublicKey *server_key,
              GError **error)
{
  if (server_key != NULL && chat_public_key_equal (guest->key, server_key))
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_DUPLICATE,
                   _("%s holds the server's own key; put %s's public key there"), path,
                   guest->username);
      return FALSE;
    }

  for (guint i = 0; i < scan->guests->len; i++)
    {
      ChatGuest *other = g_ptr_array_index (scan->guests, i);

      if (g_str_equal (other->folded, guest->folded))
        {
          g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                       _("%s: the name \"%s\" is the same as \"%s\", which is there already; "
                          "rename one of the two files"),
                       path, guest->username, other->username);
          return FALSE;
        }
      if (g_str_equal (other->shape, guest->shape))
        {
          g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_BAD_NAME,
                       _("%s: the name \"%s\" looks like \"%s\", which is there already, so people "
                         "would take one for the other; rename one of the two files"),
                       path, guest->username, other->username);
          return FALSE;
        }
      if (chat_public_key_equal (other->key, guest->key))
        {
          g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_DUPLICATE,
                       _("%s holds the same key as %s's file; a key belongs to one name, so "
                          "remove one of the two files"),
                       path, other->username);
          return FALSE;
        }
    }

  return TRUE;
}

static ChatGuest *
load_guest (ChatGuestScan *scan, const char *folder, const char *username,
            ChatPublicKey *server_key, GError **error)
{
  g_autofree char *path = chat_guest_folder_get_path (folder, username);
  g_autofree char *display = g_filename_display_name (path);
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (ChatGuest) guest = NULL;

  if (!chat_username_check (username, error))
    {
      g_prefix_error (error, "%s: ", display);
      return NULL;
    }

  key = chat_key_file_load_public (path, username, error);
  if (key == NULL)
    return NULL;

  guest = chat_guest_new (username, key);
  if (!check_unique (scan, display, guest, server_key, error))
    return NULL;

  if (scan->guests->len >= CHAT_MAX_MEMBERS)
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED,
                   _("%s: there are %d guests already, more than that a room cannot hold"),
                   display, CHAT_MAX_MEMBERS);
      return NULL;
    }

  return g_steal_pointer (&guest);
}

/**
 * chat_guest_folder_scan:
 * @folder: the folder with the key files
 * @server_key: (nullable): the server's own key
 * @present: (nullable) (element-type utf8): a set of the usernames that are guests already
 * @error: return location for a #GFileError: the folder itself cannot be read
 *
 * Reads all key files. One that is wrong gives nobody access and becomes a problem; the others are
 * not disturbed. Of two files for the same key or name the one of a guest who is @present counts,
 * else the one that sorts first.
 *
 * Returns: (transfer full): guests and problems
 */
ChatGuestScan *
chat_guest_folder_scan (const char *folder, ChatPublicKey *server_key, GHashTable *present,
                        GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = list_usernames (folder, present, problems, &cause);
  ChatGuestScan *scan;

  if (names == NULL)
    {
      g_set_error (error, cause->domain, cause->code,
                   _("The guest list cannot be read: %s. It is a folder, with a file "
                      "key_USERNAME.pem for each user, that this program must be able to read"),
                   cause->message);
      return NULL;
    }

  scan = g_new0 (ChatGuestScan, 1);
  scan->guests = g_ptr_array_new_with_free_func (g_object_unref);
  scan->problems = g_steal_pointer (&problems);

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) problem = NULL;
      ChatGuest *guest =
          load_guest (scan, folder, g_ptr_array_index (names, i), server_key, &problem);

      if (guest != NULL)
        g_ptr_array_add (scan->guests, guest);
      else
        g_ptr_array_add (scan->problems, g_strdup (problem->message));
    }

  g_ptr_array_sort (scan->guests, compare_guests);
  return scan;
}

/**
 * chat_guest_scan_free:
 * @scan: (transfer full): a scan
 */
void
chat_guest_scan_free (ChatGuestScan *scan)
{
  g_ptr_array_unref (scan->guests);
  g_ptr_array_unref (scan->problems);
  g_free (scan);
}

/**
 * chat_guest_folder_get_path:
 * @folder: the folder with the key files
 * @username: a username
 *
 * Returns: (transfer full): where that user's key belongs
 */
char *
chat_guest_folder_get_path (const char *folder, const char *username)
{
  g_autofree char *file_name = g_strconcat (PREFIX, username, SUFFIX, NULL);

  return g_build_filename (folder, file_name, NULL);
}

/**
 * chat_guest_scan_find:
 * @scan: a scan
 * @username: a name, in any case
 *
 * Returns: (transfer none) (nullable): the guest
 */
ChatGuest *
chat_guest_scan_find (ChatGuestScan *scan, const char *username)
{
  g_autofree char *folded = chat_username_fold (username);

  for (guint i = 0; i < scan->guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (scan->guests, i);

      if (g_str_equal (guest->folded, folded))
        return guest;
    }

  return NULL;
}
