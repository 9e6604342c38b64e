/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-dialog.h"

#include "chat-fingerprint.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatKeyDialog
{
  AdwMessageDialog parent_instance;

  GtkLabel *known;
  GtkLabel *shown;

  ChatSession *session;
  ChatMember *member;
};

G_DEFINE_FINAL_TYPE (ChatKeyDialog, chat_key_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
chat_key_dialog_dispose (GObject *object)
{
  ChatKeyDialog *self = CHAT_KEY_DIALOG (object);

  g_clear_object (&self->session);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (chat_key_dialog_parent_class)->dispose (object);
}

/* The key that was looked at: should it have changed again meanwhile, this does nothing. */
static void
response_cb (ChatKeyDialog *self, const char *response)
{
  if (g_str_equal (response, "accept"))
    chat_session_accept_key (self->session, self->member);
}

static void
chat_key_dialog_class_init (ChatKeyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_key_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-key-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, known);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyDialog, shown);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
chat_key_dialog_init (ChatKeyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * chat_key_dialog_new:
 * @parent: over which window
 * @session: the session
 * @member: a member whose key has changed
 *
 * Returns: (transfer none): a dialog, which GTK owns until it is closed
 */
ChatKeyDialog *
chat_key_dialog_new (GtkWindow *parent, ChatSession *session, ChatMember *member)
{
  ChatKeyDialog *self;
  g_autofree char *name = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  g_autofree char *known = NULL;

  g_return_val_if_fail (CHAT_IS_SESSION (session) && CHAT_IS_MEMBER (member), NULL);
  g_return_val_if_fail (chat_member_get_changed (member), NULL);

  self = g_object_new (CHAT_TYPE_KEY_DIALOG, "transient-for", parent, NULL);
  self->session = g_object_ref (session);
  self->member = g_object_ref (member);
  name = chat_text_make_safe (chat_member_get_username (member), CHAT_TEXT_ONE_LINE);
  heading = g_strdup_printf (_("Has %s a New Key?"), name);
  body = g_strdup_printf (_("Let %s read the fingerprint of their key to you, by phone or in "
                            "person. If they have no new key, somebody may be listening: do not "
                            "accept it, and tell whoever runs the server."),
                          name);
  known = chat_fingerprint_from_kid (chat_member_get_known_kid (member));
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), heading);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);
  gtk_label_set_text (self->known, known);
  gtk_label_set_text (self->shown,
                      chat_public_key_get_fingerprint (chat_member_get_key (member)));

  return self;
}
