/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-handshake.h"
#include "chat-link-private.h"
#include "link-pair.h"

/* Who may talk */

static void
test_wrong_peer (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (1));
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_WRONG_PEER);
  /* So that a person can compare fingerprints. */
  g_assert_true (
      chat_public_key_equal (chat_link_get_peer_key (pair->client.link), link_pair_get_key (2)));
  g_assert_cmpuint (pair->client.n_opened, ==, 0);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.n_opened, ==, 0);
}

static void
deny (LinkEnd *end)
{
  chat_link_deny (end->link);
}

static void
test_denied (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  pair->server.on_opened = deny;
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_DENIED);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
}

static void
send_hello (LinkEnd *end)
{
  link_end_send_fill (end, 60000, 1);
}

static void
test_denied_while_it_sends (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  pair->server.on_opened = deny;
  pair->client.on_opened = send_hello;
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_DENIED);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.frames->len, ==, 0);
}

/* Handshakes that do not come about */

static void
test_garbage_for_the_server (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  chat_link_start (pair->server.link);
  link_end_write_raw (&pair->client, "GET / HTTP/1.1\r\n\r\n", 18);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_NOT_TLS13);
  g_assert_null (chat_link_get_peer_key (pair->server.link));
}

static void
test_garbage_for_the_client (LinkPair *pair, gconstpointer data)
{
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_start (pair->client.link);
  link_end_write_raw (&pair->server, "220 mail.example.org ESMTP\r\n", 28);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_NOT_TLS13);
}

static void
go_on_shaking_hands (gnutls_session_t session)
{
  int code = gnutls_handshake (session);

  if (code < 0 && gnutls_error_is_fatal (code))
    gnutls_alert_send_appropriate (session, code);
}

/* The other side of a handshake, of an older TLS. Runs until the link gives up. */
static void
shake_hands_with_tls12 (LinkEnd *own, LinkEnd *other, gboolean is_server)
{
  GSocket *socket = g_socket_connection_get_socket (own->connection);
  gnutls_session_t session;

  g_socket_set_blocking (socket, FALSE);
  session = chat_handshake_new_session (g_socket_get_fd (socket), is_server,
                                        chat_credentials_get (link_pair_get_credentials (1)));
  g_assert_cmpint (gnutls_priority_set_direct (session, "NORMAL:-VERS-ALL:+VERS-TLS1.2", NULL), ==,
                   GNUTLS_E_SUCCESS);
  wait_until ((go_on_shaking_hands (session), other->n_closed > 0));
  gnutls_deinit (session);
}

static void
test_older_server (LinkPair *pair, gconstpointer data)
{
  link_pair_add_client (pair, link_pair_get_key (1));
  chat_link_start (pair->client.link);
  shake_hands_with_tls12 (&pair->server, &pair->client, TRUE);
  /* How the server says no is its own choice: protocol_version, or handshake_failure. */
  g_assert_true (pair->client.reason->domain == CHAT_LINK_ERROR);
  g_assert_cmpuint (pair->client.n_opened, ==, 0);
}

static void
test_older_client (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  chat_link_start (pair->server.link);
  shake_hands_with_tls12 (&pair->client, &pair->server, FALSE);
  g_assert_true (pair->server.reason->domain == CHAT_LINK_ERROR);
  g_assert_cmpuint (pair->server.n_opened, ==, 0);
}

static void
test_silent_peer (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  chat_link_start (pair->server.link);
  wait_until_idle ();
  g_assert_cmpuint (pair->server.n_closed, ==, 0);
  g_assert_cmpint (pair->server.link->client.deadline, >, g_get_monotonic_time ());
  /* Nobody waits for it here. */
  chat_poller_set_deadline (pair->poller, &pair->server.link->client, g_get_monotonic_time ());
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_TIMEOUT);
}

static void
test_no_deadline_once_open (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  g_assert_cmpint (pair->server.link->client.deadline, ==, 0);
  g_assert_cmpint (pair->client.link->client.deadline, ==, 0);
}

static void
test_peer_vanishes_in_handshake (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  chat_link_start (pair->server.link);
  link_end_vanish (&pair->client);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.n_opened, ==, 0);
}

static void
test_close_in_handshake (LinkPair *pair, gconstpointer data)
{
  /* turns: how far the handshake comes before. The client's first step runs in a thread from the
   * very start. */
  guint turns = GPOINTER_TO_UINT (data);

  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  for (guint i = 0; i < turns; i++)
    g_main_context_iteration (NULL, TRUE);

  chat_link_close (pair->client.link, NULL);
  g_assert_cmpuint (pair->client.n_closed, ==, 1);
  chat_link_finish (pair->client.link);
  chat_link_close (pair->client.link, NULL);
  wait_until (pair->server.n_closed == 1);
  /* The descriptor does not wait for the last reference, only for the thread. */
  wait_until (g_socket_is_closed (g_socket_connection_get_socket (pair->client.connection)));
  g_assert_cmpuint (pair->client.n_opened, ==, 0);
  g_assert_cmpuint (pair->client.n_closed, ==, 1);
}

static void
test_finish_in_handshake (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  chat_link_finish (pair->client.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  wait_until (pair->server.n_closed == 1);
}

static void
test_never_started (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_finish (pair->server.link);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, LinkPair, NULL, link_pair_set_up, func, link_pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/link-handshake/wrong-peer", test_wrong_peer);
  add_test ("/link-handshake/denied", test_denied);
  add_test ("/link-handshake/denied-while-it-sends", test_denied_while_it_sends);
  add_test ("/link-handshake/garbage-server", test_garbage_for_the_server);
  add_test ("/link-handshake/garbage-client", test_garbage_for_the_client);
  add_test ("/link-handshake/older-server", test_older_server);
  add_test ("/link-handshake/older-client", test_older_client);
  add_test ("/link-handshake/silent", test_silent_peer);
  add_test ("/link-handshake/no-deadline", test_no_deadline_once_open);
  add_test ("/link-handshake/vanished", test_peer_vanishes_in_handshake);
  for (guint turns = 0; turns <= 2; turns++)
    {
      g_autofree char *path = g_strdup_printf ("/link-handshake/close-%u", turns);

      g_test_add (path, LinkPair, GUINT_TO_POINTER (turns), link_pair_set_up,
                  test_close_in_handshake, link_pair_tear_down);
    }
  add_test ("/link-handshake/finish", test_finish_in_handshake);
  add_test ("/link-handshake/never", test_never_started);

  return g_test_run ();
}
