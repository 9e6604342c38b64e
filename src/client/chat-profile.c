/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-profile.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_PORT 65535

static const char *const known_members[] = { "username",    "server_ip",  "server_port",
                                             "private_key", "server_key", NULL };

/**
 * chat_profile_new: (skip)
 * @directory: where the key files are expected
 *
 * Makes a profile in which the user still has to say where the room is.
 *
 * Returns: (transfer full): a profile with the usual names of key files and nothing else
 */
ChatProfile *
chat_profile_new (const char *directory)
{
  ChatProfile *self;

  g_return_val_if_fail (directory != NULL, NULL);

  self = g_new0 (ChatProfile, 1);
  self->private_key = g_build_filename (directory, CHAT_PROFILE_PRIVATE_KEY, NULL);
  self->server_key = g_build_filename (directory, CHAT_PROFILE_SERVER_KEY, NULL);

  return self;
}

/**
 * chat_profile_copy: (skip)
 * @self: a profile
 *
 * Copies the strings as well.
 *
 * Returns: (transfer full): a deep copy
 */
ChatProfile *
chat_profile_copy (const ChatProfile *self)
{
  ChatProfile *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (ChatProfile, 1);
  copy->username = g_strdup (self->username);
  copy->address = g_strdup (self->address);
  copy->port = self->port;
  copy->private_key = g_strdup (self->private_key);
  copy->server_key = g_strdup (self->server_key);

  return copy;
}

/**
 * chat_profile_free:
 * @self: (transfer full): a profile
 *
 * Frees the profile and its strings.
 */
void
chat_profile_free (ChatProfile *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->username);
  g_free (self->address);
  g_free (self->private_key);
  g_free (self->server_key);
  g_free (self);
}

/* Reading */

static gboolean
check_members (JsonObject *object, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (known_members, l->data))
      {
        g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                     _("member \"%s\" is unknown; the members are \"username\", \"server_ip\", "
                        "\"server_port\", and, where they are needed, \"private_key\" and "
                        "\"server_key\""),
                     (const char *)l->data);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_username (ChatProfile *self, JsonObject *object, GError **error)
{
  const char *username = chat_json_get_string (object, "username", error);

  if (username == NULL)
    return FALSE;
  if (!chat_username_check (username, error))
    {
      g_prefix_error (error, _("member \"username\": "));
      return FALSE;
    }
  self->username = g_strdup (username);

  return TRUE;
}

static gboolean
read_address (ChatProfile *self, JsonObject *object, GError **error)
{
  const char *address = chat_json_get_string (object, "server_ip", error);

  if (address == NULL)
    return FALSE;
  if (*address == '\0')
    {
      g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                           _("member \"server_ip\" is empty where an IP address or a host name is "
                              "expected"));
      return FALSE;
    }
  self->address = g_strdup (address);

  return TRUE;
}

static gboolean
read_path (JsonObject *object, const char *member, const char *directory, char **path,
           GError **error)
{
  const char *name = NULL;

  if (!chat_json_get_optional_string (object, member, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;

  g_free (*path);
  *path = g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (directory, name, NULL);

  return TRUE;
}

static ChatProfile *
parse (const char *text, gsize size, const char *directory, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (JsonObject) object = chat_json_parse_object (text, size, &cause);
  g_autoptr (ChatProfile) self = NULL;
  gint64 port;

  if (object == NULL)
    {
      g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX,
                   /* TRANSLATORS: in parentheses, a detail for who knows JSON, in English */
                   _("this is not JSON, the form that such a file has (%s). Ask for a new file, or "
                     "enter the settings yourself"),
                   cause->message);
      return NULL;
    }

  self = chat_profile_new (directory);
  if (!check_members (object, error) || !read_username (self, object, error)
      || !read_address (self, object, error)
      || !chat_json_get_integer (object, "server_port", 1, MAX_PORT, &port, error)
      || !read_path (object, "private_key", directory, &self->private_key, error)
      || !read_path (object, "server_key", directory, &self->server_key, error))
    return NULL;
  self->port = (guint16)port;

  return g_steal_pointer (&self);
}

/* Whatever was wrong inside becomes one sentence that begins with the file. */
static void
set_config_error (GError **error, const char *path, const GError *cause)
{
  ChatConfigError code = CHAT_CONFIG_ERROR_MEMBER;

  if (cause->domain == G_FILE_ERROR)
    code = CHAT_CONFIG_ERROR_UNREADABLE;
  else if (cause->domain == CHAT_CONFIG_ERROR)
    code = (ChatConfigError)cause->code;
  /* Errors of files name the file themselves. */
  if (cause->domain == G_FILE_ERROR)
    g_set_error_literal (error, CHAT_CONFIG_ERROR, (int)code, cause->message);
  else
    {
      g_autofree char *display = g_filename_display_name (path);
      g_autofree char *sentence = NULL;

      if (cause->domain == CHAT_JOSE_ERROR)
        /* TRANSLATORS: in parentheses, a detail for who knows JSON, in English */
        sentence = g_strdup_printf (_("this is not what such a file holds (%s). Ask for a new "
                                      "file, or enter the settings yourself"),
                                    cause->message);
      g_set_error (error, CHAT_CONFIG_ERROR, (int)code, "%s: %s", display,
                   sentence != NULL ? sentence : cause->message);
    }
}

/**
 * chat_profile_load: (skip)
 * @path: a file like `user_config.json`
 * @error: return location for an error
 *
 * Reads a profile. Paths in it are relative to the folder of the file. Synchronous.
 *
 * Returns: (transfer full) (nullable): the profile; %NULL with %CHAT_CONFIG_ERROR and a sentence
 *   that names the file, the member, what was found and what is expected, or with
 *   %G_FILE_ERROR_NOENT when there is no such file
 */
ChatProfile *
chat_profile_load (const char *path, GError **error)
{
  g_autofree char *directory = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (ChatProfile) self = NULL;
  gsize size;

  g_return_val_if_fail (path != NULL, NULL);

  text = chat_file_read (path, CHAT_MAX_CONFIG_FILE, &size, &cause);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  directory = g_path_get_dirname (path);
  if (text != NULL)
    self = parse (text, size, directory, &cause);
  if (self == NULL)
    set_config_error (error, path, cause);

  return g_steal_pointer (&self);
}

/* Writing */

static gboolean
check_path (const char *path, GError **error)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  g_autofree char *display = NULL;

  if (g_utf8_validate (full, -1, NULL))
    return TRUE;
  display = g_filename_display_name (full);
  g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
               _("%s has a name that is not UTF-8 text and cannot be remembered; rename the file "
                 "or its folder, and choose it again"),
               display);

  return FALSE;
}

/**
 * chat_profile_check_paths:
 * @self: a complete profile
 * @error: return location for a %CHAT_CONFIG_ERROR
 *
 * Looks whether the paths of its files can be written into JSON, which paths need not: for those
 * who will write it.
 *
 * Returns: whether they can, else the sentence names the path and the remedy
 */
gboolean
chat_profile_check_paths (const ChatProfile *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return check_path (self->private_key, error) && check_path (self->server_key, error);
}

/* Key files under their usual names beside the file go without saying; others beside it need no
 * path, so that the folder can be moved. */
static void
add_path (JsonObject *object, const char *member, const char *path, const char *directory,
          const char *usual)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  if (!g_str_equal (folder, directory))
    {
      g_autofree char *full = g_canonicalize_filename (path, NULL);

      json_object_set_string_member (object, member, full);
    }
  else if (!g_str_equal (name, usual))
    json_object_set_string_member (object, member, name);
}

static char *
to_text (const ChatProfile *self, const char *directory)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *json = NULL;

  json_object_set_string_member (object, "username", self->username);
  json_object_set_string_member (object, "server_ip", self->address);
  json_object_set_int_member (object, "server_port", self->port);
  add_path (object, "private_key", self->private_key, directory, CHAT_PROFILE_PRIVATE_KEY);
  add_path (object, "server_key", self->server_key, directory, CHAT_PROFILE_SERVER_KEY);
  json = json_to_string (node, TRUE);

  return g_strconcat (json, "\n", NULL);
}

/**
 * chat_profile_save:
 * @self: a complete profile
 * @path: a file like `user_config.json`, which is replaced
 * @error: return location for an error
 *
 * Writes a profile, atomically. Synchronous.
 *
 * Returns: whether it was written
 */
gboolean
chat_profile_save (const ChatProfile *self, const char *path, GError **error)
{
  g_autofree char *directory = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);
  g_return_val_if_fail (self->username != NULL && self->address != NULL, FALSE);

  if (!chat_profile_check_paths (self, error))
    return FALSE;

  directory = g_path_get_dirname (path);
  text = to_text (self, directory);
  if (chat_file_write (path, text, strlen (text), 0644, TRUE, &cause))
    return TRUE;
  set_config_error (error, path, cause);

  return FALSE;
}

/* The same in a thread */

typedef struct
{
  ChatProfile *profile;
  char *path;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  chat_profile_free (save->profile);
  g_free (save->path);
  g_free (save);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  ChatProfile *self = chat_profile_load (data, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify)chat_profile_free);
  else
    g_task_return_error (task, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Save *save = data;
  GError *error = NULL;

  if (chat_profile_save (save->profile, save->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * chat_profile_load_async:
 * @path: a file like `user_config.json`
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * [func@Profile.load] in a thread.
 */
void
chat_profile_load_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_profile_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * chat_profile_load_finish: (skip)
 * @result: a result
 * @error: return location for an error, as of [func@Profile.load]
 *
 * Ends what [func@Profile.load_async] began.
 *
 * Returns: (transfer full) (nullable): the profile
 */
ChatProfile *
chat_profile_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * chat_profile_save_async:
 * @self: a complete profile, which is copied
 * @path: a file like `user_config.json`, which is replaced
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * [method@Profile.save] in a thread.
 */
void
chat_profile_save_async (const ChatProfile *self, const char *path, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Save *save;

  g_return_if_fail (self != NULL && path != NULL);

  save = g_new0 (Save, 1);
  save->profile = chat_profile_copy (self);
  save->path = g_strdup (path);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_profile_save_async);
  g_task_set_task_data (task, save, save_free);
  g_task_run_in_thread (task, save_in_thread);
}

/**
 * chat_profile_save_finish:
 * @result: a result
 * @error: return location for an error, as of [method@Profile.save]
 *
 * Ends what [method@Profile.save_async] began.
 *
 * Returns: whether it was written
 */
gboolean
chat_profile_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
