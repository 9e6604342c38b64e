/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-announcer.h"

#include "chat-message-words.h"
#include "chat-newer.h"

#include <glib/gi18n-lib.h>

/* Messages that come in this time are told together: a voice is slower than a room. */
#define GATHER_MS 400

struct _ChatAnnouncer
{
  GtkWidget parent_instance;

  GtkWidget *label; /* what was said last */
  ChatMessage *last;
  guint n_messages; /* to be told */
  guint timer;
};

G_DEFINE_FINAL_TYPE (ChatAnnouncer, chat_announcer, GTK_TYPE_WIDGET)

static void
chat_announcer_dispose (GObject *object)
{
  ChatAnnouncer *self = CHAT_ANNOUNCER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->last);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (chat_announcer_parent_class)->dispose (object);
}

static void
chat_announcer_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
}

/* The label is there to be heard, not seen. */
static void
chat_announcer_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
}

static void
chat_announcer_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
}

static void
chat_announcer_class_init (ChatAnnouncerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_announcer_dispose;
  widget_class->measure = chat_announcer_measure;
  widget_class->size_allocate = chat_announcer_size_allocate;
  widget_class->snapshot = chat_announcer_snapshot;

  /* A live region: a screen reader tells it when it changes. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
chat_announcer_init (ChatAnnouncer *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

/**
 * chat_announcer_say:
 * @self: an announcer
 * @text: what a screen reader is to say
 */
void
chat_announcer_say (ChatAnnouncer *self, const char *text)
{
  g_return_if_fail (CHAT_IS_ANNOUNCER (self) && text != NULL);

  chat_newer_announce (GTK_ACCESSIBLE (self), text);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static gboolean
timer_cb (gpointer user_data)
{
  ChatAnnouncer *self = user_data;
  g_autofree char *words = chat_message_words_describe (self->last);
  g_autofree char *text = NULL;

  if (self->n_messages > 1)
    /* TRANSLATORS: a screen reader says it; then follows the last one */
    text = g_strdup_printf (ngettext ("%u new message. %s", "%u new messages. %s",
                                      self->n_messages),
                            self->n_messages, words);
  chat_announcer_say (self, text != NULL ? text : words);
  self->timer = 0;
  self->n_messages = 0;
  g_clear_object (&self->last);

  return G_SOURCE_REMOVE;
}

/**
 * chat_announcer_say_message:
 * @self: an announcer
 * @message: somebody else's message that just came
 */
void
chat_announcer_say_message (ChatAnnouncer *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_ANNOUNCER (self) && CHAT_IS_MESSAGE (message));

  g_set_object (&self->last, message);
  self->n_messages++;
  if (self->timer == 0)
    self->timer = g_timeout_add (GATHER_MS, timer_cb, self);
}
