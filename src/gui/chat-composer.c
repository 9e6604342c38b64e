/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer.h"

#include "chat-completer.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* From here on, one is told how much is left. */
#define NEAR_LIMIT (CHAT_MAX_TEXT - 1024)

#define MAX_BYTES_PER_CHARACTER 4

struct _ChatComposer
{
  AdwBin parent_instance;

  GtkWidget *scrolled;
  GtkTextView *view;
  GtkWidget *hint;
  GtkWidget *send;
  GtkLabel *left;

  GtkTextBuffer *buffer; /* borrowed from the view */
  ChatMemberList *members;
  char *last; /* what was submitted last */
};

G_DEFINE_FINAL_TYPE (ChatComposer, chat_composer, ADW_TYPE_BIN)

static guint submit_signal;

static void
chat_composer_dispose (GObject *object)
{
  ChatComposer *self = CHAT_COMPOSER (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  self->buffer = NULL;
  g_clear_object (&self->members);
  g_clear_pointer (&self->last, g_free);

  G_OBJECT_CLASS (chat_composer_parent_class)->dispose (object);
}

static gboolean
is_empty (ChatComposer *self)
{
  return gtk_text_buffer_get_char_count (self->buffer) == 0;
}

/* Counting bytes needs all of the text, so it is only done when they could matter. */
static gssize
count_left (ChatComposer *self)
{
  g_autofree char *text = NULL;

  if (gtk_text_buffer_get_char_count (self->buffer) < NEAR_LIMIT / MAX_BYTES_PER_CHARACTER)
    return CHAT_MAX_TEXT;
  text = chat_composer_dup_text (self);

  return CHAT_MAX_TEXT - (gssize)strlen (text);
}

static void
show_left (ChatComposer *self, gssize left)
{
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->left), left <= CHAT_MAX_TEXT - NEAR_LIMIT);
  if (left >= 0)
    text = g_strdup_printf (
        ngettext ("%zd byte left", "%zd bytes left",
                  (gulong)left),
        left);
  else
    text = g_strdup_printf (ngettext ("%zd byte too long; send it in parts",
                                      "%zd bytes too long; send it in parts",
                                      (gulong)-left),
                            -left);
  gtk_label_set_text (self->left, text);
  if (left < 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->left), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->left), "error");
}

static void
changed_cb (ChatComposer *self)
{
  gssize left = count_left (self);

  show_left (self, left);
  gtk_widget_set_visible (self->hint, is_empty (self));
  gtk_widget_set_sensitive (self->send, !is_empty (self) && left >= 0);
}

/* Keys */

static gboolean
recall (ChatComposer *self)
{
  if (self->last == NULL || !is_empty (self))
    return GDK_EVENT_PROPAGATE;
  chat_composer_set_text (self, self->last);

  return GDK_EVENT_STOP;
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        ChatComposer *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean is_return = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;

  if (modifiers != 0)
    return modifiers == GDK_CONTROL_MASK && key == GDK_KEY_Up ? recall (self)
                                                              : GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Up)
    return recall (self);
  if (key == GDK_KEY_Tab)
    return chat_composer_complete (self);
  if (!is_return)
    return GDK_EVENT_PROPAGATE;

  /* To the input method, Enter may mean that a candidate is chosen. */
  if (!gtk_text_view_im_context_filter_keypress (
          self->view, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    chat_composer_submit (self);

  return GDK_EVENT_STOP;
}

static void
chat_composer_class_init (ChatComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_composer_dispose;

  submit_signal = g_signal_new ("submit", CHAT_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, view);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, send);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, left);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_composer_submit);
}

static void
chat_composer_init (ChatComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->view);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (changed_cb), self);
}

/**
 * chat_composer_set_members:
 * @self: a composer
 * @members: (nullable): who can be named
 */
void
chat_composer_set_members (ChatComposer *self, ChatMemberList *members)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  g_set_object (&self->members, members);
}

/**
 * chat_composer_set_text:
 * @self: a composer
 * @text: what stands in it from now on
 *
 * The cursor is at its end, and the composer has the focus.
 */
void
chat_composer_set_text (ChatComposer *self, const char *text)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self) && text != NULL);

  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * chat_composer_dup_text:
 * @self: a composer
 *
 * Returns: (transfer full): what stands in it
 */
char *
chat_composer_dup_text (ChatComposer *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/**
 * chat_composer_submit:
 * @self: a composer
 *
 * Hands over what stands in it, and is empty if that was taken.
 */
void
chat_composer_submit (ChatComposer *self)
{
  g_autofree char *text = NULL;
  gboolean taken = FALSE;

  g_return_if_fail (CHAT_IS_COMPOSER (self));

  text = chat_composer_dup_text (self);
  if (*text == '\0' || strlen (text) > CHAT_MAX_TEXT)
    return;

  /* Emptied before, so that whoever is asked may set another text. */
  gtk_text_buffer_set_text (self->buffer, "", -1);
  g_signal_emit (self, submit_signal, 0, text, &taken);
  if (!taken)
    {
      chat_composer_set_text (self, text);
      return;
    }
  g_free (self->last);
  self->last = g_steal_pointer (&text);
}

/**
 * chat_composer_complete:
 * @self: a composer
 *
 * Completes the word before the cursor.
 *
 * Returns: whether there was something to add
 */
gboolean
chat_composer_complete (ChatComposer *self)
{
  g_autofree char *before = NULL;
  g_autofree char *word = NULL;
  GtkTextIter start, cursor;
  GtkTextMark *mark;

  g_return_val_if_fail (CHAT_IS_COMPOSER (self), FALSE);

  if (self->members == NULL)
    return FALSE;
  mark = gtk_text_buffer_get_insert (self->buffer);
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &cursor, mark);
  before = gtk_text_buffer_get_text (self->buffer, &start, &cursor, FALSE);
  word = chat_completer_complete (self->members, before);
  if (word == NULL)
    return FALSE;

  start = cursor;
  while (gtk_text_iter_backward_char (&start))
    if (g_unichar_isspace (gtk_text_iter_get_char (&start)))
      {
        gtk_text_iter_forward_char (&start);
        break;
      }
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &cursor);
  gtk_text_buffer_insert (self->buffer, &start, word, -1);
  gtk_text_buffer_end_user_action (self->buffer);

  return TRUE;
}
