/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-guest-list.h"

#include "chat-log.h"

/* A file that is being copied changes several times; it is read when it has been quiet for so long.
 */
#define SETTLE_MILLISECONDS 250

struct _ChatGuestList
{
  GObject parent_instance;

  char *folder;
  ChatPublicKey *server_key;
  guint rate_limit;

  GPtrArray *guests;    /* (element-type ChatGuest), sorted by name */
  GHashTable *by_kid;   /* borrowed strings and guests */
  GHashTable *problems; /* sentences that have been logged and still hold */
  ChatReaderSet *readers;

  GFileMonitor *monitor;
  GCancellable *cancellable;
  guint settle_id;
  gboolean scanning;
};

G_DEFINE_FINAL_TYPE (ChatGuestList, chat_guest_list, G_TYPE_OBJECT)

enum
{
  SIGNAL_ADDED,
  SIGNAL_REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
chat_guest_list_dispose (GObject *object)
{
  ChatGuestList *self = CHAT_GUEST_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (chat_guest_list_parent_class)->dispose (object);
}

static void
chat_guest_list_finalize (GObject *object)
{
  ChatGuestList *self = CHAT_GUEST_LIST (object);

  g_free (self->folder);
  g_clear_object (&self->server_key);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->by_kid, g_hash_table_unref);
  g_clear_pointer (&self->guests, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_hash_table_unref);
  g_clear_pointer (&self->readers, chat_reader_set_unref);

  G_OBJECT_CLASS (chat_guest_list_parent_class)->finalize (object);
}

static void
chat_guest_list_class_init (ChatGuestListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_guest_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = chat_guest_list_finalize;

  signals[SIGNAL_ADDED] = g_signal_new ("added", CHAT_TYPE_GUEST_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_GUEST);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", CHAT_TYPE_GUEST_LIST, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_GUEST);
}

static void
chat_guest_list_init (ChatGuestList *self)
{
  self->guests = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_kid = g_hash_table_new (g_str_hash, g_str_equal);
  self->problems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  self->readers = chat_reader_set_new (NULL, 0);
}

/* Putting a scan into force */

static void
log_problems (ChatGuestList *self, GPtrArray *found)
{
  g_autoptr (GHashTable) known = g_steal_pointer (&self->problems);

  self->problems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const char *problem = g_ptr_array_index (found, i);

      if (!g_hash_table_contains (known, problem))
        chat_log (CHAT_LOG_WARNING, "bad-key", "problem", problem, NULL);
      g_hash_table_add (self->problems, g_strdup (problem));
    }
}

static gboolean
is_same_guest (ChatGuest *a, ChatGuest *b)
{
  return b != NULL && g_str_equal (a->username, b->username);
}

static void
update_readers (ChatGuestList *self)
{
  guint n_kids;
  g_autofree gpointer *kids = g_hash_table_get_keys_as_array (self->by_kid, &n_kids);

  chat_reader_set_unref (self->readers);
  self->readers = chat_reader_set_new ((const char *const *) kids, n_kids);
}

/* Takes over what is new and returns what is gone. Guests that stay are the same objects, with
 * their connections. */
static GPtrArray *
replace_guests (ChatGuestList *self, GPtrArray *scanned, GPtrArray *added)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&self->by_kid);
  g_autoptr (GPtrArray) old_guests = g_steal_pointer (&self->guests);
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_object_unref);

  self->guests = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_kid = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < scanned->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (scanned, i);
      ChatGuest *present = g_hash_table_lookup (old, chat_public_key_get_id (guest->key));

      if (is_same_guest (guest, present))
        guest = present;
      else
        {
          chat_rate_limit_init (&guest->rate_limit, self->rate_limit, g_get_monotonic_time ());
          g_ptr_array_add (added, g_object_ref (guest));
        }
      g_ptr_array_add (self->guests, g_object_ref (guest));
      g_hash_table_insert (self->by_kid, (gpointer) chat_public_key_get_id (guest->key), guest);
    }

  for (guint i = 0; i < old_guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (old_guests, i);

      if (g_hash_table_lookup (self->by_kid, chat_public_key_get_id (guest->key)) != guest)
        g_ptr_array_add (removed, g_object_ref (guest));
    }

  return g_steal_pointer (&removed);
}

static void
apply_scan (ChatGuestList *self, ChatGuestScan *scan)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) removed = replace_guests (self, scan->guests, added);

  log_problems (self, scan->problems);
  update_readers (self);

  for (guint i = 0; i < removed->len; i++)
    g_signal_emit (self, signals[SIGNAL_REMOVED], 0, g_ptr_array_index (removed, i));
  for (guint i = 0; i < added->len; i++)
    g_signal_emit (self, signals[SIGNAL_ADDED], 0, g_ptr_array_index (added, i));
}

/* Watching the folder */

static void list_rescan (ChatGuestList *self);

static void
scan_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ChatGuestList *self = source; /* folder and server_key never change */
  g_autoptr (GError) error = NULL;
  ChatGuestScan *scan = chat_guest_folder_scan (self->folder, self->server_key, data, &error);

  if (scan != NULL)
    g_task_return_pointer (task, scan, (GDestroyNotify) chat_guest_scan_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
scan_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatGuestList *self = CHAT_GUEST_LIST (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatGuestScan) scan = g_task_propagate_pointer (G_TASK (result), &error);

  self->scanning = FALSE;
  if (scan != NULL)
    apply_scan (self, scan);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    /* Nobody is thrown out because a disk is away for a moment. */
    chat_log (CHAT_LOG_WARNING, "keys-unreadable", "folder", self->folder, "problem",
              error->message, NULL);
}

static gboolean
settled_cb (gpointer user_data)
{
  ChatGuestList *self = user_data;

  if (self->scanning)
    return G_SOURCE_CONTINUE; /* the scan may have missed what came while it ran */

  self->settle_id = 0;
  list_rescan (self);
  return G_SOURCE_REMOVE;
}

static GHashTable *
copy_usernames (ChatGuestList *self)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->guests->len; i++)
    g_hash_table_add (names,
                      g_strdup (((ChatGuest *) g_ptr_array_index (self->guests, i))->username));

  return names;
}

static void
list_rescan (ChatGuestList *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, scan_done_cb, NULL);

  self->scanning = TRUE;
  g_task_set_source_tag (task, list_rescan);
  g_task_set_task_data (task, copy_usernames (self), (GDestroyNotify) g_hash_table_unref);
  g_task_set_check_cancellable (task, TRUE);
  g_task_run_in_thread (task, scan_in_thread);
}

static void
folder_changed_cb (ChatGuestList *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MILLISECONDS, settled_cb, self);
}

static void
list_watch (ChatGuestList *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->folder);
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (self->monitor == NULL)
    {
      chat_log (CHAT_LOG_WARNING, "keys-not-watched", "folder", self->folder, "problem",
                error->message, "remedy",
                "let the server reload (SIGHUP) after a change to the keys", NULL);
      return;
    }

  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (folder_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * chat_guest_list_new:
 * @folder: the folder with the key files
 * @server_key: the server's own key, which is no guest's
 * @rate_limit: frames a second that each guest may send; 0 for no limit
 *
 * Returns: (transfer full): an empty list
 */
ChatGuestList *
chat_guest_list_new (const char *folder, ChatPublicKey *server_key, guint rate_limit)
{
  ChatGuestList *self = g_object_new (CHAT_TYPE_GUEST_LIST, NULL);

  self->folder = g_strdup (folder);
  self->server_key = g_object_ref (server_key);
  self->rate_limit = rate_limit;
  return self;
}

/**
 * chat_guest_list_load:
 * @self: a list
 * @error: return location for a #GFileError
 *
 * Reads the folder and keeps in step with it from then on. Broken files are logged.
 *
 * Returns: whether the folder could be read
 */
gboolean
chat_guest_list_load (ChatGuestList *self, GError **error)
{
  g_autoptr (ChatGuestScan) scan = NULL;

  g_return_val_if_fail (CHAT_IS_GUEST_LIST (self), FALSE);

  list_watch (self); /* first, so that nothing falls between */
  scan = chat_guest_folder_scan (self->folder, self->server_key, NULL, error);
  if (scan == NULL)
    return FALSE;

  apply_scan (self, scan);
  return TRUE;
}

/**
 * chat_guest_list_reload:
 * @self: a list
 *
 * Reads the folder again, as if it had just changed, and watches it where that was not possible
 * before.
 */
void
chat_guest_list_reload (ChatGuestList *self)
{
  g_return_if_fail (CHAT_IS_GUEST_LIST (self));

  if (self->monitor == NULL)
    list_watch (self);
  folder_changed_cb (self);
}

/**
 * chat_guest_list_set_rate_limit:
 * @self: a list
 * @rate_limit: frames a second that each guest may send; 0 for no limit
 *
 * From now on, and with a full reserve for everybody.
 */
void
chat_guest_list_set_rate_limit (ChatGuestList *self, guint rate_limit)
{
  g_return_if_fail (CHAT_IS_GUEST_LIST (self));

  if (self->rate_limit == rate_limit)
    return;

  self->rate_limit = rate_limit;
  for (guint i = 0; i < self->guests->len; i++)
    {
      ChatGuest *guest = g_ptr_array_index (self->guests, i);

      chat_rate_limit_init (&guest->rate_limit, rate_limit, g_get_monotonic_time ());
    }
}

/**
 * chat_guest_list_get_size:
 * @self: a list
 *
 * Returns: how many guests there are
 */
guint
chat_guest_list_get_size (ChatGuestList *self)
{
  g_return_val_if_fail (CHAT_IS_GUEST_LIST (self), 0);

  return self->guests->len;
}

/**
 * chat_guest_list_lookup:
 * @self: a list
 * @kid: a key id
 *
 * Returns: (transfer none) (nullable): the guest with that key
 */
ChatGuest *
chat_guest_list_lookup (ChatGuestList *self, const char *kid)
{
  g_return_val_if_fail (CHAT_IS_GUEST_LIST (self), NULL);

  return g_hash_table_lookup (self->by_kid, kid);
}

/**
 * chat_guest_list_get_all:
 * @self: a list
 *
 * Returns: (transfer none) (element-type ChatGuest): all guests, sorted by name
 */
GPtrArray *
chat_guest_list_get_all (ChatGuestList *self)
{
  g_return_val_if_fail (CHAT_IS_GUEST_LIST (self), NULL);

  return self->guests;
}

/**
 * chat_guest_list_get_readers:
 * @self: a list
 *
 * Returns: (transfer none): the set of all guests' keys
 */
ChatReaderSet *
chat_guest_list_get_readers (ChatGuestList *self)
{
  g_return_val_if_fail (CHAT_IS_GUEST_LIST (self), NULL);

  return self->readers;
}
