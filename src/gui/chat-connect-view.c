/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-view.h"

#include "chat-connect-view-private.h"
#include "chat-create-key-dialog.h"
#include "chat-library-names.h"
#include "chat-menu-button.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (ChatConnectView, chat_connect_view, ADW_TYPE_BIN)

static guint joined_signal;

static void
chat_connect_view_dispose (GObject *object)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->focus_idle, g_source_remove);
  if (self->joiner != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->joiner, self);
      chat_joiner_cancel (self->joiner);
    }
  g_clear_object (&self->unlocker);
  g_clear_object (&self->joiner);
  g_clear_object (&self->edited);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (chat_connect_view_parent_class)->dispose (object);
}

static void
chat_connect_view_finalize (GObject *object)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (object);

  g_clear_object (&self->cancellable);
  g_free (self->book_problem);
  g_free (self->file_problem);
  g_free (self->private_key);
  g_free (self->server_key);

  G_OBJECT_CLASS (chat_connect_view_parent_class)->finalize (object);
}

/* The pages */

static gboolean
is_rooms (ChatConnectView *self)
{
  return g_str_equal (chat_connect_view_get_page (self), "rooms");
}

/* Enter connects: with what is in the form, or to the last room. */
static void
take_focus (ChatConnectView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *button = is_rooms (self) ? chat_rooms_page_get_button (self->rooms)
                                      : chat_connect_form_get_button (self->form);

  if (GTK_IS_WINDOW (root))
    gtk_window_set_default_widget (GTK_WINDOW (root), button);
  if (is_rooms (self))
    gtk_widget_grab_focus (button);
  else if (g_str_equal (chat_connect_view_get_page (self), "form"))
    chat_connect_form_focus (self->form);
}

void
chat_connect_view_set_page (ChatConnectView *self, const char *name)
{
  if (g_str_equal (name, "rooms"))
    chat_connect_view_make_rooms_page (self);
  gtk_stack_set_visible_child_name (self->pages, name);
  gtk_widget_set_visible (self->back,
                          g_str_equal (name, "form")
                              && g_list_model_get_n_items (G_LIST_MODEL (self->book)) > 0);
  /* While one is in the room, the focus is there. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !self->away)
    take_focus (self);
}

static gboolean
focus_cb (gpointer user_data)
{
  ChatConnectView *self = user_data;

  self->focus_idle = 0;
  take_focus (self);

  return G_SOURCE_REMOVE;
}

/* A stack that shows the view moves the focus to its first widget afterwards. */
static void
chat_connect_view_map (GtkWidget *widget)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (widget);

  GTK_WIDGET_CLASS (chat_connect_view_parent_class)->map (widget);
  self->away = FALSE;
  if (self->focus_idle == 0)
    self->focus_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, focus_cb, self, NULL);
  chat_connect_view_refresh (self);
}

static void
chat_connect_view_unmap (GtkWidget *widget)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  g_clear_handle_id (&self->focus_idle, g_source_remove);
  GTK_WIDGET_CLASS (chat_connect_view_parent_class)->unmap (widget);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_default_widget (GTK_WINDOW (root), NULL);
}

static void
back_cb (ChatConnectView *self)
{
  g_clear_object (&self->edited);
  self->at_once = FALSE;
  chat_connect_view_set_page (self, "rooms");
}

void
chat_connect_view_add_room (ChatConnectView *self)
{
  g_clear_object (&self->edited);
  chat_connect_view_forget_files (self);
  chat_connect_form_clear (self->form);
  chat_connect_view_set_page (self, "form");
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (widget);

  if (self->joiner != NULL)
    chat_connect_view_cancel (self);
  else if (gtk_widget_get_visible (self->back))
    back_cb (self);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

/* Connecting */

static void
set_busy (ChatConnectView *self, const char *progress)
{
  gboolean busy = progress != NULL;
  gboolean was_busy = !gtk_widget_is_sensitive (GTK_WIDGET (self->pages));

  gtk_widget_set_sensitive (GTK_WIDGET (self->pages), !busy);
  gtk_widget_set_sensitive (self->back, !busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  if (busy)
    gtk_label_set_text (self->progress, progress);
  gtk_revealer_set_reveal_child (self->busy, busy);
  /* What had the focus cannot have it now. */
  if (busy && !was_busy)
    gtk_widget_grab_focus (self->cancel);
}

static void
end_joining (ChatConnectView *self)
{
  g_signal_handlers_disconnect_by_data (self->joiner, self);
  g_clear_object (&self->unlocker);
  g_clear_object (&self->joiner);
  set_busy (self, NULL);
}

static void
show_joined (ChatConnectView *self)
{
  g_autoptr (ChatSession) session = g_object_ref (chat_joiner_get_session (self->joiner));

  /* The view stays mapped until it has faded away. */
  self->away = TRUE;
  g_clear_handle_id (&self->focus_idle, g_source_remove);
  chat_connect_view_remember (self, chat_joiner_get_profile (self->joiner));
  end_joining (self);
  g_signal_emit (self, joined_signal, 0, session);
}

static void
show_failed (ChatConnectView *self)
{
  g_autoptr (ChatJoiner) joiner = g_object_ref (self->joiner);

  end_joining (self);
  /* Where it can be mended. */
  if (is_rooms (self))
    {
      chat_connect_form_show_profile (self->form, chat_joiner_get_profile (joiner));
      chat_connect_view_set_page (self, "form");
    }
  chat_connect_form_show_failure (self->form, chat_joiner_get_field (joiner),
                                  chat_joiner_get_error (joiner)->message);
}

static void
show_cancelled (ChatConnectView *self)
{
  end_joining (self);
  gtk_widget_grab_focus (is_rooms (self) ? chat_rooms_page_get_button (self->rooms)
                                         : chat_connect_form_get_button (self->form));
}

static void
joiner_state_cb (ChatConnectView *self)
{
  switch (chat_joiner_get_state (self->joiner))
    {
    case CHAT_JOINER_LOADING:
      set_busy (self, _("Reading the keys…"));
      break;
    case CHAT_JOINER_ASKING:
      set_busy (self, _("Waiting for the passphrase…"));
      break;
    case CHAT_JOINER_CONNECTING:
      set_busy (self, _("Connecting to the server…"));
      break;
    case CHAT_JOINER_PROVING:
      set_busy (self, _("Proving both keys…"));
      break;
    case CHAT_JOINER_ENTERING:
      set_busy (self, _("Entering the room…"));
      break;
    case CHAT_JOINER_JOINED:
      show_joined (self);
      break;
    case CHAT_JOINER_FAILED:
      show_failed (self);
      break;
    case CHAT_JOINER_CANCELLED:
      show_cancelled (self);
      break;
    case CHAT_JOINER_IDLE:
    default:
      break;
    }
}

static void
told_cb (ChatConnectView *self, const char *sentence)
{
  /* One is in the room by now, and reads it there. */
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", sentence);
}

void
chat_connect_view_start (ChatConnectView *self, const ChatProfile *profile)
{
  if (self->joiner != NULL)
    return;

  self->away = FALSE;
  self->at_once = FALSE;
  chat_connect_form_show_failure (self->form, CHAT_JOIN_FIELD_NONE, NULL);
  self->joiner = chat_joiner_new (profile);
  self->unlocker = chat_unlocker_new (self->joiner, GTK_WIDGET (self));
  g_signal_connect_object (self->unlocker, "told", G_CALLBACK (told_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->joiner, "notify::state", G_CALLBACK (joiner_state_cb), self,
                           G_CONNECT_SWAPPED);
  chat_joiner_start (self->joiner);
}

static void
form_connect_cb (ChatConnectView *self)
{
  g_autoptr (ChatProfile) profile = chat_connect_form_dup_profile (self->form);

  if (profile != NULL)
    chat_connect_view_start (self, profile);
}

/* A profile that was loaded needs no more than Enter, or not even that. */
static void
form_usable_cb (ChatConnectView *self)
{
  if (!self->filled || !chat_connect_form_is_usable (self->form))
    return;

  self->filled = FALSE;
  gtk_widget_grab_focus (chat_connect_form_get_button (self->form));
  if (self->at_once)
    form_connect_cb (self);
}

/* A key of one's own */

static void
key_created_cb (ChatConnectView *self, const char *path)
{
  chat_connect_form_set_key (self->form, CHAT_FILE_KIND_PRIVATE_KEY, path);
}

static void
create_key_cb (ChatConnectView *self)
{
  g_autofree char *username = chat_connect_form_dup_username (self->form);
  ChatCreateKeyDialog *dialog = chat_create_key_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), username);

  g_signal_connect_object (dialog, "created", G_CALLBACK (key_created_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, toasts);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, back);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, pages);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, form);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, busy);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, progress);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, cancel);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, drop);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, form_connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, form_usable_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_connect_view_cancel);
  chat_connect_view_class_bind_rooms (widget_class);
}

static void
chat_connect_view_class_init (ChatConnectViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_connect_view_dispose;
  object_class->finalize = chat_connect_view_finalize;
  widget_class->map = chat_connect_view_map;
  widget_class->unmap = chat_connect_view_unmap;

  joined_signal = g_signal_new ("joined", CHAT_TYPE_CONNECT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, CHAT_TYPE_SESSION);

  g_type_ensure (CHAT_TYPE_CONNECT_FORM);
  g_type_ensure (CHAT_TYPE_ROOMS_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-connect-view.ui");
  bind_children (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
chat_connect_view_init (ChatConnectView *self)
{
  g_autoptr (ChatRoomBook) book = chat_room_book_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_library_names_watch_toasts (self->toasts);
  chat_menu_button_name_all (GTK_WIDGET (self));
  chat_connect_view_set_book (self, book);
  chat_connect_view_watch_drops (self);
}

/* Public functions */

/**
 * chat_connect_view_connect_when_ready:
 * @self: a view that loads a profile
 *
 * Connects as soon as all that is in the profile is found to be right.
 */
void
chat_connect_view_connect_when_ready (ChatConnectView *self)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self));

  self->at_once = TRUE;
}

/**
 * chat_connect_view_show_error:
 * @self: a view
 * @error: why one is not, or no longer, in the room
 *
 * Tells it at the field that it concerns.
 */
void
chat_connect_view_show_error (ChatConnectView *self, const GError *error)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self) && error != NULL);

  chat_connect_view_set_page (self, "form");
  chat_connect_form_show_failure (self->form, chat_join_field_of_error (error), error->message);
}

/**
 * chat_connect_view_cancel:
 * @self: a view
 *
 * Gives up an attempt that runs.
 */
void
chat_connect_view_cancel (ChatConnectView *self)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self));

  if (self->joiner != NULL)
    chat_joiner_cancel (self->joiner);
}

/**
 * chat_connect_view_get_form:
 * @self: a view
 *
 * Returns: (transfer none): its form
 */
ChatConnectForm *
chat_connect_view_get_form (ChatConnectView *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_VIEW (self), NULL);

  return self->form;
}

/**
 * chat_connect_view_get_rooms_page:
 * @self: a view
 *
 * Returns: (transfer none): its list of rooms
 */
ChatRoomsPage *
chat_connect_view_get_rooms_page (ChatConnectView *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_VIEW (self), NULL);

  chat_connect_view_make_rooms_page (self);

  return self->rooms;
}

/**
 * chat_connect_view_get_page:
 * @self: a view
 *
 * Returns: (transfer none): which page is shown: "rooms", "form", or "blank"
 */
const char *
chat_connect_view_get_page (ChatConnectView *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_VIEW (self), NULL);

  return gtk_stack_get_visible_child_name (self->pages);
}

/**
 * chat_connect_view_get_passphrase_dialog:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): the dialog, while one is asked for a passphrase
 */
GtkWindow *
chat_connect_view_get_passphrase_dialog (ChatConnectView *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_VIEW (self), NULL);

  return self->unlocker != NULL ? chat_unlocker_get_dialog (self->unlocker) : NULL;
}
