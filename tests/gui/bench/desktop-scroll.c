/* From the end to the beginning and back: what is looked at must move as far as was scrolled, and
 * no further. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed-row.h"
#include "desktop-bench.h"

#include <math.h>

/* Of a page: so little that a whole row remains in sight. */
#define STEP 0.8

/* A row that is in sight before and after a step. */
typedef struct
{
  ChatFeedItem *item; /* borrowed */
  double y;
} Landmark;

static double
row_y (GtkWidget *row, ChatMessageList *list)
{
  double x, y;

  return gtk_widget_translate_coordinates (row, GTK_WIDGET (list), 0, 0, &x, &y) ? y : NAN;
}

/* Goes through the rows that there are, which are some hundred. item: NULL for the one that is
 * nearest to y. */
static void
find_row (GtkWidget *widget, ChatMessageList *list, ChatFeedItem *item, double y, Landmark *found)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      ChatFeedItem *candidate =
          CHAT_IS_FEED_ROW (child) ? chat_feed_row_get_item (CHAT_FEED_ROW (child)) : NULL;
      double at = candidate != NULL && gtk_widget_get_mapped (child) ? row_y (child, list) : NAN;

      if (!CHAT_IS_FEED_ROW (child))
        find_row (child, list, item, y, found);
      else if (!isnan (at)
               && (item != NULL ? candidate == item
                                : found->item == NULL || fabs (at - y) < fabs (found->y - y)))
        *found = (Landmark){ candidate, at };
    }
}

/* How long the list is, is a guess until one is at its end: the last step may be shorter. */
static gboolean
is_at_edge (GtkAdjustment *adjustment)
{
  double value = gtk_adjustment_get_value (adjustment);

  return value <= 0
         || value >= gtk_adjustment_get_upper (adjustment)
                         - gtk_adjustment_get_page_size (adjustment);
}

/* Whether a landmark moved otherwise than the step. */
static gboolean
step_jumps (DesktopRoom *room, double step)
{
  ChatMessageList *list = desktop_room_get_list (room);
  GtkAdjustment *adjustment = chat_message_list_get_adjustment (list);
  double page = gtk_adjustment_get_page_size (adjustment);
  double before = gtk_adjustment_get_value (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - page;
  double moved = CLAMP (before + step, 0, end) - before;
  Landmark landmark = { NULL, 0 }, after = { NULL, 0 };

  find_row (GTK_WIDGET (list), list, NULL, (page + step) / 2, &landmark);
  gtk_adjustment_set_value (adjustment, before + moved);
  desktop_room_draw (room);
  find_row (GTK_WIDGET (list), list, landmark.item, 0, &after);

  return after.item == NULL
         || !(fabs (landmark.y - moved - after.y) <= 1
              || (is_at_edge (adjustment) && fabs (landmark.y - after.y) < fabs (moved)));
}

/* Until it is there, or for far more steps than that takes. */
static guint
scroll (DesktopRoom *room, double pages, guint *n_steps)
{
  GtkAdjustment *adjustment =
      chat_message_list_get_adjustment (desktop_room_get_list (room));
  guint n_jumps = 0;

  for (guint i = 0; i < 20000; i++)
    {
      double page = gtk_adjustment_get_page_size (adjustment);
      double value = gtk_adjustment_get_value (adjustment);
      double end = gtk_adjustment_get_upper (adjustment) - page;

      if (pages < 0 ? value <= 0 : value >= end)
        break;
      n_jumps += step_jumps (room, page * pages);
      (*n_steps)++;
    }

  return n_jumps;
}

/**
 * desktop_bench_scroll:
 * @report: the figures
 * @room: a room that is shown, at its end
 */
void
desktop_bench_scroll (BenchReport *report, DesktopRoom *room)
{
  guint n_steps = 0;
  guint n_up = scroll (room, -STEP, &n_steps);
  guint n_down = scroll (room, STEP, &n_steps);

  bench_report_add (report, "scrolled to the beginning and back: pages", n_steps, "");
  bench_report_add_bar (report, BENCH_COUNTED, "scrolled to the beginning: jumps", n_up, "", 0);
  bench_report_add_bar (report, BENCH_COUNTED, "scrolled back to the end: jumps", n_down, "", 0);
}
