/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-layout.h"

/* A column on the side of the others, which their avatars are in, in pixels. */
#define AVATAR_COLUMN 45

struct _ChatMessageLayout
{
  GtkLayoutManager parent_instance;

  gboolean own;
};

G_DEFINE_FINAL_TYPE (ChatMessageLayout, chat_message_layout, GTK_TYPE_LAYOUT_MANAGER)

/**
 * chat_message_layout_new:
 *
 * A box in a box does the same, and is too slow for a list: GtkBox asks a text how wide it has to
 * be for a given height, for which GtkLabel tries a dozen widths. This asks only for the two things
 * that have to be known, the natural width and the height at the width that it gets.
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
chat_message_layout_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_LAYOUT, NULL);
}

typedef struct
{
  GtkWidget *avatar;
  GtkWidget *bubble;
  GtkWidget *state;
  int column; /* left free for avatars */
} Parts;

static Parts
get_parts (ChatMessageLayout *self, GtkWidget *widget)
{
  Parts parts = { .avatar = gtk_widget_get_first_child (widget),
                  .column = self->own ? 0 : AVATAR_COLUMN };

  parts.bubble = gtk_widget_get_next_sibling (parts.avatar);
  parts.state = gtk_widget_get_next_sibling (parts.bubble);

  return parts;
}

static int
measure_visible (GtkWidget *widget, GtkOrientation orientation)
{
  int natural = 0;

  if (gtk_widget_should_layout (widget))
    gtk_widget_measure (widget, orientation, -1, NULL, &natural, NULL, NULL);

  return natural;
}

static int
get_bubble_width (const Parts *parts, int width, int state_width)
{
  int minimum, natural;

  gtk_widget_measure (parts->bubble, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL,
                      NULL);

  return MAX (minimum, MIN (natural, width - parts->column - state_width));
}

static void
measure_width (const Parts *parts, int *minimum, int *natural)
{
  int state_width = measure_visible (parts->state, GTK_ORIENTATION_HORIZONTAL);

  measure_visible (parts->avatar, GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_measure (parts->bubble, GTK_ORIENTATION_HORIZONTAL, -1, minimum, natural, NULL, NULL);
  *minimum += parts->column + state_width;
  *natural += parts->column + state_width;
}

static int
measure_height (const Parts *parts, int width)
{
  int state_width = measure_visible (parts->state, GTK_ORIENTATION_HORIZONTAL);
  int height;

  gtk_widget_measure (parts->bubble, GTK_ORIENTATION_VERTICAL,
                      get_bubble_width (parts, width, state_width), &height, NULL, NULL, NULL);

  return MAX (height, measure_visible (parts->avatar, GTK_ORIENTATION_VERTICAL));
}

static GtkSizeRequestMode
get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  Parts parts = get_parts (CHAT_MESSAGE_LAYOUT (manager), widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (&parts, minimum, natural);
  else
    *minimum = *natural = measure_height (&parts, for_size >= 0 ? for_size : G_MAXINT);
}

/* x is counted from the side where lines begin. */
static void
place (GtkWidget *widget, GtkWidget *child, int x, int width, int height)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation allocation = { .width = width, .height = height };

  if (!gtk_widget_should_layout (child))
    return;
  allocation.x = mirrored ? gtk_widget_get_width (widget) - x - width : x;
  gtk_widget_size_allocate (child, &allocation, -1);
}

static void
allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  ChatMessageLayout *self = CHAT_MESSAGE_LAYOUT (manager);
  Parts parts = get_parts (self, widget);
  int state_width = measure_visible (parts.state, GTK_ORIENTATION_HORIZONTAL);
  int bubble_width = get_bubble_width (&parts, width, state_width);
  int x = self->own ? MAX (0, width - state_width - bubble_width) : parts.column;

  place (widget, parts.avatar, 0, measure_visible (parts.avatar, GTK_ORIENTATION_HORIZONTAL),
         height);
  place (widget, parts.bubble, x, bubble_width, height);
  place (widget, parts.state, x + bubble_width, state_width, height);
}

static void
chat_message_layout_class_init (ChatMessageLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = get_request_mode;
  manager_class->measure = measure;
  manager_class->allocate = allocate;
}

static void
chat_message_layout_init (ChatMessageLayout *self)
{
}

/**
 * chat_message_layout_set_own:
 * @self: a layout
 * @own: whether the message is one's own, and stands on the other side
 */
void
chat_message_layout_set_own (ChatMessageLayout *self, gboolean own)
{
  g_return_if_fail (CHAT_IS_MESSAGE_LAYOUT (self));

  if (self->own == own)
    return;

  self->own = own;
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
}
