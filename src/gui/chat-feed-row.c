/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed-row.h"

#include "chat-message-row.h"
#include "chat-message-words.h"
#include "chat-text.h"
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>

struct _ChatFeedRow
{
  GtkWidget parent_instance;

  GtkLabel *day; /* this and the others are made when they are first needed */
  GtkWidget *new_line;
  GtkWidget *quiet; /* around the notice */
  GtkLabel *notice;
  GtkWidget *toggle;
  ChatMessageRow *message;

  ChatFeedItem *item;
  GSignalGroup *item_signals;
  GSignalGroup *message_signals;
  GtkWidget *parent; /* weak: the list's own widget around this one */
};

G_DEFINE_FINAL_TYPE (ChatFeedRow, chat_feed_row, GTK_TYPE_WIDGET)

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

/* Not with a GSignalGroup: it is to be set anew while its target goes, and remains bound then. */
static void
forget_parent (ChatFeedRow *self)
{
  if (self->parent != NULL)
    g_signal_handlers_disconnect_by_data (self->parent, self);
  g_clear_weak_pointer (&self->parent);
}

static void
chat_feed_row_dispose (GObject *object)
{
  ChatFeedRow *self = CHAT_FEED_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->message_signals);
  forget_parent (self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (chat_feed_row_parent_class)->dispose (object);
}

/* Parts */

static GtkLabel *
make_label (const char *class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (label, 12); /* else it is measured at no width at all */
  gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (label), class);
  gtk_widget_add_css_class (GTK_WIDGET (label), "dim-label");

  return label;
}

static void
show_day (ChatFeedRow *self)
{
  gboolean begins_day = chat_feed_item_get_begins_day (self->item);

  if (begins_day && self->day == NULL)
    {
      self->day = make_label ("day");
      gtk_widget_insert_after (GTK_WIDGET (self->day), GTK_WIDGET (self), NULL);
    }
  if (self->day != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->day), begins_day);
  if (begins_day)
    {
      g_autofree char *day = chat_time_format_day (chat_feed_item_get_time (self->item));

      gtk_label_set_text (self->day, day);
    }
}

static GtkWidget *
make_rule (void)
{
  GtkWidget *rule = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_widget_set_hexpand (rule, TRUE);
  gtk_widget_set_valign (rule, GTK_ALIGN_CENTER);

  return rule;
}

static void
show_new_line (ChatFeedRow *self)
{
  gboolean begins_new = chat_feed_item_get_begins_new (self->item);

  if (begins_new && self->new_line == NULL)
    {
      self->new_line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      gtk_widget_add_css_class (self->new_line, "new-line");
      gtk_box_append (GTK_BOX (self->new_line), make_rule ());
      gtk_box_append (GTK_BOX (self->new_line), gtk_label_new (_("New messages")));
      gtk_box_append (GTK_BOX (self->new_line), make_rule ());
      gtk_widget_insert_after (self->new_line, GTK_WIDGET (self), GTK_WIDGET (self->day));
    }
  if (self->new_line != NULL)
    gtk_widget_set_visible (self->new_line, begins_new);
}

static void
show_run (ChatFeedRow *self)
{
  if (self->message != NULL)
    chat_message_row_set_begins_run (self->message, chat_feed_item_get_begins_run (self->item));
}

static void
toggle_cb (ChatFeedRow *self)
{
  chat_feed_item_set_expanded (self->item, !chat_feed_item_get_expanded (self->item));
}

static void
ensure_quiet (ChatFeedRow *self)
{
  if (self->quiet != NULL)
    return;

  self->notice = make_label ("notice");
  gtk_label_set_selectable (self->notice, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->notice), TRUE);
  self->quiet = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->quiet, "quiet");
  gtk_box_append (GTK_BOX (self->quiet), GTK_WIDGET (self->notice));
  gtk_widget_insert_before (self->quiet, GTK_WIDGET (self), NULL);
}

static void
show_toggle (ChatFeedRow *self)
{
  gboolean collapsible = chat_feed_item_get_collapsible (self->item);

  if (collapsible && self->toggle == NULL)
    {
      self->toggle = gtk_button_new ();
      gtk_widget_add_css_class (self->toggle, "flat");
      gtk_widget_add_css_class (self->toggle, "toggle");
      gtk_widget_set_halign (self->toggle, GTK_ALIGN_CENTER);
      g_signal_connect_swapped (self->toggle, "clicked", G_CALLBACK (toggle_cb), self);
      gtk_box_append (GTK_BOX (self->quiet), self->toggle);
    }
  if (self->toggle == NULL)
    return;

  gtk_widget_set_visible (self->toggle, collapsible);
  /* TRANSLATORS: below a line that tells in short who came and went: tell each, or no longer */
  gtk_button_set_label (GTK_BUTTON (self->toggle),
                        chat_feed_item_get_expanded (self->item) ? _("Show Less") : _("Show All"));
}

static void
show_notice (ChatFeedRow *self)
{
  const char *notice = chat_feed_item_get_notice (self->item);
  g_autofree char *safe = NULL;

  if (self->quiet != NULL)
    gtk_widget_set_visible (self->quiet, notice != NULL);
  if (notice == NULL)
    return;

  ensure_quiet (self);
  safe = chat_text_make_safe (notice, CHAT_TEXT_KEEP_LINES);
  gtk_label_set_text (self->notice, safe);
  show_toggle (self);
}

static void
show_message (ChatFeedRow *self)
{
  ChatMessage *message = chat_feed_item_get_message (self->item);

  if (message != NULL && self->message == NULL)
    {
      self->message = chat_message_row_new ();
      gtk_widget_insert_before (GTK_WIDGET (self->message), GTK_WIDGET (self), NULL);
    }
  if (self->message == NULL)
    return;

  gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
  chat_message_row_set_begins_run (self->message, chat_feed_item_get_begins_run (self->item));
  chat_message_row_set_message (self->message, message);
}

/* A screen reader gets the row as one sentence. */
static void
update_label (ChatFeedRow *self)
{
  ChatMessage *message = chat_feed_item_get_message (self->item);
  g_autofree char *label = message != NULL ? chat_message_words_describe (message)
                                           : g_strdup (gtk_label_get_text (self->notice));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
notice_cb (ChatFeedRow *self)
{
  show_notice (self);
  update_label (self);
}

/* Focus: the row itself first, then what is in it, by Tab. The list's arrow keys do the rest. */

static gboolean
focus_sibling (ChatFeedRow *self, GtkWidget *from, GtkDirectionType direction)
{
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;

  for (GtkWidget *child = from; child != NULL;
       child = forward ? gtk_widget_get_next_sibling (child) : gtk_widget_get_prev_sibling (child))
    if (gtk_widget_child_focus (child, direction))
      return TRUE;

  return FALSE;
}

static gboolean
chat_feed_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  ChatFeedRow *self = CHAT_FEED_ROW (widget);
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (gtk_widget_is_focus (widget))
    return direction == GTK_DIR_TAB_FORWARD
           && focus_sibling (self, gtk_widget_get_first_child (widget), direction);
  if (child == NULL)
    return gtk_widget_grab_focus (widget);
  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;

  return focus_sibling (self, child, direction)
         || (direction == GTK_DIR_TAB_BACKWARD && gtk_widget_grab_focus (widget));
}

/* The list's own widget knows the pointer. */
static void
flags_cb (ChatFeedRow *self)
{
  const GtkStateFlags pointed =
      GTK_STATE_FLAG_PRELIGHT | GTK_STATE_FLAG_FOCUSED | GTK_STATE_FLAG_FOCUS_WITHIN;

  if (self->message != NULL && self->parent != NULL)
    chat_message_row_set_pointed (self->message,
                                  (gtk_widget_get_state_flags (self->parent) & pointed) != 0);
}

static void
parent_cb (ChatFeedRow *self)
{
  forget_parent (self);
  g_set_weak_pointer (&self->parent, gtk_widget_get_parent (GTK_WIDGET (self)));
  if (self->parent != NULL)
    g_signal_connect_swapped (self->parent, "state-flags-changed", G_CALLBACK (flags_cb), self);
}

static void
chat_feed_row_class_init (ChatFeedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_feed_row_dispose;
  widget_class->focus = chat_feed_row_focus;

  gtk_widget_class_set_css_name (widget_class, "feedrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
chat_feed_row_init (ChatFeedRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);

  self->item_signals = g_signal_group_new (CHAT_TYPE_FEED_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "notify::begins-day", G_CALLBACK (show_day),
                                  self);
  g_signal_group_connect_swapped (self->item_signals, "notify::begins-run", G_CALLBACK (show_run),
                                  self);
  g_signal_group_connect_swapped (self->item_signals, "notify::begins-new",
                                  G_CALLBACK (show_new_line), self);
  g_signal_group_connect_swapped (self->item_signals, "notify::notice", G_CALLBACK (notice_cb),
                                  self);
  self->message_signals = g_signal_group_new (CHAT_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->message_signals, "notify::state",
                                  G_CALLBACK (update_label), self);
  g_signal_connect (self, "notify::parent", G_CALLBACK (parent_cb), NULL);
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
  if (item == NULL)
    {
      if (self->message != NULL)
        chat_message_row_set_message (self->message, NULL);
      return;
    }

  show_day (self);
  show_new_line (self);
  show_notice (self);
  show_message (self);
  update_label (self);
  flags_cb (self);
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
