/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-application-actions.h"

#include "chat-application.h"
#include "chat-config.h"
#include "chat-newer.h"
#include "chat-preferences-window.h"
#include "chat-window.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ChatWindow *window = chat_window_new (
      GTK_APPLICATION (user_data), chat_application_get_settings (CHAT_APPLICATION (user_data)));

  chat_window_load_last_room (window);
  gtk_window_present (GTK_WINDOW (window));
}

/* The icon of an app that is not installed is in its resources. GTK looks into "icons/" there by
 * itself, but when the app starts, and then reads all icons twice before the first frame. */
static void
ensure_icon (GtkWidget *widget)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));

  if (!gtk_icon_theme_has_icon (theme, CHAT_APP_ID))
    gtk_icon_theme_add_resource_path (theme, "/io/github/conclave_chat/Conclave/app-icons");
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (user_data);

  ensure_icon (GTK_WIDGET (parent));
  chat_newer_show_about (
      parent, "application-name", _("Conclave"), "application-icon", CHAT_APP_ID, "version",
      CHAT_VERSION, "developer-name", _("The Conclave maintainers"), "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      _("A private group chat. What you write is sealed for the members of the room; the server "
        "cannot read it."),
      NULL);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (user_data);

  /* There is one already. */
  if (CHAT_IS_PREFERENCES_WINDOW (parent))
    gtk_window_present (parent);
  else
    gtk_window_present (GTK_WINDOW (chat_preferences_window_new (
        parent, chat_application_get_settings (CHAT_APPLICATION (user_data)))));
}

static ChatWindow *
find_room (GtkApplication *app, const char *room_id)
{
  for (GList *l = gtk_application_get_windows (app); l != NULL; l = l->next)
    if (CHAT_IS_WINDOW (l->data) && chat_window_is_in_room (l->data, room_id))
      return l->data;

  return NULL;
}

/* A notification was clicked: perhaps an old one, whose room was left. */
static void
show_message_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *room_id, *mid;
  ChatWindow *window;

  g_variant_get (parameter, "(&s&s)", &room_id, &mid);
  window = find_room (user_data, room_id);
  if (window != NULL)
    chat_window_show_message (window, mid);
  else
    g_application_activate (user_data);
}

/* Each window leaves its room first, and the last one ends the program. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy_deep (gtk_application_get_windows (user_data),
                                                (GCopyFunc)(void (*) (void))g_object_ref, NULL);

  for (GList *l = windows; l != NULL; l = l->next)
    if (CHAT_IS_WINDOW (l->data))
      chat_window_quit (l->data);
    else
      gtk_window_destroy (l->data);
  g_list_free_full (g_steal_pointer (&windows), g_object_unref);
}

static const GActionEntry entries[] = {
  { .name = "new-window", .activate = new_window_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "about", .activate = about_cb },
  { .name = "show-message", .activate = show_message_cb, .parameter_type = "(ss)" },
  { .name = "quit", .activate = quit_cb },
};

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.new-window", { "<Control>n" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control>q" } },
  { "win.show-help-overlay", { "<Control>question", "F1" } },
  { "window.close", { "<Control>w" } },
  { "win.import", { "<Control>o" } },
  { "win.history", { "<Control>h" } },
  { "win.members", { "F9", "<Control>m" } },
  { "win.jump-to-end", { "<Control>End" } },
  { "win.search", { "<Control>f" } },
};

/**
 * chat_application_install_actions:
 * @app: the application, while it starts
 *
 * Adds the actions `app.…`, and the keys for these and those of the windows.
 */
void
chat_application_install_actions (GtkApplication *app)
{
  g_return_if_fail (GTK_IS_APPLICATION (app));

  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries), app);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (app, shortcuts[i].action, shortcuts[i].accels);
}
