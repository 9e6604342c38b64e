/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-file.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-json.h"
#include "chat-limits.h"
#include "chat-username.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>

#define MAX_PORT 65535

static const char *const known_members[] = { "name",        "address",    "port", "username",
                                             "private_key", "server_key", NULL };

/* Reading */

static gboolean
check_members (JsonObject *object, const char *const *known, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data))
      {
        g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                     _("member \"%s\" is unknown"), (const char *)l->data);
        return FALSE;
      }

  return TRUE;
}

static gboolean
check_text (const char *member, const char *text, gsize max, GError **error)
{
  if (*text != '\0' && strlen (text) <= max)
    return TRUE;

  g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
               _("member \"%s\" is empty or longer than %zu bytes"), member, max);

  return FALSE;
}

static char *
read_text (JsonObject *object, const char *member, gsize max, GError **error)
{
  const char *text = chat_json_get_string (object, member, error);

  return text != NULL && check_text (member, text, max, error) ? g_strdup (text) : NULL;
}

static gboolean
read_name (JsonObject *object, const char **name, GError **error)
{
  return chat_json_get_optional_string (object, "name", name, error)
         && (*name == NULL || check_text ("name", *name, CHAT_MAX_ROOM_NAME, error));
}

static ChatKnownRoom *
parse_room (JsonObject *object, GError **error)
{
  g_autoptr (ChatProfile) profile = g_new0 (ChatProfile, 1);
  const char *name = NULL;
  gint64 port;

  if (!check_members (object, known_members, error) || !read_name (object, &name, error)
      || !chat_json_get_integer (object, "port", 1, MAX_PORT, &port, error))
    return NULL;
  profile->port = (guint16)port;
  profile->address = read_text (object, "address", CHAT_MAX_HOST_NAME, error);
  if (profile->address == NULL)
    return NULL;
  profile->private_key = read_text (object, "private_key", CHAT_MAX_PATH, error);
  if (profile->private_key == NULL)
    return NULL;
  profile->server_key = read_text (object, "server_key", CHAT_MAX_PATH, error);
  if (profile->server_key == NULL)
    return NULL;
  profile->username = g_strdup (chat_json_get_string (object, "username", error));
  if (profile->username == NULL || !chat_username_check (profile->username, error))
    return NULL;

  return chat_known_room_new (profile, name);
}

static gboolean
is_known (GPtrArray *rooms, ChatKnownRoom *room)
{
  for (guint i = 0; i < rooms->len; i++)
    if (chat_known_room_is_same (g_ptr_array_index (rooms, i), room))
      return TRUE;

  return FALSE;
}

static gboolean
parse_element (GPtrArray *rooms, JsonArray *array, guint i, GError **error)
{
  JsonObject *object = chat_json_get_element_object (array, i, error);
  g_autoptr (ChatKnownRoom) room = object != NULL ? parse_room (object, error) : NULL;

  if (room == NULL)
    {
      g_prefix_error (error, _("room %u: "), i + 1);
      return FALSE;
    }
  /* Somebody copied a line by hand: one of them is enough. */
  if (!is_known (rooms, room))
    g_ptr_array_add (rooms, g_steal_pointer (&room));

  return TRUE;
}

static GPtrArray *
parse (const char *text, gsize size, GError **error)
{
  static const char *const members[] = { "rooms", NULL };
  g_autoptr (JsonObject) object = chat_json_parse_object (text, size, error);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array;

  if (object == NULL || !check_members (object, members, error))
    return NULL;
  array = chat_json_get_array (object, "rooms", error);
  if (array == NULL)
    return NULL;
  if (json_array_get_length (array) > CHAT_MAX_ROOMS)
    {
      g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_MEMBER,
                   _("member \"rooms\" has more than %d elements"), CHAT_MAX_ROOMS);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!parse_element (rooms, array, i, error))
      return NULL;

  return g_steal_pointer (&rooms);
}

/* The one room that the first version of the desktop app remembered. */
static GPtrArray *
take_over (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *old = g_build_filename (folder, CHAT_PROFILE_FILE, NULL);
  g_autoptr (ChatProfile) profile = chat_profile_load (old, &error);
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_object_unref);

  if (profile != NULL)
    g_ptr_array_add (rooms, chat_known_room_new (profile, NULL));
  else if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_message ("the room of an earlier version is not taken over: %s", error->message);

  return rooms;
}

/**
 * chat_room_file_load:
 * @path: the file
 * @error: return location for a %CHAT_CONFIG_ERROR with a sentence that names the file
 *
 * Reads `rooms.json`. For threads: it blocks. Where there is no such file, the profile beside it
 * that an earlier version remembered is taken over; without one there are no rooms.
 *
 * Returns: (transfer full) (element-type ChatKnownRoom) (nullable): the rooms, the last one first
 */
GPtrArray *
chat_room_file_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  GPtrArray *rooms;
  gsize size;

  g_return_val_if_fail (path != NULL, NULL);

  text = chat_file_read (path, CHAT_MAX_ROOMS_FILE, &size, &cause);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return take_over (path);
  if (text == NULL)
    {
      g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE, cause->message);
      return NULL;
    }

  rooms = parse (text, size, &cause);
  if (rooms == NULL)
    g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_SYNTAX,
                 _("The list of your rooms cannot be understood, so it is left alone and no room "
                   "is remembered: %s: %s. Mend the file or move it away."),
                 path, cause->message);

  return rooms;
}

/* Writing */

static void
add_room (JsonArray *array, ChatKnownRoom *room)
{
  const ChatProfile *profile = chat_known_room_get_profile (room);
  const char *name = chat_known_room_get_name (room);
  /* Wherever the program is started the next time. */
  g_autofree char *private_key = g_canonicalize_filename (profile->private_key, NULL);
  g_autofree char *server_key = g_canonicalize_filename (profile->server_key, NULL);
  JsonObject *object = json_object_new ();

  if (name != NULL)
    json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "address", profile->address);
  json_object_set_int_member (object, "port", profile->port);
  json_object_set_string_member (object, "username", profile->username);
  json_object_set_string_member (object, "private_key", private_key);
  json_object_set_string_member (object, "server_key", server_key);
  json_array_add_object_element (array, object);
}

static char *
to_text (GPtrArray *rooms)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  JsonArray *array = json_array_new ();
  g_autofree char *json = NULL;

  for (guint i = 0; i < rooms->len; i++)
    add_room (array, g_ptr_array_index (rooms, i));
  json_object_set_array_member (object, "rooms", array);
  json = json_to_string (node, TRUE);

  return g_strconcat (json, "\n", NULL);
}

/**
 * chat_room_file_save:
 * @rooms: (element-type ChatKnownRoom): the rooms
 * @path: the file, which is replaced
 * @error: return location for a %CHAT_CONFIG_ERROR
 *
 * Writes them, atomically, readable by nobody else: it is nobody's business where one talks.
 *
 * Returns: whether it was written
 */
gboolean
chat_room_file_save (GPtrArray *rooms, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (rooms != NULL && path != NULL, FALSE);

  for (guint i = 0; i < rooms->len; i++)
    if (!chat_profile_check_paths (chat_known_room_get_profile (g_ptr_array_index (rooms, i)),
                                   error))
      return FALSE;

  text = to_text (rooms);
  /* One that cannot be read again, for whatever reason, would cost all others. */
  again = parse (text, strlen (text), &cause);
  if (again != NULL && chat_file_write (path, text, strlen (text), 0600, TRUE, &cause))
    return TRUE;
  g_set_error_literal (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE, cause->message);

  return FALSE;
}

/**
 * chat_room_file_lock:
 * @path: the file
 * @error: return location for a %CHAT_CONFIG_ERROR
 *
 * Makes the folder where it is missing, and waits until no other thread or program changes the
 * file. All of them hold it only as long as it takes to read and write it.
 *
 * Returns: a lock for [func@room_file_unlock], or -1
 */
int
chat_room_file_lock (const char *path, GError **error)
{
  g_autofree char *folder = NULL;
  int fd;

  g_return_val_if_fail (path != NULL, -1);

  folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0700);
  /* The folder, because the file is another one after each change. */
  fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0 && flock (fd, LOCK_EX) == 0)
    return fd;

  g_set_error (error, CHAT_CONFIG_ERROR, CHAT_CONFIG_ERROR_UNREADABLE, "%s: %s", folder,
               g_strerror (errno));
  if (fd >= 0)
    g_close (fd, NULL);

  return -1;
}

/**
 * chat_room_file_unlock:
 * @lock: what [func@room_file_lock] returned
 *
 * Lets the others at the file again.
 */
void
chat_room_file_unlock (int lock)
{
  g_return_if_fail (lock >= 0);

  g_close (lock, NULL);
}
