/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each peer is set up to be as fast as it can be, and so that nothing holds it back:
 *
 * mosquitto: takes only clients with a certificate that it trusts; queues without limit; no delay
 *   of small segments; nothing logged, nothing stored, no statistics.
 * ngircd: no limit of connections, no penalties for those who say much, no look-ups of names, no
 *   PAM, no log; PINGs an hour apart.
 * inspircd: one class with all limits raised, no fake lag, no look-ups of names, no log; of its
 *   modules only that for TLS.
 *
 * All of them have the RSA key and the certificate of one BenchKeys, and TLS 1.3 with the cipher
 * that our own client prefers, since that is what connects. mosquitto uses OpenSSL, the two others
 * GnuTLS. Written with those of Debian 12: mosquitto 2.0.11, ngircd 26.1 and inspircd 3.15.0; the
 * versions that were measured are in the output. */
#include "bench-peer.h"

#include "bench-fail.h"
#include "bench-folder.h"
#include "bench-irc.h"
#include "bench-mqtt.h"
#include "chat-key-file.h"

#include <gio/gio.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

const BenchPeer bench_peers[BENCH_N_PEERS] = {
  { .name = "mosquitto",
    .protocol = &bench_mqtt,
    .new_message = bench_mqtt_new_message,
    .most_unready = 32,
    .arguments = { "-c" },
    .config = "user root\n" /* where it is not started by root, it stays who it is */
              "per_listener_settings false\n"
              "allow_anonymous true\n"
              "connection_messages false\n"
              "log_type none\n"
              "max_inflight_messages 0\n"
              "max_queued_messages 0\n"
              "persistence false\n"
              "set_tcp_nodelay true\n"
              "sys_interval 0\n"
              "listener @PORT@ 127.0.0.1\n"
              "cafile @FOLDER@/clients.pem\n"
              "certfile @FOLDER@/certificate.pem\n"
              "keyfile @FOLDER@/key.pem\n"
              "require_certificate true\n"
              "tls_version tlsv1.3\n" },
  { .name = "ngircd",
    .protocol = &bench_irc,
    .new_message = bench_irc_new_message,
    /* Fewer than may wait until it accepts them; the others try again after a second. */
    .most_unready = 8,
    .arguments = { "--nodaemon", "--config" },
    .config = "[Global]\n"
              "Name = bench.example\n"
              "Info = bench\n"
              "AdminInfo1 = bench\n"
              "AdminInfo2 = bench\n"
              "AdminEMail = bench@bench.example\n"
              "Listen = 127.0.0.1\n"
              "Ports = 0\n"
              "[Limits]\n"
              "IdleTimeout = 120\n"
              "MaxConnections = 0\n"
              "MaxConnectionsIP = 0\n"
              "MaxPenaltyTime = 0\n"
              "PingTimeout = 3600\n"
              "PongTimeout = 3600\n"
              "[Options]\n"
              "DNS = no\n"
              "Ident = no\n"
              "PAM = no\n"
              "[SSL]\n"
              "CertFile = @FOLDER@/certificate.pem\n"
              "KeyFile = @FOLDER@/key.pem\n"
              "CipherList = " PRIORITY "\n"
              "Ports = @PORT@\n" },
  { .name = "inspircd",
    .protocol = &bench_irc,
    .new_message = bench_irc_new_message,
    /* Once a second it lets in all who are there by then. */
    .most_unready = 128,
    .arguments = { "--runasroot", "--nofork", "--nolog", "--config=" },
    .config = "<server name=\"bench.example\" description=\"bench\" network=\"bench\">\n"
              "<admin name=\"bench\" nick=\"bench\" email=\"bench@bench.example\">\n"
              "<pid file=\"@FOLDER@/inspircd.pid\">\n"
              "<path configdir=\"@FOLDER@\" datadir=\"@FOLDER@\" logdir=\"@FOLDER@\">\n"
              "<module name=\"ssl_gnutls\">\n"
              "<sslprofile name=\"bench\" provider=\"gnutls\" priority=\"" PRIORITY "\""
              " certfile=\"@FOLDER@/certificate.pem\" keyfile=\"@FOLDER@/key.pem\">\n"
              "<bind address=\"127.0.0.1\" port=\"@PORT@\" type=\"clients\""
              " sslprofile=\"bench\">\n"
              "<connect name=\"bench\" allow=\"*\" timeout=\"60\" pingfreq=\"3600\""
              " hardsendq=\"100M\" softsendq=\"50M\" recvq=\"1M\" threshold=\"1000000\""
              " commandrate=\"1000000000\" fakelag=\"no\" localmax=\"20000\" globalmax=\"20000\""
              " limit=\"20000\" maxconnwarn=\"no\" resolvehostnames=\"no\" useident=\"no\">\n"
              "<performance softlimit=\"20000\" somaxconn=\"1024\">\n" },
};

/**
 * bench_peer_find:
 * @self: a peer
 *
 * Returns: (transfer full) (nullable): its program, if it is installed; it may be where only the
 *   administrator looks
 */
char *
bench_peer_find (const BenchPeer *self)
{
  g_autofree char *fallback = g_build_filename ("/usr/sbin", self->name, NULL);
  char *program = g_find_program_in_path (self->name);

  if (program == NULL && g_file_test (fallback, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&fallback);
  return program;
}

/**
 * bench_peer_read_version:
 * @self: a peer
 * @program: of bench_peer_find()
 *
 * Returns: (transfer full): what it says of itself
 */
char *
bench_peer_read_version (const BenchPeer *self, const char *program)
{
  gboolean has_option = !g_str_equal (self->name, "mosquitto"); /* which shows it with its help */
  const char *argv[] = { program, has_option ? "--version" : "-h", NULL };
  g_autoptr (GError) error = NULL;
  char *said = NULL;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &said,
                     NULL, NULL, &error))
    bench_fail ("%s", error->message);

  said[strcspn (said, "\n")] = '\0';
  return said;
}

/* Another program may take it before the peer does; then the peer says so and ends. */
static guint16
find_free_port (void)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || bind (fd, (const struct sockaddr *) &address, sizeof address) != 0
      || getsockname (fd, (struct sockaddr *) &address, &size) != 0)
    bench_fail ("there is no free port on the loopback");
  close (fd);

  return ntohs (address.sin_port);
}

static void
save (const char *folder, const char *name, const char *text, gssize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, text, size, G_FILE_SET_CONTENTS_NONE, 0644, &error))
    bench_fail ("%s", error->message);
}

static void
save_certificate (ChatCredentials *credentials, const char *folder, const char *name)
{
  gnutls_x509_crt_t *certificates;
  unsigned n;
  gnutls_datum_t pem;

  if (gnutls_certificate_get_x509_crt (chat_credentials_get (credentials), 0, &certificates, &n) < 0
      || gnutls_x509_crt_export2 (certificates[0], GNUTLS_X509_FMT_PEM, &pem) < 0)
    bench_fail ("a certificate cannot be written");
  save (folder, name, (const char *) pem.data, pem.size);

  gnutls_free (pem.data);
  for (unsigned i = 0; i < n; i++)
    gnutls_x509_crt_deinit (certificates[i]);
  gnutls_free (certificates);
}

static void
save_keys (BenchKeys *keys, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatCredentials) server = chat_credentials_new (keys->server, &error);

  if (server == NULL || !chat_key_file_save_private (keys->server, path, NULL, FALSE, &error))
    bench_fail ("%s", error->message);
  save_certificate (server, folder, "certificate.pem");
  save_certificate (bench_keys_get_user (keys, 0)->credentials, folder, "clients.pem");
}

static void
save_config (const BenchPeer *self, const char *folder, guint16 port)
{
  g_autoptr (GString) config = g_string_new (self->config);
  g_autofree char *number = g_strdup_printf ("%u", port);

  g_string_replace (config, "@PORT@", number, 0);
  g_string_replace (config, "@FOLDER@", folder, 0);
  save (folder, "config", config->str, -1);
}

/* A long option that ends in "=" has its value in the same argument. */
static char **
make_command (const BenchPeer *self, const char *program, const char *folder)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *config = g_build_filename (folder, "config", NULL);

  g_strv_builder_add (builder, program);
  for (guint i = 0; i < G_N_ELEMENTS (self->arguments) && self->arguments[i] != NULL; i++)
    {
      g_autofree char *joined = g_strconcat (self->arguments[i], config, NULL);
      gboolean is_joined = g_str_has_suffix (self->arguments[i], "=");

      g_strv_builder_add (builder, is_joined ? joined : self->arguments[i]);
      if (is_joined)
        return g_strv_builder_end (builder);
    }

  g_strv_builder_add (builder, config);
  return g_strv_builder_end (builder);
}

/**
 * bench_peer_start:
 * @self: a peer
 * @program: of bench_peer_find()
 * @keys: whose server's key it has, and whose first guest's certificate it trusts
 *
 * Returns: (transfer full): the peer, which listens on the loopback
 */
BenchProcess *
bench_peer_start (const BenchPeer *self, const char *program, BenchKeys *keys)
{
  g_autofree char *folder = bench_folder_new ();
  guint16 port = find_free_port ();
  g_auto (GStrv) argv = make_command (self, program, folder);

  save_keys (keys, folder);
  save_config (self, folder, port);
  return bench_process_start_at ((const char *const *) argv, port);
}
