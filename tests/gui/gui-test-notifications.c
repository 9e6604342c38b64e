/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui-test-notifications.h"

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

struct _GuiTestNotifications
{
  GDBusConnection *bus;
  GDBusNodeInfo *node;
  GPtrArray *shown; /* (element-type GuiTestNotification) */
  guint32 last_id;
};

static const char xml[] =
    "<node><interface name='" NAME "'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='GetServerInformation'><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
    "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
    "</interface></node>";

static void
notification_free (gpointer data)
{
  GuiTestNotification *notification = data;

  g_free (notification->summary);
  g_free (notification->body);
  g_free (notification->action);
  g_free (notification);
}

static GuiTestNotification *
find (GuiTestNotifications *self, guint32 id)
{
  for (guint i = 0; i < self->shown->len; i++)
    {
      GuiTestNotification *notification = g_ptr_array_index (self->shown, i);

      if (notification->id == id)
        return notification;
    }

  return NULL;
}

static guint32
notify (GuiTestNotifications *self, GVariant *parameters)
{
  g_autofree const char **actions = NULL;
  const char *summary, *body;
  guint32 replaces;
  GuiTestNotification *notification;

  g_variant_get (parameters, "(&su&s&s&s^a&s@a{sv}i)", NULL, &replaces, NULL, &summary, &body,
                 &actions, NULL, NULL);
  notification = replaces != 0 ? find (self, replaces) : NULL;
  if (notification == NULL)
    {
      notification = g_new0 (GuiTestNotification, 1);
      notification->id = ++self->last_id;
      g_ptr_array_add (self->shown, notification);
    }
  g_free (notification->summary);
  g_free (notification->body);
  g_free (notification->action);
  notification->summary = g_strdup (summary);
  notification->body = g_strdup (body);
  notification->action = g_strdup (actions[0]);

  return notification->id;
}

static void
called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  static const char *capabilities[] = { "actions", "body", NULL };
  GuiTestNotifications *self = user_data;
  GVariant *answer = NULL;
  guint32 id;

  if (g_str_equal (method, "Notify"))
    answer = g_variant_new ("(u)", notify (self, parameters));
  else if (g_str_equal (method, "GetCapabilities"))
    answer = g_variant_new ("(^as)", capabilities);
  else if (g_str_equal (method, "GetServerInformation"))
    answer = g_variant_new ("(ssss)", "test", "test", "1", "1.2");
  else
    {
      g_variant_get (parameters, "(u)", &id);
      g_ptr_array_remove (self->shown, find (self, id));
    }
  g_dbus_method_invocation_return_value (invocation, answer);
}

static guint32
request_name (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", NAME, 0), G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &error);
  guint32 answer;

  g_assert_no_error (error);
  g_variant_get (reply, "(u)", &answer);

  return answer;
}

GuiTestNotifications *
gui_test_notifications_new (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = called_cb };
  GuiTestNotifications *self = g_new0 (GuiTestNotifications, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);

  g_assert_no_error (error);
  self->shown = g_ptr_array_new_with_free_func (notification_free);
  /* A connection of its own, as another program has. */
  self->bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  self->node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (self->bus, PATH, self->node->interfaces[0], &vtable, self,
                                     NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (request_name (self->bus), ==, 1);

  return self;
}

guint
gui_test_notifications_count (GuiTestNotifications *self)
{
  return self->shown->len;
}

const GuiTestNotification *
gui_test_notifications_get (GuiTestNotifications *self, guint i)
{
  g_assert_cmpuint (i, <, self->shown->len);

  return g_ptr_array_index (self->shown, i);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

void
gui_test_notifications_settle (GuiTestNotifications *self)
{
  g_autoptr (GDBusConnection) app = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  /* The bus keeps the order, and so does each end. Twice, because what is withdrawn waits for the
   * number of what was sent. */
  for (int i = 0; i < 2; i++)
    {
      gboolean answered = FALSE;

      g_dbus_connection_call (app, NAME, PATH, NAME, "GetServerInformation", NULL, NULL,
                              G_DBUS_CALL_FLAGS_NONE, -1, NULL, answered_cb, &answered);
      while (!answered)
        g_main_context_iteration (NULL, TRUE);
    }
}

void
gui_test_notifications_click (GuiTestNotifications *self, guint i)
{
  const GuiTestNotification *notification = gui_test_notifications_get (self, i);
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (
      self->bus, NULL, PATH, NAME, "ActionInvoked",
      g_variant_new ("(us)", notification->id,
                     notification->action != NULL ? notification->action : "default"),
      &error);
  g_assert_no_error (error);
  /* As a daemon does. */
  g_ptr_array_remove_index (self->shown, i);
}
