/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-credentials.h"

#include "chat-error.h"
#include "jose-keys.h"

#include <gnutls/x509.h>

#include <sys/socket.h>
#include <unistd.h>

/* 9999-12-31 23:59:59, which RFC 5280, section 4.1.2.5 has for "no end". */
#define END_OF_TIME G_GINT64_CONSTANT (253402300799)
#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

typedef struct
{
  int fd;
  gnutls_session_t session;
} End;

/* Both ends of one connection, in this thread. */
typedef struct
{
  ChatCredentials *server_credentials;
  ChatCredentials *client_credentials; /* NULL: the client shows no certificate */
  gnutls_certificate_credentials_t nobody;
  End server;
  End client;
} Fixture;

static void
end_init (End *end, int fd, unsigned int flags, gnutls_certificate_credentials_t credentials)
{
  end->fd = fd;
  g_assert_cmpint (gnutls_init (&end->session, flags | GNUTLS_NONBLOCK), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (end->session, PRIORITY, NULL), ==, 0);
  g_assert_cmpint (gnutls_credentials_set (end->session, GNUTLS_CRD_CERTIFICATE, credentials), ==,
                   0);
  gnutls_transport_set_int (end->session, fd);
}

static void
end_clear (End *end)
{
  gnutls_deinit (end->session);
  close (end->fd);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  gboolean with_client_key = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  gnutls_certificate_credentials_t shown;
  int fds[2];

  fixture->server_credentials = chat_credentials_new (test_key (0), &error);
  g_assert_no_error (error);
  fixture->client_credentials = chat_credentials_new (test_key (1), &error);
  g_assert_no_error (error);
  gnutls_certificate_allocate_credentials (&fixture->nobody);
  shown = with_client_key ? chat_credentials_get (fixture->client_credentials) : fixture->nobody;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  end_init (&fixture->server, fds[0], GNUTLS_SERVER,
            chat_credentials_get (fixture->server_credentials));
  end_init (&fixture->client, fds[1], GNUTLS_CLIENT, shown);
  gnutls_certificate_server_set_request (fixture->server.session, GNUTLS_CERT_REQUEST);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  end_clear (&fixture->server);
  end_clear (&fixture->client);
  chat_credentials_unref (fixture->server_credentials);
  chat_credentials_unref (fixture->client_credentials);
  gnutls_certificate_free_credentials (fixture->nobody);
}

/* The ends take turns until both are done; what one writes is there when the other reads. */
static void
shake_hands (Fixture *fixture)
{
  int client = GNUTLS_E_AGAIN;
  int server = GNUTLS_E_AGAIN;

  for (guint turn = 0; turn < 20 && (client != 0 || server != 0); turn++)
    {
      if (client != 0)
        client = gnutls_handshake (fixture->client.session);
      if (server != 0)
        server = gnutls_handshake (fixture->server.session);
      g_assert_false (gnutls_error_is_fatal (client));
      g_assert_false (gnutls_error_is_fatal (server));
    }

  g_assert_cmpint (client, ==, 0);
  g_assert_cmpint (server, ==, 0);
}

static void
assert_peer_is (gnutls_session_t session, ChatPublicKey *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPublicKey) key = chat_credentials_get_peer_key (session, &error);

  g_assert_no_error (error);
  g_assert_true (chat_public_key_equal (key, expected));
  g_assert_cmpstr (chat_public_key_get_id (key), ==, chat_public_key_get_id (expected));
}

static void
test_handshake (Fixture *fixture, gconstpointer data)
{
  char buffer[6] = "";

  shake_hands (fixture);

  g_assert_cmpint (gnutls_protocol_get_version (fixture->client.session), ==, GNUTLS_TLS1_3);
  assert_peer_is (fixture->client.session, test_public_key (0));
  assert_peer_is (fixture->server.session, test_public_key (1));
  g_assert_cmpint (gnutls_record_send (fixture->client.session, "hello", 5), ==, 5);
  g_assert_cmpint (gnutls_record_recv (fixture->server.session, buffer, 5), ==, 5);
  g_assert_cmpstr (buffer, ==, "hello");
}

static void
test_no_certificate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  shake_hands (fixture);

  g_assert_null (chat_credentials_get_peer_key (fixture->server.session, &error));
  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE);
  assert_peer_is (fixture->client.session, test_public_key (0));
}

static void
test_before_handshake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_credentials_get_peer_key (fixture->server.session, &error));
  g_assert_error (error, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE);
}

/* The certificate that a session would show. */
static void
test_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatCredentials) credentials = chat_credentials_new (test_key (0), &error);
  gnutls_x509_crt_t *list;
  unsigned int n, status;

  g_assert_no_error (error);
  g_assert_cmpint (
      gnutls_certificate_get_x509_crt (chat_credentials_get (credentials), 0, &list, &n), ==, 0);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (gnutls_x509_crt_get_version (list[0]), ==, 3);
  g_assert_cmpint (gnutls_x509_crt_get_activation_time (list[0]), <, 1000000000);
  g_assert_cmpint (gnutls_x509_crt_get_expiration_time (list[0]), ==, END_OF_TIME);
  g_assert_cmpint (gnutls_x509_crt_check_issuer (list[0], list[0]), ==, 1);
  g_assert_cmpint (gnutls_x509_crt_verify (list[0], list, 1, 0, &status), ==, 0);

  gnutls_x509_crt_deinit (list[0]);
  gnutls_free (list);
}

static void
test_references (void)
{
  g_autoptr (ChatCredentials) credentials = chat_credentials_new (test_key (0), NULL);
  ChatCredentials *boxed = g_boxed_copy (CHAT_TYPE_CREDENTIALS, credentials);

  g_assert_true (boxed == credentials);
  g_assert_nonnull (chat_credentials_get (boxed));
  g_boxed_free (CHAT_TYPE_CREDENTIALS, boxed);
  g_assert_nonnull (chat_credentials_get (credentials));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/credentials/handshake", Fixture, GINT_TO_POINTER (TRUE), fixture_set_up,
              test_handshake, fixture_tear_down);
  g_test_add ("/credentials/no-certificate", Fixture, GINT_TO_POINTER (FALSE), fixture_set_up,
              test_no_certificate, fixture_tear_down);
  g_test_add ("/credentials/before-handshake", Fixture, GINT_TO_POINTER (TRUE), fixture_set_up,
              test_before_handshake, fixture_tear_down);
  g_test_add_func ("/credentials/certificate", test_certificate);
  g_test_add_func ("/credentials/references", test_references);

  return g_test_run ();
}
