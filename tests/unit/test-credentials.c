/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-credentials.h"

#include "chat-error.h"
#include "jose-keys.h"

#include <gnutls/abstract.h>
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
  ChatPublicKey *shown; /* what the other end's certificate holds */
  GError *problem;
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

/* As the link does it: the Certificate message, before anything in it is proven. */
static int
certificate_cb (gnutls_session_t session, unsigned int type, unsigned int when,
                unsigned int incoming, const gnutls_datum_t *message)
{
  End *end = gnutls_session_get_ptr (session);

  if (incoming)
    end->shown = chat_credentials_read_peer_key (message->data, message->size, &end->problem);
  return 0;
}

static void
end_init (End *end, int fd, unsigned int flags, gnutls_certificate_credentials_t credentials)
{
  end->fd = fd;
  g_assert_cmpint (gnutls_init (&end->session, flags | GNUTLS_NONBLOCK), ==, 0);
  g_assert_cmpint (gnutls_priority_set_direct (end->session, PRIORITY, NULL), ==, 0);
  g_assert_cmpint (gnutls_credentials_set (end->session, GNUTLS_CRD_CERTIFICATE, credentials), ==,
                   0);
  gnutls_transport_set_int (end->session, fd);
  gnutls_session_set_ptr (end->session, end);
  gnutls_handshake_set_hook_function (end->session, GNUTLS_HANDSHAKE_CERTIFICATE_PKT,
                                      GNUTLS_HOOK_POST, certificate_cb);
}

static void
end_clear (End *end)
{
  gnutls_deinit (end->session);
  g_clear_object (&end->shown);
  g_clear_error (&end->problem);
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
static int
shake_hands_until (Fixture *fixture)
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
      if (gnutls_error_is_fatal (server))
        break;
    }

  return server;
}

static void
shake_hands (Fixture *fixture)
{
  g_assert_cmpint (shake_hands_until (fixture), ==, 0);
}

static void
assert_peer_is (const End *end, ChatPublicKey *expected)
{
  g_assert_no_error (end->problem);
  g_assert_true (chat_public_key_equal (end->shown, expected));
  g_assert_cmpstr (chat_public_key_get_id (end->shown), ==, chat_public_key_get_id (expected));
}

static void
test_handshake (Fixture *fixture, gconstpointer data)
{
  char buffer[6] = "";

  shake_hands (fixture);

  g_assert_cmpint (gnutls_protocol_get_version (fixture->client.session), ==, GNUTLS_TLS1_3);
  assert_peer_is (&fixture->client, test_public_key (0));
  assert_peer_is (&fixture->server, test_public_key (1));
  g_assert_cmpint (gnutls_record_send (fixture->client.session, "hello", 5), ==, 5);
  g_assert_cmpint (gnutls_record_recv (fixture->server.session, buffer, 5), ==, 5);
  g_assert_cmpstr (buffer, ==, "hello");
}

static void
test_no_certificate (Fixture *fixture, gconstpointer data)
{
  shake_hands (fixture);

  g_assert_null (fixture->server.shown);
  g_assert_error (fixture->server.problem, CHAT_LINK_ERROR, CHAT_LINK_ERROR_HANDSHAKE);
  assert_peer_is (&fixture->client, test_public_key (0));
}

static gnutls_x509_crt_t
certificate_of (ChatCredentials *credentials)
{
  gnutls_x509_crt_t *list, certificate;
  unsigned int n;

  g_assert_cmpint (
      gnutls_certificate_get_x509_crt (chat_credentials_get (credentials), 0, &list, &n), ==, 0);
  g_assert_cmpuint (n, ==, 1);
  certificate = list[0];
  gnutls_free (list);
  return certificate;
}

static gnutls_x509_privkey_t
gnutls_key_of (ChatPrivateKey *key)
{
  g_autoptr (ChatSecret) pem = chat_private_key_to_pem (key, NULL, NULL);
  gnutls_x509_privkey_t result;
  gsize size;
  const guint8 *data = chat_secret_get_data (pem, &size);
  const gnutls_datum_t datum = { (guint8 *) data, (unsigned int) size };

  g_assert_cmpint (gnutls_x509_privkey_init (&result), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_import (result, &datum, GNUTLS_X509_FMT_PEM), ==, 0);
  return result;
}

/* Somebody shows another's certificate: its key is seen, so that it can be refused, before the
 * signature is looked at, which does not fit it. */
static void
test_shown_and_not_proven (Fixture *fixture, gconstpointer data)
{
  gnutls_certificate_credentials_t forged;
  gnutls_x509_crt_t certificate = certificate_of (fixture->client_credentials);
  gnutls_x509_privkey_t key = gnutls_key_of (test_key (0));

  g_assert_cmpint (gnutls_certificate_allocate_credentials (&forged), ==, 0);
  gnutls_certificate_set_flags (forged, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
  g_assert_cmpint (gnutls_certificate_set_x509_key (forged, &certificate, 1, key), >=, 0);
  g_assert_cmpint (gnutls_credentials_set (fixture->client.session, GNUTLS_CRD_CERTIFICATE, forged),
                   ==, 0);

  g_assert_cmpint (shake_hands_until (fixture), ==, GNUTLS_E_PK_SIG_VERIFY_FAILED);
  assert_peer_is (&fixture->server, test_public_key (1));

  gnutls_credentials_set (fixture->client.session, GNUTLS_CRD_CERTIFICATE, fixture->nobody);
  gnutls_certificate_free_credentials (forged);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
}

/* A certificate whose signature nobody could check in less than minutes. */
static GByteArray *
huge_certificate_message (guint bits)
{
  g_autofree guint8 *number = g_malloc (bits / 8);
  const gnutls_datum_t n = { number, bits / 8 };
  gnutls_x509_privkey_t signer = gnutls_key_of (test_key (0));
  gnutls_pubkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t der;
  GByteArray *message = g_byte_array_new ();
  guint8 head[] = { 0, 0, 0, 0, 0, 0, 0 };

  memset (number, 0xff, bits / 8);
  g_assert_cmpint (gnutls_pubkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_rsa_raw (key, &n, &n), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\1", 1);
  gnutls_x509_crt_set_activation_time (certificate, 0);
  gnutls_x509_crt_set_expiration_time (certificate, END_OF_TIME);
  g_assert_cmpint (gnutls_x509_crt_set_dn (certificate, "CN=x", NULL), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_pubkey (certificate, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, signer, GNUTLS_DIG_SHA256, 0),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_DER, &der), ==, 0);

  head[5] = (guint8) (der.size >> 8);
  head[6] = (guint8) der.size;
  g_byte_array_append (message, head, sizeof head);
  g_byte_array_append (message, der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_pubkey_deinit (key);
  gnutls_x509_privkey_deinit (signer);
  return message;
}

static void
test_huge_key (void)
{
  g_autoptr (GByteArray) message = huge_certificate_message (40960);
  g_autoptr (GError) error = NULL;

  g_assert_null (chat_credentials_read_peer_key (message->data, message->len, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == CHAT_KEY_ERROR);
}

/* The message is a stranger's bytes. Each beginning stands in a block of its own, so that a read
 * beyond it is seen. */
static void
test_broken_message (void)
{
  g_autoptr (GByteArray) message = huge_certificate_message (4096);

  for (guint size = 0; size < 64; size++)
    {
      g_autofree guint8 *part = g_memdup2 (message->data, size);

      g_assert_null (chat_credentials_read_peer_key (part, size, NULL));
    }
  for (guint i = 0; i < 7; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (message->data, message->len);

      copy[i] ^= 0xff;
      g_assert_null (chat_credentials_read_peer_key (copy, message->len, NULL));
    }
}

/* The certificate that a session would show. */
static void
test_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatCredentials) credentials = chat_credentials_new (test_key (0), &error);
  gnutls_x509_crt_t certificate;
  unsigned int status;

  g_assert_no_error (error);
  certificate = certificate_of (credentials);
  g_assert_cmpint (gnutls_x509_crt_get_version (certificate), ==, 3);
  g_assert_cmpint (gnutls_x509_crt_get_activation_time (certificate), <, 1000000000);
  g_assert_cmpint (gnutls_x509_crt_get_expiration_time (certificate), ==, END_OF_TIME);
  g_assert_cmpint (gnutls_x509_crt_check_issuer (certificate, certificate), ==, 1);
  g_assert_cmpint (gnutls_x509_crt_verify (certificate, &certificate, 1, 0, &status), ==, 0);

  gnutls_x509_crt_deinit (certificate);
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
  g_test_add ("/credentials/shown-and-not-proven", Fixture, GINT_TO_POINTER (TRUE), fixture_set_up,
              test_shown_and_not_proven, fixture_tear_down);
  g_test_add_func ("/credentials/huge-key", test_huge_key);
  g_test_add_func ("/credentials/broken-message", test_broken_message);
  g_test_add_func ("/credentials/certificate", test_certificate);
  g_test_add_func ("/credentials/references", test_references);

  return g_test_run ();
}
