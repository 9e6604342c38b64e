/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-application.h"

#include "chat-application-actions.h"
#include "chat-config.h"
#include "chat-window.h"

#include <glib/gi18n-lib.h>

struct _ChatApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (ChatApplication, chat_application, ADW_TYPE_APPLICATION)

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

  return self;
}

static void
chat_application_dispose (GObject *object)
{
  g_clear_object (&CHAT_APPLICATION (object)->settings);

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
chat_application_activate (GApplication *app)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (app));

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

      chat_window_import (window, files[i]);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
chat_application_class_init (ChatApplicationClass *klass)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_application_dispose;
  app_class->startup = chat_application_startup;
  app_class->activate = chat_application_activate;
  app_class->open = chat_application_open;
}

static void
chat_application_init (ChatApplication *self)
{
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
