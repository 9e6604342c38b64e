/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-wheel.h"

#include <math.h>

struct _ChatWheel
{
  GObject parent_instance;

  GtkWidget *widget; /* borrowed: it owns this */
  GtkAdjustment *adjustment;
  double steps; /* since the last frame */
  guint tick;
};

G_DEFINE_FINAL_TYPE (ChatWheel, chat_wheel, G_TYPE_OBJECT)

static void
chat_wheel_dispose (GObject *object)
{
  ChatWheel *self = CHAT_WHEEL (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (self->widget, self->tick);
  self->tick = 0;
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (chat_wheel_parent_class)->dispose (object);
}

static void
chat_wheel_class_init (ChatWheelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_wheel_dispose;
}

static void
chat_wheel_init (ChatWheel *self)
{
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ChatWheel *self = user_data;
  double page = gtk_adjustment_get_page_size (self->adjustment);
  double end = gtk_adjustment_get_upper (self->adjustment) - page;
  double value =
      gtk_adjustment_get_value (self->adjustment) + self->steps * pow (page, 2.0 / 3.0);

  self->steps = 0;
  self->tick = 0;
  gtk_adjustment_set_value (self->adjustment, CLAMP (value, 0, end));

  return G_SOURCE_REMOVE;
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, ChatWheel *self)
{
  /* A touchpad's own events come once for each frame. */
  if (gtk_event_controller_scroll_get_unit (controller) != GDK_SCROLL_UNIT_WHEEL)
    return GDK_EVENT_PROPAGATE;

  self->steps += dy;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (self->widget, tick_cb, self, NULL);

  return GDK_EVENT_STOP;
}

/**
 * chat_wheel_new:
 * @controller: (transfer none): the events of a widget, which outlives it
 * @adjustment: (transfer none): what they move
 *
 * Returns: (transfer full): what moves it, at most once for each frame
 */
ChatWheel *
chat_wheel_new (GtkEventController *controller, GtkAdjustment *adjustment)
{
  ChatWheel *self;

  g_return_val_if_fail (GTK_IS_EVENT_CONTROLLER_SCROLL (controller), NULL);
  g_return_val_if_fail (GTK_IS_ADJUSTMENT (adjustment), NULL);

  self = g_object_new (CHAT_TYPE_WHEEL, NULL);
  self->widget = gtk_event_controller_get_widget (controller);
  self->adjustment = g_object_ref (adjustment);
  g_signal_connect_object (controller, "scroll", G_CALLBACK (scroll_cb), self, 0);

  return self;
}
