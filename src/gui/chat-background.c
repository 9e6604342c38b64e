/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-background.h"

#include <glib/gi18n-lib.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"

/* The answer is a signal of an object that is made for the question. Its path is known before, so
 * that no answer is too quick. */
typedef struct
{
  GDBusConnection *bus;
  char *token;
  guint subscription;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request->subscription != 0)
    g_dbus_connection_signal_unsubscribe (request->bus, request->subscription);
  g_object_unref (request->bus);
  g_free (request->token);
  g_free (request);
}

static void
finish (GTask *task, gboolean allowed)
{
  Request *request = g_task_get_task_data (task);

  /* The subscription holds the task. */
  G_GNUC_UNUSED g_autoptr (GTask) kept = g_object_ref (task);

  g_dbus_connection_signal_unsubscribe (request->bus, request->subscription);
  request->subscription = 0;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (allowed)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (
        task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        _("Conclave is not allowed to run in the background. You can allow it in the system "
          "settings, under “Apps”."));
}

static void
response_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
             const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (GVariant) results = NULL;
  gboolean background = FALSE;
  guint32 response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  g_variant_lookup (results, "background", "b", &background);
  finish (user_data, response == 0 && background);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL || g_task_get_completed (task))
    return;
  /* A desktop without this portal does not end apps that have no window. */
  g_debug ("no portal to ask: %s", error->message);
  finish (task, TRUE);
}

static char *
make_path (Request *request)
{
  const char *name = g_dbus_connection_get_unique_name (request->bus);
  g_autofree char *sender = g_strdelimit (g_strdup (name != NULL ? name + 1 : ""), ".", '_');

  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, request->token);
}

static GVariant *
make_parameters (Request *request)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (request->token));
  g_variant_builder_add (
      &options, "{sv}", "reason",
      g_variant_new_string (_("Stay in the room and tell you of new messages.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));

  return g_variant_new ("(sa{sv})", "", &options);
}

/**
 * chat_background_request_async:
 * @bus: the session bus
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks the portal, which may ask the user.
 */
void
chat_background_request_async (GDBusConnection *bus, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Request *request;
  g_autofree char *path = NULL;

  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_background_request_async);
  request = g_new0 (Request, 1);
  request->bus = g_object_ref (bus);
  request->token = g_strdup_printf ("conclave%u", g_random_int ());
  g_task_set_task_data (task, request, request_free);

  path = make_path (request);
  request->subscription = g_dbus_connection_signal_subscribe (
      bus, PORTAL_NAME, REQUEST_INTERFACE, "Response", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      response_cb, task, g_object_unref);
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.portal.Background",
                          "RequestBackground", make_parameters (request), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, called_cb,
                          g_object_ref (task));
}

/**
 * chat_background_request_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: whether the app may go on without a window
 */
gboolean
chat_background_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
