/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-bytes-left.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* From here on, one is told how much is left. */
#define NEAR_LIMIT (CHAT_MAX_TEXT - 1024)

#define MAX_BYTES_PER_CHARACTER 4

struct _ChatBytesLeft
{
  AdwBin parent_instance;

  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (ChatBytesLeft, chat_bytes_left, ADW_TYPE_BIN)

static void
chat_bytes_left_class_init (ChatBytesLeftClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-bytes-left.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatBytesLeft, label);
}

static void
chat_bytes_left_init (ChatBytesLeft *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
tell (ChatBytesLeft *self, const char *text, gboolean error)
{
  gtk_label_set_text (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self), *text != '\0');
  if (error)
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "error");
}

/**
 * chat_bytes_left_count:
 * @buffer: a text
 *
 * Counting bytes needs all of the text, so it is only done when they could matter.
 *
 * Returns: how many more fit into a message, or, negative, how many too many it has
 */
gssize
chat_bytes_left_count (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), 0);

  if (gtk_text_buffer_get_char_count (buffer) < NEAR_LIMIT / MAX_BYTES_PER_CHARACTER)
    return CHAT_MAX_TEXT;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);

  return CHAT_MAX_TEXT - (gssize)strlen (text);
}

/**
 * chat_bytes_left_show:
 * @self: a label
 * @left: how many more fit, or, negative, how many are too many
 */
void
chat_bytes_left_show (ChatBytesLeft *self, gssize left)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CHAT_IS_BYTES_LEFT (self));

  if (left > CHAT_MAX_TEXT - NEAR_LIMIT)
    text = g_strdup ("");
  else if (left >= 0)
    text = g_strdup_printf (ngettext ("%zd byte left", "%zd bytes left", (gulong)left), left);
  else
    text = g_strdup_printf (ngettext ("%zd byte too long; send it in parts",
                                      "%zd bytes too long; send it in parts", (gulong)-left),
                            -left);
  tell (self, text, left < 0);
}

/**
 * chat_bytes_left_show_refused:
 * @self: a label
 * @size: of a text that was not put in
 *
 * Says so, until the text changes.
 */
void
chat_bytes_left_show_refused (ChatBytesLeft *self, gsize size)
{
  g_autofree char *size_text = NULL;
  g_autofree char *limit_text = NULL;
  g_autofree char *sentence = NULL;

  g_return_if_fail (CHAT_IS_BYTES_LEFT (self));

  size_text = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
  limit_text = g_format_size_full (CHAT_MAX_TEXT, G_FORMAT_SIZE_IEC_UNITS);
  /* TRANSLATORS: two sizes, such as "1.0 MiB" and "64.0 KiB" */
  sentence = g_strdup_printf (_("This text of %s was not put in: a message holds %s. Send it in "
                                "parts."),
                              size_text, limit_text);
  tell (self, sentence, TRUE);
}
