/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-service.h"

#include "chat-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* sd_listen_fds(3): standard input, output and error come before. */
#define FIRST_SOCKET 3
#define TELL_AGAIN_MS 100

/* A path, or with "@" a name in the abstract namespace. */
static gboolean
read_notify_address (struct sockaddr_un *address, socklen_t *size)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  gsize length = path != NULL ? strlen (path) : 0;

  if (length < 2 || length >= sizeof address->sun_path || (path[0] != '/' && path[0] != '@'))
    return FALSE;

  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy (address->sun_path, path, length);
  if (path[0] == '@')
    address->sun_path[0] = '\0';
  *size = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
  return TRUE;
}

/* Returns whether there is nothing more to do for it: a socket whose queue is full may take it
 * later. */
static gboolean
send_state (const char *state)
{
  struct sockaddr_un address;
  socklen_t size;
  gboolean is_full = FALSE;
  int fd;

  if (!read_notify_address (&address, &size))
    return TRUE;

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return TRUE;

  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address, size) < 0)
    {
      is_full = errno == EAGAIN || errno == ENOBUFS;
      g_debug ("systemd was not told %s: %s", state, g_strerror (errno));
    }
  close (fd);
  return !is_full;
}

/* The newest state that systemd could not be told yet, and the source that tries again. */
static char *untold;
static guint untold_id;

static gboolean
tell_again_cb (gpointer user_data)
{
  if (!send_state (untold))
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&untold, g_free);
  untold_id = 0;
  return G_SOURCE_REMOVE;
}

/**
 * chat_service_notify:
 * @state: `NAME=VALUE`, several in several lines
 *
 * Tells systemd how the server is. Does not wait for it: where it does not read at the moment, the
 * main loop tells it later, unless the server is in another state by then.
 */
void
chat_service_notify (const char *state)
{
  g_clear_handle_id (&untold_id, g_source_remove);
  g_clear_pointer (&untold, g_free);
  if (send_state (state))
    return;

  untold = g_strdup (state);
  untold_id = g_timeout_add (TELL_AGAIN_MS, tell_again_cb, NULL);
}

/**
 * chat_service_notify_reloading:
 *
 * Tells systemd that the settings are being read again. %CHAT_SERVICE_READY ends it.
 */
void
chat_service_notify_reloading (void)
{
  g_autofree char *state =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  chat_service_notify (state);
}

/* Whether the environment is about this process and not about one that started it. */
static gboolean
is_about_us (const char *variable, gboolean without)
{
  const char *text = g_getenv (variable);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) == getpid () : without;
}

static gboolean
watchdog_cb (gpointer user_data)
{
  /* Not told later: the next one comes soon, and a state must not be lost for it. */
  send_state ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/**
 * chat_service_start_watchdog:
 *
 * Where systemd wants to hear from the server now and then, the main loop tells it twice in that
 * time: a loop that hangs is noticed, and the server started anew.
 *
 * Returns: the id of the source; 0 where nobody wants to hear
 */
guint
chat_service_start_watchdog (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  guint64 microseconds = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  if (microseconds < 2000 || microseconds / 2000 > G_MAXUINT || !is_about_us ("WATCHDOG_PID", TRUE))
    return 0;

  watchdog_cb (NULL);
  return g_timeout_add ((guint) (microseconds / 2000), watchdog_cb, NULL);
}

static int
get_option (int fd, int option)
{
  int value = 0;
  socklen_t size = sizeof value;

  return getsockopt (fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

static GSocket *
take_socket (int fd, GError **error)
{
  int domain = get_option (fd, SO_DOMAIN);
  GSocket *socket = NULL;

  if ((domain == AF_INET || domain == AF_INET6) && get_option (fd, SO_TYPE) == SOCK_STREAM
      && get_option (fd, SO_ACCEPTCONN) == 1)
    {
      fcntl (fd, F_SETFD, FD_CLOEXEC);
      socket = g_socket_new_from_fd (fd, NULL);
    }
  if (socket == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("Descriptor %d, which came from systemd, is not a TCP socket that listens. "
                    "Write ListenStream= with a port, or with an address and a port, into "
                    "chat-server.socket"),
                 fd);
  return socket;
}

/**
 * chat_service_take_sockets:
 * @error: return location for a #GIOErrorEnum: a sentence with the remedy
 *
 * Returns: (transfer full) (element-type GSocket): the sockets that systemd listens on for us;
 * empty when there are none
 */
GPtrArray *
chat_service_take_sockets (GError **error)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  const char *text = g_getenv ("LISTEN_FDS");
  gint64 n_sockets = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;

  if (!is_about_us ("LISTEN_PID", FALSE))
    return g_steal_pointer (&sockets);

  for (int i = 0; i < MIN (n_sockets, CHAT_MAX_LISTEN_SOCKETS); i++)
    {
      GSocket *socket = take_socket (FIRST_SOCKET + i, error);

      if (socket == NULL)
        return NULL;
      g_ptr_array_add (sockets, socket);
    }

  return g_steal_pointer (&sockets);
}
