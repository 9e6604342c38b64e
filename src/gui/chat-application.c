/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-application.h"

#include "chat-application-actions.h"
#include "chat-application-options.h"
#include "chat-background.h"
#include "chat-config.h"
#include "chat-settings.h"
#include "chat-window.h"

#include <glib/gi18n-lib.h>

struct _ChatApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  GCancellable *cancellable; /* of what runs when the application ends */
};

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

/* Staying in the background */

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  GtkWindow *window;

  if (chat_background_request_finish (result, &error)
      || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return;

  /* What the switch says is what happens. */
  g_settings_set_boolean (self->settings, CHAT_SETTING_STAY_IN_BACKGROUND, FALSE);
  window = gtk_application_get_active_window (GTK_APPLICATION (self));
  if (ADW_IS_PREFERENCES_WINDOW (window))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window),
                                      adw_toast_new (error->message));
  else if (CHAT_IS_WINDOW (window))
    chat_window_show_toast (CHAT_WINDOW (window), error->message);
}

static void
stay_cb (ChatApplication *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));

  if (bus != NULL && g_settings_get_boolean (self->settings, CHAT_SETTING_STAY_IN_BACKGROUND))
    chat_background_request_async (bus, self->cancellable, asked_cb, g_object_ref (self));
}

/**
 * chat_application_new:
 * @flags: how it is started
 * @settings: what the user prefers
 *
 * Returns: (transfer full): the application
 */
ChatApplication *
chat_application_new (GApplicationFlags flags, GSettings *settings)
{
  ChatApplication *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (CHAT_TYPE_APPLICATION, "application-id", CHAT_APP_ID, "flags", flags,
                       "resource-base-path", "/io/github/conclave_chat/Conclave", NULL);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::" CHAT_SETTING_STAY_IN_BACKGROUND,
                           G_CALLBACK (stay_cb), self, G_CONNECT_SWAPPED);

  return self;
}

static void
chat_application_dispose (GObject *object)
{
  ChatApplication *self = CHAT_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (chat_application_parent_class)->dispose (object);
}

static void
chat_application_startup (GApplication *app)
{
  G_APPLICATION_CLASS (chat_application_parent_class)->startup (app);

  g_set_application_name (_("Conclave"));
  gtk_window_set_default_icon_name (CHAT_APP_ID);
  chat_application_install_actions (GTK_APPLICATION (app));
}

static void
chat_application_shutdown (GApplication *app)
{
  g_cancellable_cancel (CHAT_APPLICATION (app)->cancellable);

  G_APPLICATION_CLASS (chat_application_parent_class)->shutdown (app);
}

/* Those that were closed, and have stayed in their rooms, are shown again. Those that are about to
 * be gone are no windows any more. */
static GtkWindow *
find_window (GApplication *app)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (app)));
  GtkWindow *first = NULL;

  for (GList *l = windows; l != NULL; l = l->next)
    {
      if (!CHAT_IS_WINDOW (l->data) || chat_window_is_closing (l->data))
        continue;
      if (!gtk_widget_get_visible (l->data))
        gtk_window_present (l->data);
      if (first == NULL)
        first = l->data;
    }

  return first;
}

static void
chat_application_activate (GApplication *app)
{
  GtkWindow *window = find_window (app);

  if (window == NULL)
    {
      window = GTK_WINDOW (chat_window_new (GTK_APPLICATION (app),
                                            CHAT_APPLICATION (app)->settings));
      chat_window_load_last_room (CHAT_WINDOW (window));
    }
  gtk_window_present (window);
}

/* Each profile gets a window of its own: one may be in several rooms. */
static void
chat_application_open (GApplication *app, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      ChatWindow *window =
          chat_window_new (GTK_APPLICATION (app), CHAT_APPLICATION (app)->settings);

      gtk_window_present (GTK_WINDOW (window));
      if (g_strcmp0 (hint, CHAT_OPEN_HINT_CONNECT) == 0)
        chat_window_connect (window, files[i]);
      else
        chat_window_import (window, files[i]);
    }
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_application_dispose;
  app_class->startup = chat_application_startup;
  app_class->shutdown = chat_application_shutdown;
  app_class->activate = chat_application_activate;
  app_class->open = chat_application_open;
}

static void
chat_application_init (ChatApplication *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * chat_application_get_settings:
 * @self: the application
 *
 * Returns: (transfer none): what the user prefers
 */
GSettings *
chat_application_get_settings (ChatApplication *self)
{
  g_return_val_if_fail (CHAT_IS_APPLICATION (self), NULL);

  return self->settings;
}
