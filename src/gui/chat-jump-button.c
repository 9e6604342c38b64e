/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-jump-button.h"

#include <glib/gi18n-lib.h>

struct _ChatJumpButton
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkWidget *button;
  GtkLabel *label;

  guint unread;
  guint n_came;   /* and not counted as unread as yet */
  guint counting; /* an idle source */
};

G_DEFINE_FINAL_TYPE (ChatJumpButton, chat_jump_button, ADW_TYPE_BIN)

enum
{
  PROP_UNREAD = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_jump_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_UNREAD:
      g_value_set_uint (value, CHAT_JUMP_BUTTON (object)->unread);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_jump_button_dispose (GObject *object)
{
  g_clear_handle_id (&CHAT_JUMP_BUTTON (object)->counting, g_source_remove);

  G_OBJECT_CLASS (chat_jump_button_parent_class)->dispose (object);
}

static void
show_unread (ChatJumpButton *self)
{
  g_autofree char *text = g_strdup_printf ("%u", self->unread);
  g_autofree char *label = NULL;

  gtk_label_set_text (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->label), self->unread > 0);
  label = self->unread > 0 ? g_strdup_printf (ngettext ("Go to the latest message, %u is unread",
                                                        "Go to the latest message, %u are unread",
                                                        self->unread),
                                              self->unread)
                           : g_strdup (_("Go to the latest message"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
set_unread (ChatJumpButton *self, guint unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  show_unread (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static gboolean
counting_cb (gpointer user_data)
{
  ChatJumpButton *self = user_data;
  guint n = self->n_came;

  self->counting = 0;
  self->n_came = 0;
  /* Else the end is on the screen, and all of it has been seen. */
  if (gtk_revealer_get_reveal_child (self->revealer))
    set_unread (self, self->unread + n);

  return G_SOURCE_REMOVE;
}

static void
chat_jump_button_class_init (ChatJumpButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = chat_jump_button_get_property;
  G_OBJECT_CLASS (klass)->dispose = chat_jump_button_dispose;

  props[PROP_UNREAD] =
      g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-jump-button.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, revealer);
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, button);
  gtk_widget_class_bind_template_child (widget_class, ChatJumpButton, label);
}

static void
chat_jump_button_init (ChatJumpButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_unread (self);
}

/**
 * chat_jump_button_get_unread:
 * @self: a button
 *
 * Returns: how many messages it tells of
 */
guint
chat_jump_button_get_unread (ChatJumpButton *self)
{
  g_return_val_if_fail (CHAT_IS_JUMP_BUTTON (self), 0);

  return self->unread;
}

/**
 * chat_jump_button_count:
 * @self: a button
 *
 * A message has come. However many come, they are counted once for each frame.
 */
void
chat_jump_button_count (ChatJumpButton *self)
{
  g_return_if_fail (CHAT_IS_JUMP_BUTTON (self));

  self->n_came++;
  if (self->counting == 0)
    self->counting = g_idle_add_full (G_PRIORITY_HIGH_IDLE, counting_cb, self, NULL);
}

/**
 * chat_jump_button_reset:
 * @self: a button
 *
 * Forgets what has come: it was in another room.
 */
void
chat_jump_button_reset (ChatJumpButton *self)
{
  g_return_if_fail (CHAT_IS_JUMP_BUTTON (self));

  g_clear_handle_id (&self->counting, g_source_remove);
  self->n_came = 0;
  set_unread (self, 0);
}

/**
 * chat_jump_button_set_shown:
 * @self: a button
 * @shown: whether there is somewhere to go; else nothing is unread
 */
void
chat_jump_button_set_shown (ChatJumpButton *self, gboolean shown)
{
  g_return_if_fail (CHAT_IS_JUMP_BUTTON (self));

  gtk_revealer_set_reveal_child (self->revealer, shown);
  gtk_widget_set_can_target (GTK_WIDGET (self), shown);
  if (!shown)
    set_unread (self, 0);
}
