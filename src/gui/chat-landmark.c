/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-landmark.h"

#include "chat-feed-row.h"

#include <math.h>

typedef struct
{
  ChatFeedItem *item; /* compared only */
  double y;
} Place;

struct _ChatLandmark
{
  GArray *places;  /* of the last layout, in sight */
  double distance; /* scrolled since then */
  gboolean is_set;
};

/**
 * chat_landmark_new:
 *
 * Returns: (transfer full): no landmark yet
 */
ChatLandmark *
chat_landmark_new (void)
{
  ChatLandmark *self = g_new0 (ChatLandmark, 1);

  self->places = g_array_new (FALSE, FALSE, sizeof (Place));

  return self;
}

/**
 * chat_landmark_free:
 * @self: (transfer full): a landmark
 */
void
chat_landmark_free (ChatLandmark *self)
{
  g_array_unref (self->places);
  g_free (self);
}

/* child: the list's own widget around a row */
static ChatFeedItem *
get_item (GtkWidget *child)
{
  GtkWidget *row = gtk_widget_get_first_child (child);

  return CHAT_IS_FEED_ROW (row) ? chat_feed_row_get_item (CHAT_FEED_ROW (row)) : NULL;
}

/* The allocation does not tell: it remains as it was when a row only moves. */
static double
get_y (GtkWidget *child)
{
  double x, y;

  return gtk_widget_translate_coordinates (child, gtk_widget_get_parent (child), 0, 0, &x, &y) ? y
                                                                                              : 0;
}

/**
 * chat_landmark_look:
 * @self: a landmark
 * @list: the list, just laid out
 * @page: how high it is
 *
 * Remembers what is in sight.
 */
void
chat_landmark_look (ChatLandmark *self, GtkWidget *list, double page)
{
  g_return_if_fail (self != NULL && GTK_IS_WIDGET (list));

  chat_landmark_forget (self);
  self->distance = 0;
  g_array_set_size (self->places, 0);
  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const Place place = { get_item (child), get_y (child) };

      /* The list leaves those that are out of sight where they were. */
      if (!gtk_widget_get_child_visible (child))
        continue;
      if (place.item != NULL && place.y < page && place.y + gtk_widget_get_height (child) > 0)
        g_array_append_val (self->places, place);
    }
}

/**
 * chat_landmark_move:
 * @self: a landmark
 * @distance: how far it was scrolled since it was looked, or moved
 * @page: how high the list is
 */
void
chat_landmark_move (ChatLandmark *self, double distance, double page)
{
  g_return_if_fail (self != NULL);

  self->distance += distance;
  /* Farther, nothing remains in sight. */
  self->is_set = fabs (self->distance) < page;
}

/**
 * chat_landmark_forget:
 * @self: a landmark
 *
 * From now on, it may be anywhere.
 */
void
chat_landmark_forget (ChatLandmark *self)
{
  g_return_if_fail (self != NULL);

  self->is_set = FALSE;
}

static const Place *
find_place (ChatLandmark *self, ChatFeedItem *item)
{
  for (guint i = 0; i < self->places->len; i++)
    if (g_array_index (self->places, Place, i).item == item)
      return &g_array_index (self->places, Place, i);

  return NULL;
}

/**
 * chat_landmark_get_error:
 * @self: a landmark
 * @list: the list, just laid out
 *
 * Returns: how far it has to be scrolled for the landmark to be in its place
 */
double
chat_landmark_get_error (ChatLandmark *self, GtkWidget *list)
{
  g_return_val_if_fail (self != NULL && GTK_IS_WIDGET (list), 0);

  if (!self->is_set)
    return 0;

  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const Place *place =
          gtk_widget_get_child_visible (child) ? find_place (self, get_item (child)) : NULL;

      if (place != NULL)
        return get_y (child) - (place->y - self->distance);
    }

  return 0;
}
