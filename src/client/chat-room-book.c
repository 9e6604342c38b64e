/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-room-book.h"

#include "chat-limits.h"
#include "chat-room-file.h"

struct _ChatRoomBook
{
  GObject parent_instance;

  char *path;
  GPtrArray *rooms;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatRoomBook, chat_room_book, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/**
 * chat_room_book_new:
 * @path: (nullable): a file, which need not be there; %NULL for the user's own
 *
 * Opens the book of a user. Several programs can share one file.
 *
 * Returns: (transfer full): an empty book; [method@RoomBook.load_async] fills it
 */
ChatRoomBook *
chat_room_book_new (const char *path)
{
  ChatRoomBook *self = g_object_new (CHAT_TYPE_ROOM_BOOK, NULL);

  self->path = path != NULL ? g_strdup (path)
                            : g_build_filename (g_get_user_config_dir (), "conclave", "rooms.json",
                                                NULL);

  return self;
}

static void
chat_room_book_finalize (GObject *object)
{
  ChatRoomBook *self = CHAT_ROOM_BOOK (object);

  g_free (self->path);
  g_ptr_array_unref (self->rooms);

  G_OBJECT_CLASS (chat_room_book_parent_class)->finalize (object);
}

static void
chat_room_book_class_init (ChatRoomBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_room_book_finalize;
}

static void
chat_room_book_init (ChatRoomBook *self)
{
  self->rooms = g_ptr_array_new_with_free_func (g_object_unref);
}

/* The list */

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_KNOWN_ROOM;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_ROOM_BOOK (model)->rooms->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rooms = CHAT_ROOM_BOOK (model)->rooms;

  return position < rooms->len ? g_object_ref (g_ptr_array_index (rooms, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* What can be done to it */

static guint
find (GPtrArray *rooms, ChatKnownRoom *room)
{
  for (guint i = 0; i < rooms->len; i++)
    if (chat_known_room_is_same (g_ptr_array_index (rooms, i), room))
      return i;

  return G_MAXUINT;
}

/* Takes it out; returns what one called it. */
static char *
take_out (GPtrArray *rooms, ChatKnownRoom *room, guint *position)
{
  guint found = find (rooms, room);
  char *name = NULL;

  if (found != G_MAXUINT)
    {
      name = g_strdup (chat_known_room_get_name (g_ptr_array_index (rooms, found)));
      g_ptr_array_remove_index (rooms, found);
      if (position != NULL)
        *position = found;
    }

  return name;
}

static void
put_in (GPtrArray *rooms, ChatKnownRoom *room, guint position)
{
  g_ptr_array_insert (rooms, (int)MIN (position, rooms->len), g_object_ref (room));
  /* The one that was entered longest ago goes. */
  if (rooms->len > CHAT_MAX_ROOMS)
    g_ptr_array_set_size (rooms, CHAT_MAX_ROOMS);
}

typedef struct _Change Change;

/* What happens in a thread, to rooms just read. It owns all of it. */
struct _Change
{
  char *path;
  void (*apply) (GPtrArray *rooms, const Change *change); /* NULL: only reads */
  ChatKnownRoom *old;                                     /* nullable */
  ChatKnownRoom *room;                                    /* nullable */
  guint position;
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->path);
  g_clear_object (&change->old);
  g_clear_object (&change->room);
  g_free (change);
}

static void
remember (GPtrArray *rooms, const Change *change)
{
  g_autofree char *name = take_out (rooms, change->room, NULL);
  g_autoptr (ChatKnownRoom) named = NULL;

  if (name != NULL && chat_known_room_get_name (change->room) == NULL)
    named = chat_known_room_new (chat_known_room_get_profile (change->room), name);
  put_in (rooms, named != NULL ? named : change->room, 0);
}

static void
replace (GPtrArray *rooms, const Change *change)
{
  guint position = 0;
  G_GNUC_UNUSED g_autofree char *name = take_out (rooms, change->old, &position);
  G_GNUC_UNUSED g_autofree char *double_name = take_out (rooms, change->room, NULL);

  put_in (rooms, change->room, position);
}

static void
forget (GPtrArray *rooms, const Change *change)
{
  g_free (take_out (rooms, change->room, NULL));
}

static void
restore (GPtrArray *rooms, const Change *change)
{
  if (find (rooms, change->room) == G_MAXUINT)
    put_in (rooms, change->room, change->position);
}

/* In the thread */

static GPtrArray *
apply_locked (const Change *change, GError **error)
{
  g_autoptr (GPtrArray) rooms = chat_room_file_load (change->path, error);

  if (rooms == NULL)
    return NULL;
  if (change->apply != NULL)
    {
      change->apply (rooms, change);
      if (!chat_room_file_save (rooms, change->path, error))
        return NULL;
    }

  return g_steal_pointer (&rooms);
}

static void
apply_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Change *change = data;
  GError *error = NULL;
  GPtrArray *rooms = NULL;
  int lock = -1;

  /* One who only reads finds the file whole in any case. */
  if (change->apply != NULL)
    lock = chat_room_file_lock (change->path, &error);
  if (error == NULL)
    rooms = apply_locked (change, &error);
  if (lock >= 0)
    chat_room_file_unlock (lock);

  if (rooms != NULL)
    g_task_return_pointer (task, rooms, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
run (ChatRoomBook *self, Change *change, gpointer tag, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  change->path = g_strdup (self->path);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, change, change_free);
  g_task_run_in_thread (task, apply_in_thread);
}

/* Public functions */

/**
 * chat_room_book_load_async:
 * @self: a book
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the file.
 */
void
chat_room_book_load_async (ChatRoomBook *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (CHAT_IS_ROOM_BOOK (self));

  run (self, g_new0 (Change, 1), chat_room_book_load_async, cancellable, callback, user_data);
}

/**
 * chat_room_book_remember_async:
 * @self: a book
 * @room: the room that one has entered
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Puts it first.
 */
void
chat_room_book_remember_async (ChatRoomBook *self, ChatKnownRoom *room, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  Change *change;

  g_return_if_fail (CHAT_IS_ROOM_BOOK (self) && CHAT_IS_KNOWN_ROOM (room));

  change = g_new0 (Change, 1);
  change->apply = remember;
  change->room = g_object_ref (room);
  run (self, change, chat_room_book_remember_async, cancellable, callback, user_data);
}

/**
 * chat_room_book_replace_async:
 * @self: a book
 * @old: a room that is in it
 * @room: what it is now
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Puts it where the old one was.
 */
void
chat_room_book_replace_async (ChatRoomBook *self, ChatKnownRoom *old, ChatKnownRoom *room,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Change *change;

  g_return_if_fail (CHAT_IS_ROOM_BOOK (self));
  g_return_if_fail (CHAT_IS_KNOWN_ROOM (old) && CHAT_IS_KNOWN_ROOM (room));

  change = g_new0 (Change, 1);
  change->apply = replace;
  change->old = g_object_ref (old);
  change->room = g_object_ref (room);
  run (self, change, chat_room_book_replace_async, cancellable, callback, user_data);
}

/**
 * chat_room_book_forget_async:
 * @self: a book
 * @room: a room
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Takes it out. Its key files stay where they are.
 */
void
chat_room_book_forget_async (ChatRoomBook *self, ChatKnownRoom *room, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  Change *change;

  g_return_if_fail (CHAT_IS_ROOM_BOOK (self) && CHAT_IS_KNOWN_ROOM (room));

  change = g_new0 (Change, 1);
  change->apply = forget;
  change->room = g_object_ref (room);
  run (self, change, chat_room_book_forget_async, cancellable, callback, user_data);
}

/**
 * chat_room_book_restore_async:
 * @self: a book
 * @room: a room that was forgotten
 * @position: where it was
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Puts it back, unless it is there again.
 */
void
chat_room_book_restore_async (ChatRoomBook *self, ChatKnownRoom *room, guint position,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  Change *change;

  g_return_if_fail (CHAT_IS_ROOM_BOOK (self) && CHAT_IS_KNOWN_ROOM (room));

  change = g_new0 (Change, 1);
  change->apply = restore;
  change->room = g_object_ref (room);
  change->position = position;
  run (self, change, chat_room_book_restore_async, cancellable, callback, user_data);
}

/**
 * chat_room_book_finish:
 * @self: a book
 * @result: a result of any of the five
 * @error: return location for a %CHAT_CONFIG_ERROR with a sentence
 *
 * Shows in the list what is in the file now.
 *
 * Returns: whether it was done
 */
gboolean
chat_room_book_finish (ChatRoomBook *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) before = NULL;
  GPtrArray *rooms;

  g_return_val_if_fail (CHAT_IS_ROOM_BOOK (self) && g_task_is_valid (result, self), FALSE);

  rooms = g_task_propagate_pointer (G_TASK (result), error);
  if (rooms == NULL)
    return FALSE;

  before = g_steal_pointer (&self->rooms);
  self->rooms = rooms;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before->len, rooms->len);

  return TRUE;
}

/**
 * chat_room_book_get_last:
 * @self: a book
 *
 * Says which room to offer first.
 *
 * Returns: (transfer none) (nullable): the room that one entered last
 */
ChatKnownRoom *
chat_room_book_get_last (ChatRoomBook *self)
{
  g_return_val_if_fail (CHAT_IS_ROOM_BOOK (self), NULL);

  return self->rooms->len > 0 ? g_ptr_array_index (self->rooms, 0) : NULL;
}

/**
 * chat_room_book_find:
 * @self: a book
 * @room: a room
 *
 * Looks a room up as [method@KnownRoom.is_same] compares it.
 *
 * Returns: where it is, or %G_MAXUINT
 */
guint
chat_room_book_find (ChatRoomBook *self, ChatKnownRoom *room)
{
  g_return_val_if_fail (CHAT_IS_ROOM_BOOK (self) && CHAT_IS_KNOWN_ROOM (room), G_MAXUINT);

  return find (self->rooms, room);
}
