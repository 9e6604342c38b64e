/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connector.h"

#include "chat-limits.h"

#include <string.h>

/* One attempt: the time limit spans looking up the name and trying all its addresses, which
 * g_socket_client_set_timeout() would not. */
typedef struct
{
  GCancellable *cancellable; /* cancelled by the caller's, or by the timer */
  GCancellable *outer;
  gulong outer_id;
  GSource *timer;
  gboolean timed_out;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_cancellable_disconnect (attempt->outer, attempt->outer_id);
  g_source_destroy (attempt->timer);
  g_source_unref (attempt->timer);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->outer);
  g_free (attempt);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->timed_out = TRUE;
  g_cancellable_cancel (attempt->cancellable);

  return G_SOURCE_REMOVE;
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static Attempt *
attempt_new (GCancellable *outer)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->cancellable = g_cancellable_new ();
  attempt->timer = g_timeout_source_new_seconds (CHAT_CONNECT_SECONDS);
  g_source_set_callback (attempt->timer, timed_out_cb, attempt, NULL);
  g_source_attach (attempt->timer, g_main_context_get_thread_default ());
  if (outer != NULL)
    {
      attempt->outer = g_object_ref (outer);
      attempt->outer_id =
          g_cancellable_connect (outer, G_CALLBACK (outer_cancelled_cb),
                                 g_object_ref (attempt->cancellable), g_object_unref);
    }

  return attempt;
}

static void
connected_cb (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (client), result, &error);

  if (connection != NULL)
    g_task_return_pointer (task, g_steal_pointer (&connection), g_object_unref);
  else if (attempt->timed_out)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             "no connection within %d seconds", CHAT_CONNECT_SECONDS);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* "[::1]" is how people write the address in front of a port. */
static char *
strip_brackets (const char *address)
{
  gsize length = strlen (address);

  if (length > 2 && address[0] == '[' && address[length - 1] == ']')
    return g_strndup (address + 1, length - 2);

  return g_strdup (address);
}

/**
 * chat_connector_connect_async:
 * @address: an IPv4 or IPv6 address, or a host name
 * @port: a TCP port
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Opens a TCP connection within %CHAT_CONNECT_SECONDS, trying the addresses of a name side by side
 * (RFC 8305). No proxy is asked: what is configured for web pages seldom passes anything else, and
 * would answer in the server's place.
 */
void
chat_connector_connect_async (const char *address, guint16 port, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnectable) connectable = NULL;
  g_autofree char *host = NULL;
  GTask *task;
  Attempt *attempt;

  g_return_if_fail (address != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_connector_connect_async);
  attempt = attempt_new (cancellable);
  g_task_set_task_data (task, attempt, attempt_free);

  host = strip_brackets (address);
  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  connectable = g_network_address_new (host, port);
  g_socket_client_connect_async (client, connectable, attempt->cancellable, connected_cb, task);
}

/**
 * chat_connector_connect_finish:
 * @result: a result
 * @error: return location for a `G_RESOLVER_ERROR` or `G_IO_ERROR`
 *
 * Ends what [func@connector_connect_async] began. The error is that of the resolver or of the last
 * address that was tried.
 *
 * Returns: (transfer full) (nullable): a connection
 */
GSocketConnection *
chat_connector_connect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
