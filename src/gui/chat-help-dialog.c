/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-help-dialog.h"

#include "chat-command.h"

#include <glib/gi18n-lib.h>

struct _ChatHelpDialog
{
  AdwWindow parent_instance;

  AdwPreferencesGroup *commands;
};

G_DEFINE_FINAL_TYPE (ChatHelpDialog, chat_help_dialog, ADW_TYPE_WINDOW)

/**
 * chat_help_dialog_new:
 * @parent: (nullable): the window that it stands before
 *
 * Returns: (transfer full): a window that lists the commands
 */
ChatHelpDialog *
chat_help_dialog_new (GtkWindow *parent)
{
  return g_object_new (CHAT_TYPE_HELP_DIALOG, "transient-for", parent, NULL);
}

static void
add (ChatHelpDialog *self, const char *usage, const char *help)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", usage,
                                 "subtitle", help, NULL);

  adw_preferences_group_add (self->commands, row);
}

static void
chat_help_dialog_class_init (ChatHelpDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-help-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatHelpDialog, commands);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
chat_help_dialog_init (ChatHelpDialog *self)
{
  gsize n;
  const ChatCommandInfo *commands = chat_command_get_all (&n);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *usage = chat_command_dup_usage (&commands[i]);

      add (self, usage, _ (commands[i].help));
    }
  /* TRANSLATORS: what is typed */
  add (self, _("//TEXT"), _("A message that begins with a slash"));
}
