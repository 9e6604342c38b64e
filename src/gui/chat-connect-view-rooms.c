/* What the connect view does with the rooms that are known, and with files from outside. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-view-private.h"

#include "chat-limits.h"
#include "chat-menu-button.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

/* What concerns no field. Of two, the one that the user has just made is told. */

static void
show_notice (ChatConnectView *self)
{
  const char *text = self->file_problem != NULL ? self->file_problem : self->book_problem;

  chat_connect_form_set_notice (self->form, text);
}

static void
set_book_problem (ChatConnectView *self, const char *text)
{
  g_free (self->book_problem);
  self->book_problem = g_strdup (text);
  show_notice (self);
}

static void
set_file_problem (ChatConnectView *self, const char *text)
{
  g_free (self->file_problem);
  self->file_problem = g_strdup (text);
  show_notice (self);
}

/* What was wrong with the last file is told until there is another one, or another room. */
void
chat_connect_view_forget_files (ChatConnectView *self)
{
  g_clear_pointer (&self->private_key, g_free);
  g_clear_pointer (&self->server_key, g_free);
  set_file_problem (self, NULL);
}

/* The book */

/* Where there is nothing to choose from, there is only the form. */
static void
choose_page (ChatConnectView *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->book)) > 0;
  gboolean form = g_str_equal (chat_connect_view_get_page (self), "form");

  if (self->joiner != NULL)
    return;
  if (any && self->wants_rooms)
    chat_connect_view_set_page (self, "rooms");
  else if (!any && !form)
    chat_connect_view_set_page (self, "form");
  self->wants_rooms = FALSE;
}

static void
book_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConnectView) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->book == NULL) /* the view is gone */
    return;
  if (chat_room_book_finish (CHAT_ROOM_BOOK (source), result, &error))
    set_book_problem (self, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_book_problem (self, error->message);
  self->loaded = TRUE;
  choose_page (self);
}

/**
 * chat_connect_view_show_rooms:
 * @self: a view
 *
 * Offers the rooms that one has been in, once the list is read; without any, the form.
 */
void
chat_connect_view_show_rooms (ChatConnectView *self)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self));

  self->wants_rooms = TRUE;
  if (!self->loaded)
    chat_connect_view_set_page (self, "blank");
  chat_room_book_load_async (self->book, self->cancellable, book_cb, g_object_ref (self));
}

/* Another window may have changed the list since. */
void
chat_connect_view_refresh (ChatConnectView *self)
{
  if (self->loaded)
    chat_room_book_load_async (self->book, self->cancellable, book_cb, g_object_ref (self));
}

/**
 * chat_connect_view_set_book:
 * @self: a view that has shown nothing yet
 * @book: the rooms
 */
void
chat_connect_view_set_book (ChatConnectView *self, ChatRoomBook *book)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self) && CHAT_IS_ROOM_BOOK (book));

  g_set_object (&self->book, book);
  if (self->rooms != NULL)
    chat_rooms_page_set_book (self->rooms, book);
}

/* Entering one */

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* The list says the same again when the room is remembered. */
  if (!chat_room_book_finish (CHAT_ROOM_BOOK (source), result, &error))
    g_debug ("a room is not replaced: %s", error->message);
}

/* It is on the list when one comes back from the room. */
void
chat_connect_view_remember (ChatConnectView *self, const ChatProfile *profile)
{
  g_autoptr (ChatKnownRoom) edited = g_steal_pointer (&self->edited);
  const char *name = edited != NULL ? chat_known_room_get_name (edited) : NULL;
  g_autoptr (ChatKnownRoom) room = chat_known_room_new (profile, name);

  chat_connect_form_show_profile (self->form, profile);
  chat_connect_view_forget_files (self);
  self->wants_rooms = TRUE;
  if (edited != NULL && !chat_known_room_is_same (edited, room))
    chat_room_book_replace_async (self->book, edited, room, NULL, replaced_cb, NULL);
  chat_room_book_remember_async (self->book, room, NULL, book_cb, g_object_ref (self));
}

static void
room_connect_cb (ChatConnectView *self, ChatKnownRoom *room)
{
  chat_connect_view_start (self, chat_known_room_get_profile (room));
}

static void
room_edit_cb (ChatConnectView *self, ChatKnownRoom *room)
{
  g_set_object (&self->edited, room);
  chat_connect_view_forget_files (self);
  chat_connect_form_show_profile (self->form, chat_known_room_get_profile (room));
  chat_connect_view_set_page (self, "form");
}

static void
room_renamed_cb (ChatConnectView *self, ChatKnownRoom *room, const char *name)
{
  g_autoptr (ChatKnownRoom) renamed =
      chat_known_room_new (chat_known_room_get_profile (room), name);

  chat_room_book_replace_async (self->book, room, renamed, NULL, book_cb, g_object_ref (self));
}

/* Forgetting one, and thinking better of it */

typedef struct
{
  ChatKnownRoom *room;
  guint position;
} Forgotten;

static void
forgotten_free (gpointer data)
{
  Forgotten *forgotten = data;

  g_object_unref (forgotten->room);
  g_free (forgotten);
}

static void
undo_cb (ChatConnectView *self, AdwToast *toast)
{
  const Forgotten *forgotten = g_object_get_data (G_OBJECT (toast), "forgotten");

  self->wants_rooms = TRUE;
  chat_room_book_restore_async (self->book, forgotten->room, forgotten->position, NULL, book_cb,
                                g_object_ref (self));
}

static void
room_forget_cb (ChatConnectView *self, ChatKnownRoom *room)
{
  g_autofree char *title =
      chat_text_make_safe (chat_known_room_get_title (room), CHAT_TEXT_ONE_LINE);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  /* TRANSLATORS: the name or the address of a room */
  g_autofree char *sentence = g_strdup_printf (_("“%s” is forgotten"), escaped);
  AdwToast *toast = adw_toast_new (sentence);
  Forgotten *forgotten = g_new0 (Forgotten, 1);

  forgotten->room = g_object_ref (room);
  forgotten->position = chat_room_book_find (self->book, room);
  g_object_set_data_full (G_OBJECT (toast), "forgotten", forgotten, forgotten_free);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self,
                           G_CONNECT_SWAPPED);
  chat_room_book_forget_async (self->book, room, NULL, book_cb, g_object_ref (self));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* Who has not been in a room yet does not wait for the list of them. */
void
chat_connect_view_make_rooms_page (ChatConnectView *self)
{
  if (self->rooms != NULL)
    return;

  self->rooms = g_object_new (CHAT_TYPE_ROOMS_PAGE, NULL);
  chat_rooms_page_set_book (self->rooms, self->book);
  chat_menu_button_name_all (GTK_WIDGET (self->rooms));
  g_signal_connect_object (self->rooms, "connect", G_CALLBACK (room_connect_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rooms, "edit", G_CALLBACK (room_edit_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rooms, "renamed", G_CALLBACK (room_renamed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rooms, "forget", G_CALLBACK (room_forget_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rooms, "another", G_CALLBACK (chat_connect_view_add_room), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->rooms), "rooms");
}

/* Files from outside */

static void
prefer (char **path, const char *better)
{
  if (better == NULL)
    return;

  g_free (*path);
  *path = g_strdup (better);
}

/* A key that was dropped together with the profile is the one that is meant, not one of the usual
 * name beside it: in a sandbox that is not even to be seen. */
static void
show_profile (ChatConnectView *self, ChatProfile *profile)
{
  prefer (&profile->private_key, self->private_key);
  prefer (&profile->server_key, self->server_key);
  chat_connect_form_show_profile (self->form, profile);
  chat_connect_form_focus (self->form);
}

static void
take_key (ChatConnectView *self, ChatFileKind kind, const char *path)
{
  prefer (kind == CHAT_FILE_KIND_PRIVATE_KEY ? &self->private_key : &self->server_key, path);
  chat_connect_form_set_key (self->form, kind, path);
}

static void
profile_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConnectView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->joiner != NULL)
    return;

  if (profile == NULL)
    {
      set_file_problem (self, error->message);
      return;
    }
  g_clear_object (&self->edited);
  self->filled = TRUE;
  show_profile (self, profile);
}

static void
tell_other (ChatConnectView *self, const char *path, const GError *error)
{
  g_autofree char *display = g_filename_display_name (path);
  g_autofree char *sentence = NULL;

  if (error == NULL)
    sentence = g_strdup_printf (_("%s is neither a key file nor a user_config.json."), display);
  set_file_problem (self, error != NULL ? error->message : sentence);
}

static void
kind_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConnectView) self = user_data;
  g_autoptr (GError) error = NULL;
  ChatFileKind kind = chat_file_kind_find_finish (result, &error);
  const char *path = chat_file_kind_get_path (result);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->joiner != NULL)
    return;

  chat_connect_view_set_page (self, "form");
  switch (kind)
    {
    case CHAT_FILE_KIND_PROFILE:
      chat_profile_load_async (path, self->cancellable, profile_cb, g_object_ref (self));
      break;
    case CHAT_FILE_KIND_PRIVATE_KEY:
    case CHAT_FILE_KIND_PUBLIC_KEY:
      take_key (self, kind, path);
      break;
    case CHAT_FILE_KIND_OTHER:
    default:
      tell_other (self, path, error);
    }
}

static void
take_file (ChatConnectView *self, const char *path)
{
  self->at_once = FALSE;
  self->wants_rooms = FALSE;
  chat_file_kind_find_async (path, self->cancellable, kind_cb, g_object_ref (self));
}

/**
 * chat_connect_view_load:
 * @self: a view
 * @path: a file
 *
 * Takes a file, whatever it is: fills in what is in a `user_config.json`, beside which key files
 * are found; puts a key where it belongs. Reads it in a thread.
 */
void
chat_connect_view_load (ChatConnectView *self, const char *path)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self) && path != NULL);

  chat_connect_view_forget_files (self);
  take_file (self, path);
}

/* A file manager gives a list, even of one file. */
static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  ChatConnectView *self =
      CHAT_CONNECT_VIEW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));
  GSList *files = g_value_get_boxed (value);

  if (self->joiner != NULL || g_slist_length (files) > CHAT_MAX_DROPPED_FILES)
    return FALSE;
  chat_connect_view_forget_files (self);
  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *path = g_file_get_path (l->data);

      if (path != NULL)
        take_file (self, path);
      else
        set_file_problem (self, _("This file is not on this computer. Copy it here first."));
    }

  return files != NULL;
}

void
chat_connect_view_watch_drops (ChatConnectView *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST };

  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));
}

void
chat_connect_view_class_bind_rooms (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
}
