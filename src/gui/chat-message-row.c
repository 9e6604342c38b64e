/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-row.h"

#include "chat-message-bubble.h"
#include "chat-message-words.h"
#include "chat-time-format.h"

/* In pixels. */
#define AVATAR_SIZE 36
#define AVATAR_SPACING 9
#define ICON_SIZE 12
#define ICON_SPACING 6
#define ICON_COLUMN (ICON_SIZE + ICON_SPACING)
#define FREE_SIDE 48 /* what a bubble leaves free at least, so that one sees whose it is */

struct _ChatMessageRow
{
  GtkWidget parent_instance;

  GtkWidget *bubble;
  GtkWidget *avatar; /* this and the following are made when they are first needed */
  GtkWidget *state;
  GtkWidget *time;

  ChatMessage *message;
  GSignalGroup *signals; /* of the message */
  gboolean begins_run;
  gboolean pointed;
};

G_DEFINE_FINAL_TYPE (ChatMessageRow, chat_message_row, GTK_TYPE_WIDGET)

/**
 * chat_message_row_new:
 *
 * Returns: (transfer floating): a row without a message
 */
ChatMessageRow *
chat_message_row_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_ROW, NULL);
}

static void
chat_message_row_dispose (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->message);
  g_clear_pointer (&self->bubble, gtk_widget_unparent);
  g_clear_pointer (&self->avatar, gtk_widget_unparent);
  g_clear_pointer (&self->state, gtk_widget_unparent);
  g_clear_pointer (&self->time, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_message_row_parent_class)->dispose (object);
}

/* Layout. It is done by hand, because boxes in boxes measure a text that wraps again and again. */

static gboolean
is_own (ChatMessageRow *self)
{
  return self->message != NULL && chat_message_get_own (self->message);
}

/* What stands beside the bubble, and what is left free there. */
static int
side_width (ChatMessageRow *self)
{
  return FREE_SIDE + (is_own (self) ? ICON_COLUMN : AVATAR_SIZE + AVATAR_SPACING);
}

static gboolean
has_avatar (ChatMessageRow *self)
{
  return self->avatar != NULL && gtk_widget_get_visible (self->avatar);
}

static int
bubble_width (ChatMessageRow *self, int width)
{
  int minimum, natural;

  gtk_widget_measure (self->bubble, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL,
                      NULL);

  return MAX (minimum, MIN (natural, width - side_width (self)));
}

static GtkSizeRequestMode
chat_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
chat_message_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  int width = -1;

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    width = bubble_width (self, for_size);
  gtk_widget_measure (self->bubble, orientation, width, minimum, natural, NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum += side_width (self);
      *natural += side_width (self);
    }
  else
    {
      /* Two heights would be one too many: the list takes the natural one. */
      *natural = MAX (*natural, has_avatar (self) ? AVATAR_SIZE : 0);
      *minimum = *natural;
    }
}

/* x counts from where a line of text begins. */
static void
place (GtkWidget *widget, GtkWidget *child, const GtkAllocation *at)
{
  GtkAllocation allocation = *at;

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    allocation.x = gtk_widget_get_width (widget) - at->x - at->width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

static void
place_time (ChatMessageRow *self, int start, int end, int width, int height)
{
  GtkAllocation at = { 0 };

  if (self->time == NULL || !gtk_widget_get_visible (self->time))
    return;

  gtk_widget_measure (self->time, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &at.width, NULL, NULL);
  gtk_widget_measure (self->time, GTK_ORIENTATION_VERTICAL, -1, NULL, &at.height, NULL, NULL);
  /* With large text, it covers a corner of the bubble. */
  at.x = is_own (self) ? MAX (0, start - ICON_SPACING - at.width)
                       : MIN (end + ICON_SPACING, width - at.width);
  at.y = height - at.height;
  place (GTK_WIDGET (self), self->time, &at);
}

static void
chat_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (widget);
  int used = bubble_width (self, width);
  int start = is_own (self) ? width - ICON_COLUMN - used : AVATAR_SIZE + AVATAR_SPACING;
  int end = start + used;
  const GtkAllocation bubble = { start, 0, used, height };
  const GtkAllocation avatar = { 0, 0, AVATAR_SIZE, AVATAR_SIZE };
  const GtkAllocation icon = { end + ICON_SPACING, height - ICON_SIZE - ICON_SPACING, ICON_SIZE,
                               ICON_SIZE };

  place (widget, self->bubble, &bubble);
  if (has_avatar (self))
    place (widget, self->avatar, &avatar);
  if (self->state != NULL && gtk_widget_get_visible (self->state))
    {
      place (widget, self->state, &icon);
      end += ICON_COLUMN;
    }
  place_time (self, start, end, width, height);
}

/* Parts */

static void
set_class (ChatMessageRow *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static GtkWidget *
add_part (ChatMessageRow *self, GtkWidget *part, const char *class)
{
  gtk_widget_add_css_class (part, class);
  gtk_widget_set_parent (part, GTK_WIDGET (self));

  return part;
}

static void
show_avatar (ChatMessageRow *self)
{
  gboolean shown = self->begins_run && !is_own (self);
  g_autofree char *author = NULL;

  if (shown && self->avatar == NULL)
    self->avatar = add_part (self, adw_avatar_new (AVATAR_SIZE, NULL, TRUE), "author-avatar");
  if (self->avatar != NULL)
    gtk_widget_set_visible (self->avatar, shown);
  if (!shown)
    return;

  /* The colour comes from the text, so that it stays the same. */
  author = chat_message_words_dup_author (self->message);
  adw_avatar_set_text (ADW_AVATAR (self->avatar), author);
}

/* A tooltip that is set is asked for at once, in hundreds of rows: this one only when needed. */
static gboolean
query_tooltip_cb (ChatMessageRow *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  const char *meaning =
      self->message != NULL ? chat_message_words_get_state (self->message, NULL) : NULL;

  gtk_tooltip_set_text (tooltip, meaning);

  return meaning != NULL;
}

static void
show_state (ChatMessageRow *self)
{
  const char *icon;
  const char *meaning = chat_message_words_get_state (self->message, &icon);

  if (icon != NULL && self->state == NULL)
    {
      self->state = add_part (self, gtk_image_new (), "state");
      gtk_image_set_pixel_size (GTK_IMAGE (self->state), ICON_SIZE);
      gtk_widget_set_has_tooltip (self->state, TRUE);
      g_signal_connect_swapped (self->state, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
    }
  if (self->state == NULL)
    return;

  gtk_widget_set_visible (self->state, icon != NULL);
  if (icon == NULL)
    return;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->state), icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  meaning, -1);
}

static void
show_time (ChatMessageRow *self)
{
  /* A run's first message has its time in the bubble. */
  gboolean shown = self->pointed && !self->begins_run && self->message != NULL;
  g_autofree char *clock = NULL;

  if (shown && self->time == NULL)
    self->time = add_part (self, gtk_label_new (NULL), "pointed-time");
  if (self->time != NULL)
    gtk_widget_set_visible (self->time, shown);
  if (!shown)
    return;

  clock = chat_time_format_clock (chat_message_get_time (self->message));
  gtk_label_set_text (GTK_LABEL (self->time), clock);
}

static void
message_cb (ChatMessageRow *self)
{
  chat_message_bubble_update (CHAT_MESSAGE_BUBBLE (self->bubble));
  show_state (self);
  show_time (self);
}

static void
chat_message_row_class_init (ChatMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_message_row_dispose;
  widget_class->get_request_mode = chat_message_row_get_request_mode;
  widget_class->measure = chat_message_row_measure;
  widget_class->size_allocate = chat_message_row_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "message");
}

static void
chat_message_row_init (ChatMessageRow *self)
{
  self->bubble = GTK_WIDGET (chat_message_bubble_new ());
  gtk_widget_set_parent (self->bubble, GTK_WIDGET (self));

  self->signals = g_signal_group_new (CHAT_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (message_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::doubt", G_CALLBACK (message_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::audience", G_CALLBACK (message_cb), self);
}

static void
show_run (ChatMessageRow *self)
{
  chat_message_bubble_set_begins_run (CHAT_MESSAGE_BUBBLE (self->bubble), self->begins_run);
  show_avatar (self);
  show_time (self);
  set_class (self, "run", self->begins_run);
}

/**
 * chat_message_row_set_message:
 * @self: a row
 * @message: (nullable): what to show from now on
 */
void
chat_message_row_set_message (ChatMessageRow *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));
  g_return_if_fail (message == NULL || CHAT_IS_MESSAGE (message));

  if (!g_set_object (&self->message, message))
    return;

  g_signal_group_set_target (self->signals, message);
  chat_message_bubble_set_message (CHAT_MESSAGE_BUBBLE (self->bubble), message);
  if (message == NULL)
    return;

  set_class (self, "own", chat_message_get_own (message));
  show_state (self);
  show_run (self);
}

/**
 * chat_message_row_set_begins_run:
 * @self: a row
 * @begins_run: whether it is the first of several by one author
 */
void
chat_message_row_set_begins_run (ChatMessageRow *self, gboolean begins_run)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->begins_run == begins_run)
    return;

  self->begins_run = begins_run;
  if (self->message != NULL)
    show_run (self);
}

/**
 * chat_message_row_set_pointed:
 * @self: a row
 * @pointed: whether the pointer or the focus is there
 */
void
chat_message_row_set_pointed (ChatMessageRow *self, gboolean pointed)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  if (self->pointed == pointed)
    return;

  self->pointed = pointed;
  show_time (self);
}
