/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-passphrase-dialog.h"

#include "chat-library-names.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _ChatPassphraseDialog
{
  AdwMessageDialog parent_instance;

  GtkEditable *entry;
  GtkCheckButton *remember;
  GtkWidget *no_keyring;
};

G_DEFINE_FINAL_TYPE (ChatPassphraseDialog, chat_passphrase_dialog, ADW_TYPE_MESSAGE_DIALOG)

/**
 * chat_passphrase_dialog_new:
 * @parent: over which window
 * @path: whose passphrase it is
 * @problem: (nullable): what was wrong with the last one
 *
 * Returns: (transfer none): a dialog, which GTK owns until it is closed
 */
ChatPassphraseDialog *
chat_passphrase_dialog_new (GtkWindow *parent, const char *path, const char *problem)
{
  ChatPassphraseDialog *self;
  g_autofree char *name = NULL;
  g_autofree char *body = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (CHAT_TYPE_PASSPHRASE_DIALOG, "transient-for", parent, NULL);
  name = g_filename_display_basename (path);
  body = problem != NULL
             ? g_strdup (problem)
             /* TRANSLATORS: the name of a file */
             : g_strdup_printf (_("Your private key %s is protected by a passphrase. It is the one "
                                  "that was chosen when the key was made."),
                                name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);

  return self;
}

/* An empty one opens nothing. */
static void
changed_cb (ChatPassphraseDialog *self)
{
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self),
                                           CHAT_PASSPHRASE_RESPONSE_OPEN,
                                           *gtk_editable_get_text (self->entry) != '\0');
}

static void
chat_passphrase_dialog_class_init (ChatPassphraseDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-passphrase-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatPassphraseDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatPassphraseDialog, remember);
  gtk_widget_class_bind_template_child (widget_class, ChatPassphraseDialog, no_keyring);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
chat_passphrase_dialog_init (ChatPassphraseDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_library_names_from_tooltips (GTK_WIDGET (self->entry));
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/**
 * chat_passphrase_dialog_dup_passphrase:
 * @self: a dialog
 *
 * Returns: (transfer full): what was typed
 */
ChatSecret *
chat_passphrase_dialog_dup_passphrase (ChatPassphraseDialog *self)
{
  const char *text;

  g_return_val_if_fail (CHAT_IS_PASSPHRASE_DIALOG (self), NULL);

  /* The entry's own buffer is in memory that is wiped. */
  text = gtk_editable_get_text (self->entry);

  return chat_secret_new (text, strlen (text));
}

/**
 * chat_passphrase_dialog_set_keyring:
 * @self: a dialog
 * @available: whether there is a keyring
 * @remember: whether the passphrase is to be kept there
 *
 * Offers to remember it, or says why not.
 */
void
chat_passphrase_dialog_set_keyring (ChatPassphraseDialog *self, gboolean available,
                                    gboolean remember)
{
  g_return_if_fail (CHAT_IS_PASSPHRASE_DIALOG (self));

  gtk_widget_set_visible (GTK_WIDGET (self->remember), available);
  gtk_widget_set_visible (self->no_keyring, !available);
  gtk_check_button_set_active (self->remember, available && remember);
}

/**
 * chat_passphrase_dialog_get_remember:
 * @self: a dialog
 *
 * Returns: whether the passphrase is to be kept in the keyring
 */
gboolean
chat_passphrase_dialog_get_remember (ChatPassphraseDialog *self)
{
  g_return_val_if_fail (CHAT_IS_PASSPHRASE_DIALOG (self), FALSE);

  return gtk_check_button_get_active (self->remember);
}
