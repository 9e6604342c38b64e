/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer-entry.h"

#include "chat-limits.h"

#include <string.h>

/* A paragraph of this length is laid out in no time that one notices; one of a megabyte is not. */
#define MAX_BYTES (2 * CHAT_MAX_TEXT)

#define MAX_LINES 8

struct _ChatComposerEntry
{
  AdwBin parent_instance;

  GtkScrolledWindow *scrolled;
  GtkTextView *view;
  GtkLabel *hint;

  GtkTextBuffer *buffer; /* borrowed from the view */
  ChatCompletionPopover *popover;
  gboolean setting; /* nobody is typing */
};

G_DEFINE_FINAL_TYPE (ChatComposerEntry, chat_composer_entry, ADW_TYPE_BIN)

static guint changed_signal, refused_signal;

static void
chat_composer_entry_dispose (GObject *object)
{
  ChatComposerEntry *self = CHAT_COMPOSER_ENTRY (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  self->buffer = NULL;
  g_clear_pointer ((GtkWidget **)&self->popover, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_composer_entry_parent_class)->dispose (object);
}

/* Height */

/* In lines, whatever the size of the letters. */
static void
update_height (ChatComposerEntry *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), "A");
  int margins = gtk_text_view_get_top_margin (self->view)
                + gtk_text_view_get_bottom_margin (self->view);
  int line;

  pango_layout_get_pixel_size (layout, NULL, &line);
  if (gtk_scrolled_window_get_max_content_height (self->scrolled) == line * MAX_LINES + margins)
    return;
  /* First the limit that gives way, for the least may not be more than the most. */
  gtk_scrolled_window_set_min_content_height (self->scrolled, -1);
  gtk_scrolled_window_set_max_content_height (self->scrolled, line * MAX_LINES + margins);
  /* The text view itself may still be measured with its former font. */
  gtk_scrolled_window_set_min_content_height (self->scrolled, line + margins);
}

/* The text view has its new font after the first frame. */
static gboolean
height_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gint64 since = gdk_frame_clock_get_frame_counter (clock) - *(gint64 *)user_data;

  update_height (CHAT_COMPOSER_ENTRY (widget));

  return since < 2 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
font_cb (ChatComposerEntry *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 now;

  /* Before it is shown, it is measured anyway. */
  if (clock == NULL)
    return;
  now = gdk_frame_clock_get_frame_counter (clock);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), height_tick_cb,
                                g_memdup2 (&now, sizeof now), g_free);
}

static void
map_cb (ChatComposerEntry *self)
{
  update_height (self);
  font_cb (self);
}

/* Changes */

/* However the text comes: pasted, dropped, typed by an input method. */
static void
insert_text_cb (ChatComposerEntry *self, GtkTextIter *iter, const char *text, int length)
{
  gsize size = length < 0 ? strlen (text) : (gsize)length;

  if (self->setting || size + (gsize)gtk_text_buffer_get_char_count (self->buffer) <= MAX_BYTES)
    return;

  g_signal_stop_emission_by_name (self->buffer, "insert-text");
  g_signal_emit (self, refused_signal, 0, (guint64)size);
}

static void
changed_cb (ChatComposerEntry *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hint), chat_composer_entry_is_empty (self));
  update_height (self);
  if (!self->setting)
    chat_completion_popover_update (self->popover);
  g_signal_emit (self, changed_signal, 0);
}

static void
cursor_cb (ChatComposerEntry *self)
{
  if (chat_completion_popover_is_open (self->popover))
    chat_completion_popover_update (self->popover);
}

static void
left_cb (ChatComposerEntry *self)
{
  chat_completion_popover_close (self->popover);
}

static void
chat_composer_entry_class_init (ChatComposerEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_composer_entry_dispose;

  changed_signal = g_signal_new ("changed", CHAT_TYPE_COMPOSER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  refused_signal = g_signal_new ("refused", CHAT_TYPE_COMPOSER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-composer-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatComposerEntry, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatComposerEntry, view);
  gtk_widget_class_bind_template_child (widget_class, ChatComposerEntry, hint);
  gtk_widget_class_bind_template_callback (widget_class, map_cb);
  gtk_widget_class_bind_template_callback (widget_class, left_cb);
}

static void
chat_composer_entry_init (ChatComposerEntry *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));

  gtk_widget_init_template (GTK_WIDGET (self));
  self->popover = chat_completion_popover_new (self->view);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->view);
  g_signal_connect_swapped (self->buffer, "insert-text", G_CALLBACK (insert_text_cb), self);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->buffer, "notify::cursor-position", G_CALLBACK (cursor_cb), self);
  g_signal_connect_object (settings, "notify::gtk-xft-dpi", G_CALLBACK (font_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::gtk-font-name", G_CALLBACK (font_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * chat_composer_entry_get_view:
 * @self: an entry
 *
 * Returns: (transfer none): what has the focus while one types
 */
GtkTextView *
chat_composer_entry_get_view (ChatComposerEntry *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), NULL);

  return self->view;
}

/**
 * chat_composer_entry_get_completions:
 * @self: an entry
 *
 * Returns: (transfer none): what the word before the cursor can become
 */
ChatCompletionPopover *
chat_composer_entry_get_completions (ChatComposerEntry *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), NULL);

  return self->popover;
}

/**
 * chat_composer_entry_set_hint:
 * @self: an entry
 * @hint: what is to be typed
 */
void
chat_composer_entry_set_hint (ChatComposerEntry *self, const char *hint)
{
  g_return_if_fail (CHAT_IS_COMPOSER_ENTRY (self) && hint != NULL);

  gtk_label_set_text (self->hint, hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, hint,
                                  -1);
}

/**
 * chat_composer_entry_set_private:
 * @self: an entry
 * @private: whether it is to be seen that not all will read this
 */
void
chat_composer_entry_set_private (ChatComposerEntry *self, gboolean private)
{
  g_return_if_fail (CHAT_IS_COMPOSER_ENTRY (self));

  if (private)
    gtk_widget_add_css_class (GTK_WIDGET (self->scrolled), "private");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->scrolled), "private");
}

/**
 * chat_composer_entry_set_text:
 * @self: an entry
 * @text: what stands in it from now on
 *
 * The cursor is at its end.
 */
void
chat_composer_entry_set_text (ChatComposerEntry *self, const char *text)
{
  g_return_if_fail (CHAT_IS_COMPOSER_ENTRY (self) && text != NULL);

  self->setting = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->setting = FALSE;
  chat_completion_popover_close (self->popover);
}

/**
 * chat_composer_entry_insert:
 * @self: an entry
 * @text: what comes before the cursor
 */
void
chat_composer_entry_insert (ChatComposerEntry *self, const char *text)
{
  g_return_if_fail (CHAT_IS_COMPOSER_ENTRY (self) && text != NULL);

  self->setting = TRUE;
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  self->setting = FALSE;
}

/**
 * chat_composer_entry_insert_emoji:
 * @self: an entry
 *
 * Lets one choose which.
 */
void
chat_composer_entry_insert_emoji (ChatComposerEntry *self)
{
  g_return_if_fail (CHAT_IS_COMPOSER_ENTRY (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit_by_name (self->view, "insert-emoji");
}

/**
 * chat_composer_entry_take_key:
 * @self: an entry
 * @controller: which handles the key just now
 * @key: the key
 * @modifiers: those that are down
 *
 * Takes the focus, if it is a key that writes something and does not have it.
 *
 * Returns: whether it writes something
 */
gboolean
chat_composer_entry_take_key (ChatComposerEntry *self, GtkEventControllerKey *controller,
                              guint key, GdkModifierType modifiers)
{
  const GdkModifierType commands =
      GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK;

  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), FALSE);

  if ((modifiers & commands) != 0 || !g_unichar_isgraph (gdk_keyval_to_unicode (key))
      || gtk_widget_has_focus (GTK_WIDGET (self->view)))
    return FALSE;

  gtk_widget_grab_focus (GTK_WIDGET (self->view));

  return gtk_event_controller_key_forward (controller, GTK_WIDGET (self->view));
}

/**
 * chat_composer_entry_dup_text:
 * @self: an entry
 *
 * Returns: (transfer full): what stands in it
 */
char *
chat_composer_entry_dup_text (ChatComposerEntry *self)
{
  return chat_composer_entry_dup_beginning (self, -1);
}

/**
 * chat_composer_entry_dup_beginning:
 * @self: an entry
 * @n_characters: how many, -1 for all
 *
 * Returns: (transfer full): what stands in it first
 */
char *
chat_composer_entry_dup_beginning (ChatComposerEntry *self, int n_characters)
{
  GtkTextIter start, end;

  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), NULL);

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, n_characters);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/**
 * chat_composer_entry_is_empty:
 * @self: an entry
 *
 * Returns: whether nothing stands in it
 */
gboolean
chat_composer_entry_is_empty (ChatComposerEntry *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), TRUE);

  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

/**
 * chat_composer_entry_has_words:
 * @self: an entry
 *
 * Returns: whether there is more in it than spaces
 */
gboolean
chat_composer_entry_has_words (ChatComposerEntry *self)
{
  GtkTextIter iter;

  g_return_val_if_fail (CHAT_IS_COMPOSER_ENTRY (self), FALSE);

  gtk_text_buffer_get_start_iter (self->buffer, &iter);
  while (g_unichar_isspace (gtk_text_iter_get_char (&iter)))
    gtk_text_iter_forward_char (&iter);

  return !gtk_text_iter_is_end (&iter);
}
