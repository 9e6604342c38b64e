/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed-row.h"

#include "chat-message-row.h"
#include "chat-text.h"
#include "chat-time-format.h"

struct _ChatFeedRow
{
  AdwBin parent_instance;

  GtkLabel *day;
  GtkLabel *notice;
  ChatMessageRow *message;

  ChatFeedItem *item;
  GSignalGroup *item_signals;
  GSignalGroup *message_signals;
};

G_DEFINE_FINAL_TYPE (ChatFeedRow, chat_feed_row, ADW_TYPE_BIN)

/**
 * chat_feed_row_new:
 *
 * Returns: (transfer floating): a row without an item
 */
ChatFeedRow *
chat_feed_row_new (void)
{
  return g_object_new (CHAT_TYPE_FEED_ROW, NULL);
}

static void
chat_feed_row_dispose (GObject *object)
{
  ChatFeedRow *self = CHAT_FEED_ROW (object);

  g_clear_object (&self->item_signals);
  g_clear_object (&self->message_signals);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (chat_feed_row_parent_class)->dispose (object);
}

static void
show_day (ChatFeedRow *self)
{
  gboolean begins_day = chat_feed_item_get_begins_day (self->item);
  g_autofree char *day =
      begins_day ? chat_time_format_day (chat_feed_item_get_time (self->item)) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->day), begins_day);
  gtk_label_set_text (self->day, begins_day ? day : "");
}

static void
show_run (ChatFeedRow *self)
{
  if (chat_feed_item_get_message (self->item) != NULL)
    chat_message_row_set_begins_run (self->message, chat_feed_item_get_begins_run (self->item));
}

/* A screen reader gets the row as one sentence. */
static void
update_label (ChatFeedRow *self)
{
  ChatMessage *message = chat_feed_item_get_message (self->item);
  g_autofree char *label = message != NULL ? chat_message_row_describe (message)
                                           : g_strdup (gtk_label_get_text (self->notice));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
chat_feed_row_class_init (ChatFeedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_feed_row_dispose;

  g_type_ensure (CHAT_TYPE_MESSAGE_ROW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-feed-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatFeedRow, day);
  gtk_widget_class_bind_template_child (widget_class, ChatFeedRow, notice);
  gtk_widget_class_bind_template_child (widget_class, ChatFeedRow, message);
}

static void
chat_feed_row_init (ChatFeedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->item_signals = g_signal_group_new (CHAT_TYPE_FEED_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "notify::begins-day", G_CALLBACK (show_day),
                                  self);
  g_signal_group_connect_swapped (self->item_signals, "notify::begins-run", G_CALLBACK (show_run),
                                  self);
  self->message_signals = g_signal_group_new (CHAT_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->message_signals, "notify::state",
                                  G_CALLBACK (update_label), self);
}

static void
show_notice (ChatFeedRow *self, const char *notice)
{
  g_autofree char *safe =
      notice != NULL ? chat_text_make_safe (notice, CHAT_TEXT_KEEP_LINES) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
  gtk_label_set_text (self->notice, notice != NULL ? safe : "");
}

/**
 * chat_feed_row_set_item:
 * @self: a row
 * @item: (nullable): what to show from now on
 */
void
chat_feed_row_set_item (ChatFeedRow *self, ChatFeedItem *item)
{
  ChatMessage *message;

  g_return_if_fail (CHAT_IS_FEED_ROW (self));

  message = item != NULL ? chat_feed_item_get_message (item) : NULL;
  g_set_object (&self->item, item);
  g_signal_group_set_target (self->item_signals, item);
  g_signal_group_set_target (self->message_signals, message);
  chat_message_row_set_message (self->message, message);
  gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
  if (item == NULL)
    return;

  show_day (self);
  show_run (self);
  show_notice (self, chat_feed_item_get_notice (item));
  update_label (self);
}

/**
 * chat_feed_row_get_item:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what it shows
 */
ChatFeedItem *
chat_feed_row_get_item (ChatFeedRow *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ROW (self), NULL);

  return self->item;
}
