/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-recipient-bar.h"

#include <glib/gi18n-lib.h>

struct _ChatRecipientBar
{
  AdwBin parent_instance;

  GtkLabel *label;
  GtkWidget *write_to_all;
};

G_DEFINE_FINAL_TYPE (ChatRecipientBar, chat_recipient_bar, ADW_TYPE_BIN)

static guint write_to_all_signal;

static void
write_to_all_cb (ChatRecipientBar *self)
{
  g_signal_emit (self, write_to_all_signal, 0);
}

static void
chat_recipient_bar_class_init (ChatRecipientBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  write_to_all_signal = g_signal_new ("write-to-all", CHAT_TYPE_RECIPIENT_BAR, G_SIGNAL_RUN_LAST,
                                      0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-recipient-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatRecipientBar, label);
  gtk_widget_class_bind_template_child (widget_class, ChatRecipientBar, write_to_all);
  gtk_widget_class_bind_template_callback (widget_class, write_to_all_cb);
}

static void
chat_recipient_bar_init (ChatRecipientBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * chat_recipient_bar_set_name:
 * @self: a bar
 * @name: (nullable): for whom alone the text is, made safe, or %NULL for all
 * @known: whether there is such a member
 */
void
chat_recipient_bar_set_name (ChatRecipientBar *self, const char *name, gboolean known)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CHAT_IS_RECIPIENT_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), name != NULL);
  if (name == NULL)
    return;

  text = g_strdup_printf (known ? _("Private to %s") : _("There is no member named “%s”"), name);
  gtk_label_set_text (self->label, text);
}
