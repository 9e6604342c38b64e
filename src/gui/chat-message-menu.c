/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-menu.h"

#include "chat-feed-row.h"

#include <string.h>

struct _ChatMessageMenu
{
  GObject parent_instance;

  GtkWidget *owner; /* borrowed: it detaches the menu before it is gone */
  GtkWidget *list;  /* borrowed: a child of the owner */
  GtkWidget *popover;
  GSimpleActionGroup *actions;

  ChatMessage *message; /* whose menu it is */
  GtkWidget *focus;     /* weak: what had it before */
  char *selection;      /* of its text, or NULL */
  char *link;           /* under the pointer, or NULL */
};

G_DEFINE_FINAL_TYPE (ChatMessageMenu, chat_message_menu, G_TYPE_OBJECT)

static guint quote_signal, details_signal;

static void
chat_message_menu_finalize (GObject *object)
{
  ChatMessageMenu *self = CHAT_MESSAGE_MENU (object);

  chat_message_menu_detach (self);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (chat_message_menu_parent_class)->finalize (object);
}

/* What it does */

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ChatMessageMenu *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->owner),
                          self->selection != NULL ? self->selection
                                                  : chat_message_get_text (self->message));
}

static void
copy_link_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ChatMessageMenu *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->owner), self->link);
}

static void
quote_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, quote_signal, 0, CHAT_MESSAGE_MENU (user_data)->message);
}

static void
message_privately_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ChatMessageMenu *self = user_data;

  gtk_widget_activate_action (self->owner, "win.message-privately", "s",
                              chat_message_get_author (self->message));
}

static void
details_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, details_signal, 0, CHAT_MESSAGE_MENU (user_data)->message);
}

static void
set_enabled (ChatMessageMenu *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (ChatMessageMenu *self)
{
  gboolean has_text = chat_message_get_text (self->message) != NULL;
  gboolean own = chat_message_get_own (self->message);
  gboolean verified = chat_message_get_author_kid (self->message) != NULL;

  set_enabled (self, "copy", has_text);
  set_enabled (self, "copy-link", self->link != NULL);
  set_enabled (self, "quote", has_text);
  set_enabled (self, "message-privately", !own && verified);
}

/* Where it opens */

static void
closed_cb (ChatMessageMenu *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (self->owner));

  if (self->focus != NULL
      && (focus == NULL || focus == self->popover
          || gtk_widget_is_ancestor (focus, self->popover)))
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
}

static GtkWidget *
make_popover (ChatMessageMenu *self)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/conclave_chat/Conclave/chat-message-menu.ui");
  GMenuModel *model = G_MENU_MODEL (gtk_builder_get_object (builder, "menu"));
  GtkWidget *popover = gtk_popover_menu_new_from_model (model);

  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_parent (popover, self->owner);
  g_signal_connect_object (popover, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);

  return popover;
}

/* What the pointer is on in the text of the message. */
static void
look_at_label (ChatMessageMenu *self, GtkWidget *widget)
{
  int start, end;

  g_clear_pointer (&self->selection, g_free);
  g_clear_pointer (&self->link, g_free);
  if (!GTK_IS_LABEL (widget))
    return;

  self->link = g_strdup (gtk_label_get_current_uri (GTK_LABEL (widget)));
  if (gtk_label_get_selection_bounds (GTK_LABEL (widget), &start, &end))
    {
      const char *text = gtk_label_get_text (GTK_LABEL (widget));

      /* All of it is also what is folded away. */
      if (start > 0 || end < g_utf8_strlen (text, -1))
        self->selection = g_utf8_substring (text, start, end);
    }
}

static GtkWidget *
find_row (GtkWidget *widget)
{
  GtkWidget *row =
      widget != NULL ? gtk_widget_get_ancestor (widget, CHAT_TYPE_FEED_ROW) : NULL;

  /* With the keyboard it is the item of the list that has the focus, and the row is in it. */
  if (row == NULL && widget != NULL && CHAT_IS_FEED_ROW (gtk_widget_get_first_child (widget)))
    row = gtk_widget_get_first_child (widget);

  return row;
}

static gboolean
open_for (ChatMessageMenu *self, GtkWidget *widget, const GdkRectangle *where)
{
  GtkWidget *row = find_row (widget);
  ChatFeedItem *item = row != NULL ? chat_feed_row_get_item (CHAT_FEED_ROW (row)) : NULL;
  ChatMessage *message = item != NULL ? chat_feed_item_get_message (item) : NULL;

  if (message == NULL)
    return FALSE;

  g_set_object (&self->message, message);
  g_set_weak_pointer (&self->focus, gtk_root_get_focus (gtk_widget_get_root (self->owner)));
  look_at_label (self, widget);
  update_actions (self);
  if (self->popover == NULL)
    self->popover = make_popover (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), where);
  gtk_popover_popup (GTK_POPOVER (self->popover));

  return TRUE;
}

/* Before the label, which is selectable and would show a menu of its own. */
static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, ChatMessageMenu *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));

  if (event != NULL && gdk_event_triggers_context_menu (event)
      && chat_message_menu_open_at (self, x, y))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
long_press_cb (GtkGestureLongPress *gesture, double x, double y, ChatMessageMenu *self)
{
  if (chat_message_menu_open_at (self, x, y))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
shortcut_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  return chat_message_menu_open_at_focus (user_data);
}

static void
chat_message_menu_class_init (ChatMessageMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_message_menu_finalize;

  quote_signal = g_signal_new ("quote", CHAT_TYPE_MESSAGE_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);
  details_signal = g_signal_new ("details", CHAT_TYPE_MESSAGE_MENU, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, CHAT_TYPE_MESSAGE);
}

static void
chat_message_menu_init (ChatMessageMenu *self)
{
  const GActionEntry entries[] = {
    { .name = "copy", .activate = copy_cb },
    { .name = "copy-link", .activate = copy_link_cb },
    { .name = "quote", .activate = quote_cb },
    { .name = "message-privately", .activate = message_privately_cb },
    { .name = "details", .activate = details_cb },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
}

static void
add_controllers (ChatMessageMenu *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (long_press_cb), self, 0);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (press));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (shortcut_cb, self, NULL)));
  gtk_widget_add_controller (self->list, keys);
}

/**
 * chat_message_menu_new:
 * @owner: (transfer none): a widget around the list
 * @list: (transfer none): a list
 *
 * Returns: (transfer full): what shows the menu on each of its messages
 */
ChatMessageMenu *
chat_message_menu_new (GtkWidget *owner, ChatMessageList *list)
{
  ChatMessageMenu *self;

  g_return_val_if_fail (GTK_IS_WIDGET (owner) && CHAT_IS_MESSAGE_LIST (list), NULL);

  self = g_object_new (CHAT_TYPE_MESSAGE_MENU, NULL);
  self->owner = owner;
  self->list = GTK_WIDGET (list);
  gtk_widget_insert_action_group (owner, "message", G_ACTION_GROUP (self->actions));
  add_controllers (self);

  return self;
}

/**
 * chat_message_menu_detach:
 * @self: a menu
 *
 * To be called when its owner is disposed of.
 */
void
chat_message_menu_detach (ChatMessageMenu *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_MENU (self));

  g_clear_weak_pointer (&self->focus);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->message);
  g_clear_pointer (&self->selection, g_free);
  g_clear_pointer (&self->link, g_free);
}

/**
 * chat_message_menu_open_at:
 * @self: a menu
 * @x: a place in the list
 * @y: a place in the list
 *
 * Returns: whether there is a message, whose menu is shown now
 */
gboolean
chat_message_menu_open_at (ChatMessageMenu *self, double x, double y)
{
  GdkRectangle where = { 0, 0, 1, 1 };
  double owner_x, owner_y;

  g_return_val_if_fail (CHAT_IS_MESSAGE_MENU (self), FALSE);

  if (!gtk_widget_translate_coordinates (self->list, self->owner, x, y, &owner_x, &owner_y))
    return FALSE;
  where.x = (int)owner_x;
  where.y = (int)owner_y;

  return open_for (self, gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT), &where);
}

/**
 * chat_message_menu_open_at_focus:
 * @self: a menu
 *
 * Returns: whether a message has the focus, whose menu is shown now
 */
gboolean
chat_message_menu_open_at_focus (ChatMessageMenu *self)
{
  GtkWidget *focus, *row;
  graphene_rect_t bounds;
  GdkRectangle where;

  g_return_val_if_fail (CHAT_IS_MESSAGE_MENU (self), FALSE);

  focus = gtk_root_get_focus (gtk_widget_get_root (self->list));
  row = focus != NULL && gtk_widget_is_ancestor (focus, self->list) ? find_row (focus) : NULL;
  if (row == NULL || !gtk_widget_compute_bounds (row, self->owner, &bounds))
    return FALSE;
  where.x = (int)(bounds.origin.x + bounds.size.width / 2);
  where.y = (int)(bounds.origin.y + bounds.size.height / 2);
  where.width = where.height = 1;

  return open_for (self, focus, &where);
}
