/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-listener.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>

static GList *
resolve (const char *host, GError **error)
{
  g_autoptr (GInetAddress) literal = g_inet_address_new_from_string (host);
  g_autoptr (GResolver) resolver = NULL;
  g_autoptr (GError) cause = NULL;
  GList *addresses;

  if (literal != NULL)
    return g_list_prepend (NULL, g_steal_pointer (&literal));

  resolver = g_resolver_get_default ();
  addresses = g_resolver_lookup_by_name (resolver, host, NULL, &cause);
  if (addresses == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The name \"%s\" (\"server_ip\" in config.json) is not known here: %s. Use an "
                    "address of this computer, "
                    "\"0.0.0.0\" for all of them, or \"::\" for IPv6 too"),
                 host, cause->message);
  return addresses;
}

static void
set_bind_error (const GError *cause, const char *host, guint16 port, GError **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, G_IO_ERROR, cause->code,
                 _("Port %u of %s is in use: another chat-server or another program listens "
                    "there. Stop it, or choose another "
                    "\"server_port\" in config.json"),
                 port, host);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error (error, G_IO_ERROR, cause->code,
                 _("Port %u needs special rights, as all ports under 1024 do. Choose a "
                    "\"server_port\" from 1024 to 65535 in "
                    "config.json"),
                 port);
  else
    g_set_error (
        error, G_IO_ERROR, cause->code,
        _("The server cannot listen on %s, port %u: %s. If that is not an address of this "
           "computer, set \"server_ip\" "
           "in config.json to one that is, to \"0.0.0.0\" for all, or to \"::\" for IPv6 too"),
        host, port, cause->message);
}

/**
 * chat_listener_new:
 * @host: an IP address or a host name
 * @port: a port; 0 for any that is free
 * @addresses: (out) (transfer full) (element-type GInetSocketAddress): where it listens
 * @error: return location for a #GIOErrorEnum: a sentence with the remedy
 *
 * Synchronous: for start-up. A name is listened to on all its addresses.
 *
 * Returns: (transfer full): a service that is listening
 */
GSocketService *
chat_listener_new (const char *host, guint16 port, GPtrArray **addresses, GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GPtrArray) effective = g_ptr_array_new_with_free_func (g_object_unref);
  GList *resolved = resolve (host, error);
  gboolean ok = resolved != NULL;

  /* The default of GLib is 10: then joins take seconds when everybody comes back at once. */
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), CHAT_LISTEN_BACKLOG);

  /* An active service cancels its accept for each further address, and GLib then drops a connection
   * that was accepted at the same moment. */
  g_socket_service_stop (service);
  for (GList *l = resolved; l != NULL && ok; l = l->next)
    {
      g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (l->data, port);
      g_autoptr (GError) cause = NULL;
      GSocketAddress *got = NULL;

      ok = g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted, G_SOCKET_TYPE_STREAM,
                                          G_SOCKET_PROTOCOL_TCP, NULL, &got, &cause);
      if (ok)
        {
          g_ptr_array_add (effective, got);
          /* Where any port will do, it is the same one on all addresses. */
          port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
        }
      else
        set_bind_error (cause, host, port, error);
    }
  g_list_free_full (resolved, g_object_unref);

  if (!ok)
    return NULL;

  g_socket_service_start (service);
  *addresses = g_steal_pointer (&effective);
  return g_steal_pointer (&service);
}

/**
 * chat_listener_new_from_sockets:
 * @sockets: (element-type GSocket): sockets that listen
 * @addresses: (out) (transfer full) (element-type GInetSocketAddress): where they do
 * @error: return location for a #GIOErrorEnum
 *
 * Returns: (transfer full): a service that accepts what comes on them
 */
GSocketService *
chat_listener_new_from_sockets (GPtrArray *sockets, GPtrArray **addresses, GError **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GPtrArray) effective = g_ptr_array_new_with_free_func (g_object_unref);

  g_socket_service_stop (service);
  for (guint i = 0; i < sockets->len; i++)
    {
      GSocket *socket = g_ptr_array_index (sockets, i);
      GSocketAddress *address = g_socket_get_local_address (socket, error);

      if (address == NULL)
        return NULL;
      g_ptr_array_add (effective, address);
      if (!g_socket_listener_add_socket (G_SOCKET_LISTENER (service), socket, NULL, error))
        return NULL;
    }

  g_socket_service_start (service);
  *addresses = g_steal_pointer (&effective);
  return g_steal_pointer (&service);
}
