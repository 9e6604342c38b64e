/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-popover.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatMemberPopover
{
  GtkPopover parent_instance;

  GtkLabel *name;
  GtkLabel *explanation;
  GtkLabel *fingerprint;
  GtkWidget *message;
  GtkWidget *review;

  char *username;
};

G_DEFINE_FINAL_TYPE (ChatMemberPopover, chat_member_popover, GTK_TYPE_POPOVER)

static void
chat_member_popover_finalize (GObject *object)
{
  g_free (CHAT_MEMBER_POPOVER (object)->username);

  G_OBJECT_CLASS (chat_member_popover_parent_class)->finalize (object);
}

static void
copy_cb (ChatMemberPopover *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (self->fingerprint));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Fingerprint copied"));
  gtk_popover_popdown (GTK_POPOVER (self));
}

/* The action moves the focus to where one writes, and the popover must not take it back. */
static void
message_cb (ChatMemberPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (parent, "win.message-privately", "s", self->username);
}

static void
review_cb (ChatMemberPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (parent, "win.review-key", "s", self->username);
}

static void
chat_member_popover_class_init (ChatMemberPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_member_popover_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-member-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMemberPopover, name);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberPopover, explanation);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberPopover, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberPopover, message);
  gtk_widget_class_bind_template_child (widget_class, ChatMemberPopover, review);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, message_cb);
  gtk_widget_class_bind_template_callback (widget_class, review_cb);
}

static void
chat_member_popover_init (ChatMemberPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static char *
dup_explanation (ChatMember *member, const char *name, gboolean own)
{
  if (own)
    return g_strdup (_("The fingerprint of your key. Read it to others by phone, so that they know "
                       "that it is you."));
  if (chat_member_get_changed (member))
    return g_strdup_printf (_("This is not the key by which you know %s. Until you accept it, they "
                              "cannot read what you write."),
                            name);

  return g_strdup_printf (_("The fingerprint of the key. Let %s read theirs to you by phone: if it "
                            "is the same, nobody is in between."),
                          name);
}

/**
 * chat_member_popover_new:
 * @member: who it is about
 * @own: whether that is the user
 *
 * Returns: (transfer floating): a popover
 */
ChatMemberPopover *
chat_member_popover_new (ChatMember *member, gboolean own)
{
  ChatMemberPopover *self;
  g_autofree char *name = NULL;
  g_autofree char *explanation = NULL;

  g_return_val_if_fail (CHAT_IS_MEMBER (member), NULL);

  self = g_object_new (CHAT_TYPE_MEMBER_POPOVER, NULL);
  name = chat_text_make_safe (chat_member_get_username (member), CHAT_TEXT_ONE_LINE);
  explanation = dup_explanation (member, name, own);
  self->username = g_strdup (chat_member_get_username (member));
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->explanation, explanation);
  gtk_label_set_text (self->fingerprint,
                      chat_public_key_get_fingerprint (chat_member_get_key (member)));
  gtk_widget_set_visible (self->message, !own && !chat_member_get_changed (member));
  gtk_widget_set_visible (self->review, chat_member_get_changed (member));

  return self;
}
