/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-server.h"

#include "chat-key-file.h"
#include "chat-limits.h"
#include "chat-listener.h"
#include "chat-reload.h"
#include "chat-room.h"
#include "chat-service.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  ChatServerFolder *folder;     /* borrowed */
  const ChatSecret *passphrase; /* borrowed */
  gboolean verbose;
  gboolean in_terminal; /* and whoever closes its window means to end the server */

  GMainLoop *loop;
  ChatServerConfig *config;
  ChatGuestList *guests;
  ChatStore *store;
  ChatRoom *room;
  GSocketService *service;
  gboolean reloading;
  gboolean reload_again; /* it was asked for while it was being done */
} Server;

static void
server_clear (Server *self)
{
  if (self->service != NULL)
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  if (self->room != NULL)
    g_object_run_dispose (G_OBJECT (self->room));
  g_clear_object (&self->room);
  if (self->store != NULL)
    chat_store_close (self->store);
  g_clear_object (&self->store);
  if (self->guests != NULL)
    g_object_run_dispose (G_OBJECT (self->guests));
  g_clear_object (&self->guests);
  g_clear_pointer (&self->config, chat_server_config_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

/* Callbacks */

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  Server *self = user_data;

  chat_room_accept (self->room, connection);
  return TRUE;
}

static void
stopping_cb (ChatRoom *room, gpointer user_data)
{
  Server *self = user_data;

  chat_service_notify (CHAT_SERVICE_STOPPING);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
}

static void
stopped_cb (ChatRoom *room, gpointer user_data)
{
  Server *self = user_data;

  g_main_loop_quit (self->loop);
}

static gboolean
signal_cb (gpointer user_data)
{
  Server *self = user_data;

  /* The second one does not wait for anybody. */
  if (chat_room_is_stopping (self->room))
    g_main_loop_quit (self->loop);
  else
    chat_room_stop (self->room, NULL);

  return G_SOURCE_CONTINUE;
}

/* How many connections the system lets us have. At the limit itself accept () would fail, and GLib
 * would try it again at once and for ever. */
static guint
get_descriptor_limit (ChatServerConfig *config)
{
  struct rlimit limit;
  guint max;
  g_autofree char *found = NULL;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return config->max_connections;

  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  max = (guint) CLAMP (limit.rlim_cur, CHAT_RESERVED_DESCRIPTORS + 1, G_MAXINT)
        - CHAT_RESERVED_DESCRIPTORS;

  if (max < config->max_connections)
    {
      found = g_strdup_printf ("%u", max);
      chat_log (CHAT_LOG_WARNING, "few-descriptors", "connections", found, "remedy",
                "the system allows fewer connections than max_connections; raise its limit of open "
                "files (ulimit -n), or lower max_connections",
                NULL);
    }
  return max;
}

/* Reading the settings again */

static void server_reload (Server *self);

static void
server_put_into_force (Server *self, ChatServerConfig *fresh)
{
  chat_reload_apply (self->config, fresh);
  get_descriptor_limit (self->config); /* says so when there are too few */
  chat_room_config_changed (self->room);
  chat_log_set_level (self->verbose ? CHAT_LOG_DEBUG : self->config->log_level);
  chat_log (CHAT_LOG_INFO, "reloaded", "settings", self->folder->config_path, NULL);
}

static void
reload_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Server *self = user_data;
  g_autoptr (GError) error = NULL;
  ChatServerConfig *fresh = chat_reload_read_finish (result, &error);

  self->reloading = FALSE;
  if (fresh != NULL)
    server_put_into_force (self, fresh);
  else
    chat_log (CHAT_LOG_ERROR, "not-reloaded", "problem", error->message, "remedy",
              "the old settings stay in force; put the file right (chat-server check tells) and "
              "reload again",
              NULL);
  chat_guest_list_reload (self->guests);

  if (self->reload_again)
    server_reload (self);
  else if (!chat_room_is_stopping (self->room))
    chat_service_notify (CHAT_SERVICE_READY);
}

static void
server_reload (Server *self)
{
  self->reload_again = self->reloading;
  if (self->reloading || chat_room_is_stopping (self->room))
    return;

  self->reloading = TRUE;
  chat_service_notify_reloading ();
  chat_reload_read_async (self->folder, self->passphrase,
                          chat_private_key_get_public (chat_room_get_key (self->room)),
                          reload_read_cb, self);
}

static gboolean
has_terminal (void)
{
  int fd = open ("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

/* Of two meanings: a person asks for the settings to be read again, or the terminal has gone. */
static gboolean
hangup_cb (gpointer user_data)
{
  Server *self = user_data;

  if (self->in_terminal && !has_terminal ())
    return signal_cb (user_data);

  server_reload (self);
  return G_SOURCE_CONTINUE;
}

/* nohup: what it has started is to outlive the terminal. */
static gboolean
is_hangup_ignored (void)
{
  struct sigaction action;

  return sigaction (SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Start */

static void
print_next_steps (ChatServerFolder *folder, GPtrArray *made, ChatPrivateKey *key)
{
  if (made->len == 0)
    return;

  g_print (_("Made:\n"));
  for (guint i = 0; i < made->len; i++)
    g_print ("  %s\n", (const char *) g_ptr_array_index (made, i));
  g_print (
      _("\nWhat to do next:\n"
         "  1. Give %s to everybody who shall take part. Its fingerprint, to compare by phone:\n"
         "     %s\n"
         "  2. Each of them makes a key pair and sends you the public one: in the app Conclave by\n"
         "     “Create a Key…”, in a terminal by: chat-client keygen\n"
         "  3. Add them, at any time and without a restart:\n"
         "     chat-server%s%s add-user NAME FILE.pem\n"
         "     (this puts the key at %s/key_NAME.pem; you may as well copy it there yourself)\n\n"),
      folder->public_key_path, chat_public_key_get_fingerprint (chat_private_key_get_public (key)),
      g_str_equal (folder->path, ".") ? "" : " --directory ",
      g_str_equal (folder->path, ".") ? "" : folder->path, folder->keys_path);
}

static void
log_listening (GPtrArray *addresses, ChatGuestList *guests)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      GInetSocketAddress *address = g_ptr_array_index (addresses, i);
      g_autofree char *host =
          g_inet_address_to_string (g_inet_socket_address_get_address (address));
      g_autofree char *port = g_strdup_printf ("%u", g_inet_socket_address_get_port (address));
      g_autofree char *n_guests = g_strdup_printf ("%u", chat_guest_list_get_size (guests));

      chat_log (CHAT_LOG_INFO, "listening", "address", host, "port", port, "guests", n_guests,
                NULL);
    }

  if (chat_guest_list_get_size (guests) == 0)
    chat_log (CHAT_LOG_WARNING, "no-guests", "remedy",
              "nobody can join yet; run: chat-server add-user NAME FILE.pem", NULL);
}

static gboolean
server_open (Server *self, GError **error)
{
  ChatServerFolder *folder = self->folder;
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autofree char *advice = NULL;

  if (!chat_server_folder_lock (folder, error))
    return FALSE;

  self->config = chat_server_folder_prepare (folder, made, error);
  if (self->config == NULL)
    return FALSE;

  key = chat_server_folder_load_key (folder, self->passphrase, error);
  if (key == NULL)
    return FALSE;
  advice = chat_key_file_advise (folder->private_key_path);
  if (advice != NULL)
    chat_log (CHAT_LOG_WARNING, "exposed-key", "problem", advice, NULL);

  self->guests = chat_guest_list_new (folder->keys_path, chat_private_key_get_public (key),
                                      self->config->rate_limit);
  if (!chat_guest_list_load (self->guests, error))
    return FALSE;

  if (!chat_server_folder_check_history (folder, error))
    return FALSE;
  self->store = chat_store_new (folder->history_path, self->config->history_limit, error);
  if (self->store == NULL)
    {
      g_prefix_error (error, _("The history in %s cannot be used: "), folder->history_path);
      return FALSE;
    }

  self->room = chat_room_new (self->config, key, self->guests, self->store,
                              get_descriptor_limit (self->config), error);
  if (self->room == NULL)
    return FALSE;

  print_next_steps (folder, made, key);
  return TRUE;
}

static gboolean
server_listen (Server *self, GError **error)
{
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) sockets = chat_service_take_sockets (error);

  if (sockets == NULL)
    return FALSE;

  self->service = sockets->len > 0
                      ? chat_listener_new_from_sockets (sockets, &addresses, error)
                      : chat_listener_new (self->config->server_ip, self->config->server_port,
                                           &addresses, error);
  if (self->service == NULL)
    return FALSE;

  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_signal_connect (self->room, "stopping", G_CALLBACK (stopping_cb), self);
  g_signal_connect (self->room, "stopped", G_CALLBACK (stopped_cb), self);
  log_listening (addresses, self->guests);
  return TRUE;
}

/**
 * chat_server_run:
 * @folder: where it runs
 * @passphrase: (nullable): of the server's private key
 * @verbose: whether all log lines are wanted, whatever the config says
 *
 * Returns: the exit status: 0 when it was stopped in order, 1 when it could not start
 */
int
chat_server_run (ChatServerFolder *folder, const ChatSecret *passphrase, gboolean verbose)
{
  g_auto (Server) self = { .folder = folder, .passphrase = passphrase, .verbose = verbose };
  g_autoptr (GError) error = NULL;
  guint sigterm_id, sigint_id, sighup_id, watchdog_id;

  signal (SIGPIPE, SIG_IGN);
  /* Where the size of files is limited, writing fails as on a full disk, and nobody dies of it. */
  signal (SIGXFSZ, SIG_IGN);
  /* One heap for all threads: what a handshake's thread frees is then of use to everybody. */
  mallopt (M_ARENA_MAX, 1);
  /* What a message to many needs for a moment is not given back to the kernel and asked for again
   * with every message: that took a third of the time of a delivery. */
  mallopt (M_TRIM_THRESHOLD, 16 * 1024 * 1024);
  mallopt (M_TOP_PAD, 1024 * 1024);

  self.loop = g_main_loop_new (NULL, FALSE);
  /* Before it listens: whoever hears of that may stop it at once. Dispatched when the loop runs. */
  sigterm_id = g_unix_signal_add (SIGTERM, signal_cb, &self);
  sigint_id = g_unix_signal_add (SIGINT, signal_cb, &self);
  self.in_terminal = has_terminal () && !is_hangup_ignored ();
  sighup_id = g_unix_signal_add (SIGHUP, hangup_cb, &self);
  if (!server_open (&self, &error) || !server_listen (&self, &error))
    {
      chat_log_complain ("chat-server: %s", error->message);
      return EXIT_FAILURE;
    }

  chat_log_set_level (verbose ? CHAT_LOG_DEBUG : self.config->log_level);
  watchdog_id = chat_service_start_watchdog ();
  chat_service_notify (CHAT_SERVICE_READY);
  g_main_loop_run (self.loop);
  g_source_remove (sigterm_id);
  g_source_remove (sigint_id);
  g_source_remove (sighup_id);
  g_clear_handle_id (&watchdog_id, g_source_remove);

  chat_log (CHAT_LOG_INFO, "stopped", NULL);
  return EXIT_SUCCESS;
}
