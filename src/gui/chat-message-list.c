/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-list.h"

#include "chat-feed-row.h"
#include "chat-landmark.h"
#include "chat-wheel.h"

#include <math.h>

/* How often the last row is asked for in one layout: rows get their real height only when they are
 * made. */
#define MAX_ROUNDS 4

struct _ChatMessageList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkListView *list;
  GtkEventController *scroll;

  GtkAdjustment *adjustment; /* borrowed from the scrolled window */
  gboolean following;
  gboolean allocating;
  ChatLandmark *landmark;
  ChatWheel *wheel;
  GtkWidget *focus; /* the row that had it at the last layout; compared only */
  double value;  /* of the adjustment, as it was last seen */
  guint n_moves; /* of the adjustment, since the last layout */
  guint wanted; /* the row to scroll to, or GTK_INVALID_LIST_POSITION */
};

G_DEFINE_FINAL_TYPE (ChatMessageList, chat_message_list, GTK_TYPE_WIDGET)

enum
{
  PROP_FOLLOWING = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_message_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, CHAT_MESSAGE_LIST (object)->following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_message_list_dispose (GObject *object)
{
  ChatMessageList *self = CHAT_MESSAGE_LIST (object);

  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  self->adjustment = NULL;
  g_clear_object (&self->wheel);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_message_list_parent_class)->dispose (object);
}

static void
chat_message_list_finalize (GObject *object)
{
  chat_landmark_free (CHAT_MESSAGE_LIST (object)->landmark);

  G_OBJECT_CLASS (chat_message_list_parent_class)->finalize (object);
}

/* Following the end */

static double
get_end (ChatMessageList *self)
{
  return gtk_adjustment_get_upper (self->adjustment)
         - gtk_adjustment_get_page_size (self->adjustment);
}

static void
set_following (ChatMessageList *self, gboolean following)
{
  if (self->following == following)
    return;

  self->following = following;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLLOWING]);
}

/* What the list itself does to the adjustment while it is laid out is not the user's wish. */
static void
value_changed_cb (ChatMessageList *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);

  if (self->allocating)
    return;

  set_following (self, value >= get_end (self) - 1);
  chat_landmark_move (self->landmark, value - self->value,
                      gtk_adjustment_get_page_size (self->adjustment));
  self->value = value;
  self->n_moves++;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static guint
count_rows (ChatMessageList *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);

  return model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

/* Rows that come into sight have to be laid out before they are drawn.
 * Returns: whether it moved; at one of the two ends there is no more. */
static gboolean
allocate_at (ChatMessageList *self, double value, int width, int height, int baseline)
{
  double before = gtk_adjustment_get_value (self->adjustment);

  gtk_adjustment_set_value (self->adjustment, value);
  if (gtk_adjustment_get_value (self->adjustment) == before)
    return FALSE;
  gtk_widget_allocate (self->scrolled, width, height, baseline, NULL);

  return TRUE;
}

/* GTK 4.8 finds the row at a value by the heights of all rows, but after one move it has forgotten
 * some, and at the next it finds another row. Now it knows them again. */
static void
allocate_moved (ChatMessageList *self, int width, int height, int baseline)
{
  double value = gtk_adjustment_get_value (self->adjustment);

  if (self->n_moves > 1 && fabs (value - self->value) >= 1)
    allocate_at (self, self->value, width, height, baseline);
}

/* Twice, because rows get their real height only when they are made. */
static void
allocate_wanted (ChatMessageList *self, int width, int height, int baseline)
{
  guint wanted = self->wanted;

  self->wanted = GTK_INVALID_LIST_POSITION;
  for (int i = 0; i < 2 && wanted < count_rows (self); i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", wanted);
      gtk_widget_allocate (self->scrolled, width, height, baseline, NULL);
    }
}

/* What was in sight is where it was, or as far from there as was scrolled. */
static void
allocate_landmark (ChatMessageList *self, int width, int height, int baseline)
{
  for (int i = 0; i < MAX_ROUNDS; i++)
    {
      double error = chat_landmark_get_error (self->landmark, GTK_WIDGET (self->list));
      double value = gtk_adjustment_get_value (self->adjustment);

      if (fabs (error) < 1 || !allocate_at (self, value + error, width, height, baseline))
        return;
    }
}

static void
allocate_end (ChatMessageList *self, int width, int height, int baseline)
{
  guint n_rows = count_rows (self);

  for (int i = 0; i < MAX_ROUNDS && n_rows > 0
                  && gtk_adjustment_get_value (self->adjustment) < get_end (self);
       i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n_rows - 1);
      gtk_widget_allocate (self->scrolled, width, height, baseline, NULL);
      allocate_at (self, get_end (self), width, height, baseline);
    }
}

/* The arrow keys lead away from the end as well. */
static gboolean
focus_has_moved (ChatMessageList *self)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  gboolean moved = focus != NULL && self->focus != NULL && focus != self->focus;

  self->focus = focus;

  return moved;
}

static void
chat_message_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageList *self = CHAT_MESSAGE_LIST (widget);
  gboolean by_focus = focus_has_moved (self);

  self->allocating = TRUE;
  gtk_widget_allocate (self->scrolled, width, height, baseline, NULL);
  if (self->following || self->wanted != GTK_INVALID_LIST_POSITION)
    chat_landmark_forget (self->landmark);
  else
    allocate_moved (self, width, height, baseline);
  self->n_moves = 0;
  allocate_landmark (self, width, height, baseline);
  allocate_wanted (self, width, height, baseline);
  if (self->following && !by_focus)
    allocate_end (self, width, height, baseline);
  self->allocating = FALSE;
  if (by_focus)
    set_following (self, gtk_adjustment_get_value (self->adjustment) >= get_end (self) - 1);
  self->value = gtk_adjustment_get_value (self->adjustment);
  chat_landmark_look (self->landmark, GTK_WIDGET (self->list),
                      gtk_adjustment_get_page_size (self->adjustment));
}

static void
chat_message_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  gtk_widget_measure (CHAT_MESSAGE_LIST (widget)->scrolled, orientation, for_size, minimum,
                      natural, minimum_baseline, natural_baseline);
}

/* The row where the focus comes in: the last one that is in sight. */
static GtkWidget *
find_entrance (ChatMessageList *self)
{
  GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self->list));

  while (child != NULL && !gtk_widget_get_child_visible (child))
    child = gtk_widget_get_prev_sibling (child);

  return child != NULL ? gtk_widget_get_first_child (child) : NULL;
}

static gboolean
chat_message_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *entrance = NULL;

  if (gtk_widget_get_focus_child (widget) == NULL)
    entrance = find_entrance (CHAT_MESSAGE_LIST (widget));
  if (entrance != NULL)
    return gtk_widget_grab_focus (entrance);

  return GTK_WIDGET_CLASS (chat_message_list_parent_class)->focus (widget, direction);
}

/* Rows */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, GTK_WIDGET (chat_feed_row_new ()));
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  chat_feed_row_set_item (CHAT_FEED_ROW (gtk_list_item_get_child (item)),
                          CHAT_FEED_ITEM (gtk_list_item_get_item (item)));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  chat_feed_row_set_item (CHAT_FEED_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
chat_message_list_class_init (ChatMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_message_list_get_property;
  object_class->dispose = chat_message_list_dispose;
  object_class->finalize = chat_message_list_finalize;
  widget_class->focus = chat_message_list_focus;
  widget_class->measure = chat_message_list_measure;
  widget_class->size_allocate = chat_message_list_size_allocate;

  props[PROP_FOLLOWING] =
      g_param_spec_boolean ("following", NULL, NULL, TRUE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-message-list.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMessageList, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageList, list);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageList, scroll);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
}

static void
chat_message_list_init (ChatMessageList *self)
{
  self->following = TRUE;
  self->wanted = GTK_INVALID_LIST_POSITION;
  self->landmark = chat_landmark_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  self->wheel = chat_wheel_new (self->scroll, self->adjustment);
}

/**
 * chat_message_list_set_model:
 * @self: a list
 * @items: (nullable) (element-type ChatFeedItem): what to show, from its end
 */
void
chat_message_list_set_model (ChatMessageList *self, GListModel *items)
{
  g_autoptr (GtkSingleSelection) model = NULL;

  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));
  g_return_if_fail (items == NULL || G_IS_LIST_MODEL (items));

  if (items != NULL)
    model = g_object_new (GTK_TYPE_SINGLE_SELECTION, "autoselect", FALSE, "can-unselect", TRUE,
                          "model", items, NULL);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  set_following (self, TRUE);
}

/**
 * chat_message_list_get_following:
 * @self: a list
 *
 * Returns: whether it is at the end, and stays there
 */
gboolean
chat_message_list_get_following (ChatMessageList *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), FALSE);

  return self->following;
}

/**
 * chat_message_list_jump_to_end:
 * @self: a list
 *
 * Shows the latest row, and follows from now on.
 */
void
chat_message_list_jump_to_end (ChatMessageList *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  set_following (self, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * chat_message_list_scroll_to:
 * @self: a list
 * @position: of a row
 *
 * Shows a row, and does not follow the end from now on, unless the row is the last one.
 */
void
chat_message_list_scroll_to (ChatMessageList *self, guint position)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  if (position + 1 == count_rows (self))
    {
      self->wanted = GTK_INVALID_LIST_POSITION;
      chat_message_list_jump_to_end (self);
      return;
    }

  /* Where all is in sight, one is still at the end. */
  if (get_end (self) > 0)
    set_following (self, FALSE);
  self->wanted = position;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * chat_message_list_set_found:
 * @self: a list
 * @position: of the row that is to stand out; none is with %GTK_INVALID_LIST_POSITION
 *
 * It stays the same row when others come above it. The user cannot select rows, so the selection
 * is free for this.
 */
void
chat_message_list_set_found (ChatMessageList *self, guint position)
{
  GtkSelectionModel *model;

  g_return_if_fail (CHAT_IS_MESSAGE_LIST (self));

  model = gtk_list_view_get_model (self->list);
  if (model != NULL)
    gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), position);
  /* The arrow keys select as well, which is not to be seen. */
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_add_css_class (GTK_WIDGET (self->list), "finding");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->list), "finding");
  /* One who looked for something at the end is still there. */
  if (position == GTK_INVALID_LIST_POSITION)
    value_changed_cb (self);
}

/**
 * chat_message_list_get_adjustment:
 * @self: a list
 *
 * Returns: (transfer none): where it is
 */
GtkAdjustment *
chat_message_list_get_adjustment (ChatMessageList *self)
{
  g_return_val_if_fail (CHAT_IS_MESSAGE_LIST (self), NULL);

  return self->adjustment;
}
