/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-rooms-page.h"

#include "chat-limits.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatRoomsPage
{
  AdwBin parent_instance;

  AdwAvatar *avatar;
  GtkLabel *title;
  GtkLabel *username;
  GtkWidget *connect;
  GtkMenuButton *menu;
  GtkWidget *others_group;
  GtkListBox *others;

  ChatRoomBook *book;
};

G_DEFINE_FINAL_TYPE (ChatRoomsPage, chat_rooms_page, ADW_TYPE_BIN)

enum
{
  CONNECT,
  EDIT,
  FORGET,
  RENAMED,
  ANOTHER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
chat_rooms_page_dispose (GObject *object)
{
  ChatRoomsPage *self = CHAT_ROOMS_PAGE (object);

  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (chat_rooms_page_parent_class)->dispose (object);
}

/* One room */

static char *
dup_title (ChatKnownRoom *room)
{
  return chat_text_make_safe (chat_known_room_get_title (room), CHAT_TEXT_ONE_LINE);
}

static char *
dup_subtitle (ChatKnownRoom *room)
{
  g_autofree char *name = chat_text_make_safe (chat_known_room_get_profile (room)->username,
                                               CHAT_TEXT_ONE_LINE);
  g_autofree char *address = NULL;

  if (chat_known_room_get_name (room) == NULL)
    /* TRANSLATORS: under the address of a room: one's username there */
    return g_strdup_printf (_("as %s"), name);

  address = chat_text_make_safe (chat_known_room_get_profile (room)->address, CHAT_TEXT_ONE_LINE);
  /* TRANSLATORS: under the name of a room: its address, and one's username there */
  return g_strdup_printf (_("%s, as %s"), address, name);
}

static void
add_item (GMenu *menu, const char *label, const char *action, guint position)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "u", position);
  g_menu_append_item (menu, item);
}

static GMenuModel *
make_menu (guint position)
{
  GMenu *menu = g_menu_new ();

  add_item (menu, _("_Edit…"), "rooms.edit", position);
  add_item (menu, _("_Rename…"), "rooms.rename", position);
  add_item (menu, _("_Forget"), "rooms.forget", position);

  return G_MENU_MODEL (menu);
}

static GtkWidget *
make_menu_button (guint position, const char *title)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenuModel) menu = make_menu (position);
  /* TRANSLATORS: what a screen reader calls the menu of a room */
  g_autofree char *label = g_strdup_printf (_("Menu of %s"), title);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Edit or Forget"));
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);

  return button;
}

/* A room is no person: it has initials only if one has named it oneself. */
static void
show_avatar (AdwAvatar *avatar, ChatKnownRoom *room, const char *title)
{
  gboolean named = chat_known_room_get_name (room) != NULL;

  adw_avatar_set_icon_name (avatar, "system-users-symbolic");
  adw_avatar_set_text (avatar, title);
  adw_avatar_set_show_initials (avatar, named && g_unichar_isalpha (g_utf8_get_char (title)));
}

static GtkWidget *
make_row (guint position, ChatKnownRoom *room)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = adw_avatar_new (36, NULL, TRUE);
  g_autofree char *title = dup_title (room);
  g_autofree char *subtitle = dup_subtitle (room);

  /* Names are not markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (row, _("Connect"));
  show_avatar (ADW_AVATAR (avatar), room, title);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_menu_button (position, title));

  return row;
}

/* All of them */

static void
show_last (ChatRoomsPage *self, ChatKnownRoom *room)
{
  g_autofree char *title = dup_title (room);
  g_autofree char *subtitle = dup_subtitle (room);
  g_autofree char *label = NULL;
  g_autoptr (GMenuModel) menu = make_menu (0);

  show_avatar (self->avatar, room, title);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->username, subtitle);
  gtk_menu_button_set_menu_model (self->menu, menu);
  /* TRANSLATORS: what a screen reader calls the button: the room, one's username there */
  label = g_strdup_printf (_("Connect to %s as %s"), title,
                           chat_known_room_get_profile (room)->username);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->connect), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

/* There are never more than CHAT_MAX_ROOMS of them. */
static void
items_changed_cb (ChatRoomsPage *self)
{
  GListModel *model = G_LIST_MODEL (self->book);
  guint n = g_list_model_get_n_items (model);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->others, 0)) != NULL)
    gtk_list_box_remove (self->others, GTK_WIDGET (row));
  for (guint i = 1; i < n; i++)
    {
      g_autoptr (ChatKnownRoom) room = g_list_model_get_item (model, i);

      gtk_list_box_append (self->others, make_row (i, room));
    }
  gtk_widget_set_visible (self->others_group, n > 1);
  if (n > 0)
    show_last (self, chat_room_book_get_last (self->book));
}

static void
emit (ChatRoomsPage *self, guint signal, guint position)
{
  g_autoptr (ChatKnownRoom) room = NULL;

  if (self->book != NULL)
    room = g_list_model_get_item (G_LIST_MODEL (self->book), position);
  if (room != NULL)
    g_signal_emit (self, signals[signal], 0, room);
}

static void
connect_cb (ChatRoomsPage *self)
{
  emit (self, CONNECT, 0);
}

static void
row_activated_cb (ChatRoomsPage *self, GtkListBoxRow *row)
{
  emit (self, CONNECT, (guint)gtk_list_box_row_get_index (row) + 1);
}

static void
another_cb (ChatRoomsPage *self)
{
  g_signal_emit (self, signals[ANOTHER], 0);
}

static void
edit_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  emit (CHAT_ROOMS_PAGE (widget), EDIT, g_variant_get_uint32 (parameter));
}

static void
forget_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  emit (CHAT_ROOMS_PAGE (widget), FORGET, g_variant_get_uint32 (parameter));
}

static void
rename_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ChatRoomsPage *self = CHAT_ROOMS_PAGE (widget);
  g_autoptr (ChatKnownRoom) room =
      g_list_model_get_item (G_LIST_MODEL (self->book), g_variant_get_uint32 (parameter));

  if (room != NULL)
    chat_rooms_page_rename (self, room);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "rooms.edit", "u", edit_cb);
  gtk_widget_class_install_action (widget_class, "rooms.rename", "u", rename_cb);
  gtk_widget_class_install_action (widget_class, "rooms.forget", "u", forget_cb);
}

static void
chat_rooms_page_class_init (ChatRoomsPageClass *klass)
{
  const char *const with_room[] = { "connect", "edit", "forget" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_rooms_page_dispose;

  for (guint i = 0; i < G_N_ELEMENTS (with_room); i++)
    signals[CONNECT + i] = g_signal_new (with_room[i], CHAT_TYPE_ROOMS_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_KNOWN_ROOM);
  signals[RENAMED] = g_signal_new ("renamed", CHAT_TYPE_ROOMS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, CHAT_TYPE_KNOWN_ROOM,
                                   G_TYPE_STRING);
  signals[ANOTHER] = g_signal_new ("another", CHAT_TYPE_ROOMS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-rooms-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, title);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, username);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, connect);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, menu);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, others_group);
  gtk_widget_class_bind_template_child (widget_class, ChatRoomsPage, others);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, another_cb);
}

static void
chat_rooms_page_init (ChatRoomsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Renaming */

static void
rename_response_cb (ChatRoomsPage *self, const char *response, AdwMessageDialog *dialog)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "rename"))
    g_signal_emit (self, signals[RENAMED], 0, g_object_get_data (G_OBJECT (dialog), "room"), name);
}

static GtkWidget *
make_name_entry (ChatKnownRoom *room)
{
  GtkWidget *entry = gtk_entry_new ();
  const char *name = chat_known_room_get_name (room);

  gtk_editable_set_text (GTK_EDITABLE (entry), name != NULL ? name : "");
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), chat_known_room_get_profile (room)->address);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  /* In characters, of which none has more than four bytes. */
  gtk_entry_set_max_length (GTK_ENTRY (entry), CHAT_MAX_ROOM_NAME / 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name of the room"), -1);

  return entry;
}

/* Public functions */

/**
 * chat_rooms_page_rename:
 * @self: a page
 * @room: a room
 *
 * Asks what it is to be called.
 */
void
chat_rooms_page_rename (ChatRoomsPage *self, ChatKnownRoom *room)
{
  GtkWidget *dialog;

  g_return_if_fail (CHAT_IS_ROOMS_PAGE (self) && CHAT_IS_KNOWN_ROOM (room));

  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                   _("Rename the Room"),
                                   _("Only you see this name. Without one, the room is called by "
                                     "its address."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "rename",
                                    _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_name_entry (room));
  g_object_set_data_full (G_OBJECT (dialog), "room", g_object_ref (room), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * chat_rooms_page_set_book:
 * @self: a page
 * @book: the rooms
 */
void
chat_rooms_page_set_book (ChatRoomsPage *self, ChatRoomBook *book)
{
  g_return_if_fail (CHAT_IS_ROOMS_PAGE (self) && CHAT_IS_ROOM_BOOK (book));

  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_set_object (&self->book, book);
  g_signal_connect_object (book, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  items_changed_cb (self);
}

/**
 * chat_rooms_page_get_button:
 * @self: a page
 *
 * Returns: (transfer none): the button that connects to the last room
 */
GtkWidget *
chat_rooms_page_get_button (ChatRoomsPage *self)
{
  g_return_val_if_fail (CHAT_IS_ROOMS_PAGE (self), NULL);

  return self->connect;
}
