/* The question whether the app may stay in the background, and what follows from the answer. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-background.h"

#include "chat-application.h"
#include "chat-preferences-window.h"
#include "chat-settings.h"
#include "gui-test.h"

#define NAME "org.freedesktop.portal.Desktop"

static const char xml[] = "<node><interface name='org.freedesktop.portal.Background'>"
                          "<method name='RequestBackground'><arg type='s' direction='in'/>"
                          "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
                          "</method></interface></node>";

/* The portal, as another program. */
typedef struct
{
  GDBusConnection *bus;
  GDBusNodeInfo *node;
  guint32 response;
  gboolean allows;
  guint asked;
} Portal;

static void
asked_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  Portal *portal = user_data;
  g_autoptr (GVariant) options = NULL;
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *request = NULL;
  const char *token;
  GVariantBuilder results;

  portal->asked++;
  g_variant_get (parameters, "(&s@a{sv})", NULL, &options);
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  request = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", name, token);
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (portal->allows));
  /* The signal may be quicker than the answer. */
  g_dbus_connection_emit_signal (bus, sender, request, "org.freedesktop.portal.Request",
                                 "Response",
                                 g_variant_new ("(ua{sv})", portal->response, &results), NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", request));
}

static void
portal_open (Portal *portal, guint32 response, gboolean allows)
{
  static const GDBusInterfaceVTable vtable = { .method_call = asked_cb };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) reply = NULL;

  g_assert_no_error (error);
  *portal = (Portal){ .response = response, .allows = allows };
  portal->bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  portal->node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (portal->bus, "/org/freedesktop/portal/desktop",
                                     portal->node->interfaces[0], &vtable, portal, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (
      portal->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &error);
  g_assert_no_error (error);
}

static void
portal_close (Portal *portal)
{
  g_dbus_connection_close_sync (portal->bus, NULL, NULL);
  g_object_unref (portal->bus);
  g_dbus_node_info_unref (portal->node);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *)user_data != NULL;
}

static gboolean
request (GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  chat_background_request_async (bus, NULL, done_cb, &result);
  gui_test_wait ("the portal has answered", is_set, &result);

  return chat_background_request_finish (result, error);
}

static void
test_no_portal (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (request (&error));
  g_assert_no_error (error);
}

static void
test_allowed (void)
{
  Portal portal;
  g_autoptr (GError) error = NULL;

  portal_open (&portal, 0, TRUE);
  g_assert_true (request (&error));
  g_assert_no_error (error);
  g_assert_cmpuint (portal.asked, ==, 1);
  portal_close (&portal);
}

static void
test_refused (void)
{
  Portal portal;
  g_autoptr (GError) error = NULL;

  portal_open (&portal, 0, FALSE);
  g_assert_false (request (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  portal_close (&portal);
}

/* The user closed the question: that is not a yes, whatever else is said. */
static void
test_cancelled (void)
{
  Portal portal;
  g_autoptr (GError) error = NULL;

  portal_open (&portal, 1, TRUE);
  g_assert_false (request (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  portal_close (&portal);
}

static gboolean
is_off (gpointer settings)
{
  return !g_settings_get_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND);
}

/* The switch does not promise what will not be. */
static void
test_preference (void)
{
  Portal portal;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = chat_settings_new ("", &error);
  ChatApplication *app = chat_application_new (G_APPLICATION_NON_UNIQUE, settings);
  ChatPreferencesWindow *window;
  GtkSwitch *stay;

  g_application_register (G_APPLICATION (app), NULL, &error);
  g_assert_no_error (error);
  window = chat_preferences_window_new (NULL, settings);
  stay = gui_test_child (window, "stay_in_background");
  portal_open (&portal, 0, TRUE);
  gtk_switch_set_active (stay, TRUE);
  g_assert_true (g_settings_get_boolean (settings, CHAT_SETTING_STAY_IN_BACKGROUND));
  while (portal.asked == 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_switch_set_active (stay, FALSE);

  portal.allows = FALSE;
  gtk_switch_set_active (stay, TRUE);
  gui_test_wait ("it is turned off again", is_off, settings);
  g_assert_false (gtk_switch_get_active (stay));
  g_assert_cmpuint (portal.asked, ==, 2);

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (window);
  portal_close (&portal);
  g_object_unref (app);
}

int
main (int argc, char **argv)
{
  gui_test_init (&argc, &argv);

  g_test_add_func ("/background/no-portal", test_no_portal);
  g_test_add_func ("/background/allowed", test_allowed);
  g_test_add_func ("/background/refused", test_refused);
  g_test_add_func ("/background/cancelled", test_cancelled);
  g_test_add_func ("/background/preference", test_preference);

  return g_test_run ();
}
