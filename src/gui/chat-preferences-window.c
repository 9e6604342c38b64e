/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-preferences-window.h"

#include "chat-settings.h"

struct _ChatPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GtkSwitch *enter_sends;
  GtkSwitch *notify_all;
  GtkSwitch *stay_in_background;
};

G_DEFINE_FINAL_TYPE (ChatPreferencesWindow, chat_preferences_window,
                     ADW_TYPE_PREFERENCES_WINDOW)

/**
 * chat_preferences_window_new:
 * @parent: (nullable): the window that it belongs to
 * @settings: what it shows and changes
 *
 * Returns: (transfer none): a window, which GTK owns until it is closed
 */
ChatPreferencesWindow *
chat_preferences_window_new (GtkWindow *parent, GSettings *settings)
{
  ChatPreferencesWindow *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CHAT_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);
  g_settings_bind (settings, CHAT_SETTING_ENTER_SENDS, self->enter_sends, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, CHAT_SETTING_NOTIFY_ALL, self->notify_all, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, CHAT_SETTING_STAY_IN_BACKGROUND, self->stay_in_background, "active",
                   G_SETTINGS_BIND_DEFAULT);

  return self;
}

static void
chat_preferences_window_class_init (ChatPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, enter_sends);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, notify_all);
  gtk_widget_class_bind_template_child (widget_class, ChatPreferencesWindow, stay_in_background);
}

static void
chat_preferences_window_init (ChatPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
