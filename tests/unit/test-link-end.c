/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-limits.h"
#include "chat-link-private.h"
#include "link-pair.h"

static void
close_link (LinkEnd *end)
{
  chat_link_close (end->link, NULL);
}

/* Ends in order */

static void
test_finish_delivers_all (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  for (guint i = 0; i < 80; i++)
    link_end_send_fill (&pair->server, 64 * 1024, (guint8) i);
  chat_link_finish (pair->server.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->client.frames->len, ==, 80);
  for (guint i = 0; i < 80; i++)
    link_end_assert_fill (&pair->client, i, 64 * 1024, (guint8) i);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
}

static void
test_finish_while_the_peer_sends (LinkPair *pair, gconstpointer data)
{
  /* What the peer has sent lies unread here; closing over it would reset the connection and take
   * the last words away. The buffers are narrow, so that they are still on our side then. */
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  link_end_send_fill (&pair->client, 1000, 1);
  wait_until (pair->client.n_drained == 1);
  for (guint i = 0; i < 10; i++)
    link_end_send_fill (&pair->server, 20000, (guint8) i);
  chat_link_finish (pair->server.link);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->client.frames->len, ==, 10);
  link_end_assert_fill (&pair->client, 9, 20000, 9);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 0);
}

static void
test_both_finish (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  link_end_send_fill (&pair->server, 100, 1);
  chat_link_finish (pair->server.link);
  chat_link_finish (pair->client.link);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
}

static void
test_finish_ends_in_time (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->client.link, FALSE);
  for (guint i = 0; i < 100; i++)
    link_end_send_fill (&pair->server, 64 * 1024, 1);
  chat_link_finish (pair->server.link);
  wait_until_idle ();
  /* The peer takes nothing; the deadline is what ends it. */
  g_assert_cmpint (chat_link_get_state (pair->server.link), ==, CHAT_LINK_FINISHING);
  g_assert_cmpint (pair->server.link->client.deadline, >, g_get_monotonic_time ());
  chat_poller_set_deadline (pair->poller, &pair->server.link->client, g_get_monotonic_time ());
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
}

static void
test_reason_is_told (LinkPair *pair, gconstpointer data)
{
  g_autoptr (GError) reason =
      g_error_new_literal (CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_REMOVED, "out");

  link_pair_open (pair);
  chat_link_close (pair->server.link, reason);
  g_assert_error (pair->server.reason, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_REMOVED);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
}

/* Ends inside handlers: what comes after is neither told nor touched */

static void
test_close_inside_opened (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  pair->server.on_opened = close_link;
  pair->client.on_opened = close_link;
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  wait_until (pair->server.n_closed == 1 && pair->client.n_closed == 1);
}

static void
test_close_inside_frame (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_frame = close_link;
  for (guint i = 0; i < 10; i++)
    link_end_send_fill (&pair->client, 10, 1);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
  wait_until (pair->client.n_closed == 1);
}

static void
finish_link (LinkEnd *end)
{
  chat_link_finish (end->link);
}

static void
test_finish_inside_frame (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_frame = finish_link;
  for (guint i = 0; i < 10; i++)
    link_end_send_fill (&pair->client, 10, 1);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
}

/* The first frame stops reading, the second one comes out of what was held back. */
static void
stop_reading_then_close (LinkEnd *end)
{
  if (end->frames->len == 1)
    chat_link_set_reading (end->link, FALSE);
  else
    chat_link_close (end->link, NULL);
}

static void
test_close_inside_held_frame (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_frame = stop_reading_then_close;
  for (guint i = 0; i < 10; i++)
    link_end_send_fill (&pair->client, 10, 1);
  wait_until (pair->server.frames->len == 1);
  wait_until_idle ();
  chat_link_set_reading (pair->server.link, TRUE);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 2);
}

static void
test_close_inside_drained (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_drained = close_link;
  link_end_send_fill (&pair->server, 10, 1);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->client.frames->len, ==, 1);
}

static void
test_close_inside_violated (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_max_frame (pair->server.link, 5);
  pair->server.on_violated = close_link;
  link_end_send_fill (&pair->client, 6, 1);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.n_violated, ==, 1);
}

static void
explain_and_finish (LinkEnd *end)
{
  link_end_send_fill (end, 10, 7);
  chat_link_finish (end->link);
}

static void
test_finish_inside_violated (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_max_frame (pair->server.link, 5);
  pair->server.on_violated = explain_and_finish;
  link_end_send_fill (&pair->client, 6, 1);
  link_end_send_fill (&pair->client, 1, 2);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
  link_end_assert_fill (&pair->client, 0, 10, 7);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 0);
}

static void
drop_link (LinkEnd *end)
{
  g_signal_handlers_disconnect_by_data (end->link, end);
  chat_link_close (end->link, NULL);
  g_clear_object (&end->link);
}

/* The last reference goes inside the handler, as it does when a peer is forgotten. */
static void
test_unref_inside (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_frame = drop_link;
  for (guint i = 0; i < 10; i++)
    link_end_send_fill (&pair->client, 10, 1);
  wait_until (pair->server.link == NULL);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
  wait_until (pair->client.n_closed == 1);
}

static void
test_unref_inside_closed (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_closed = drop_link;
  link_end_vanish (&pair->client);
  wait_until (pair->server.link == NULL);
}

/* Peers that go away */

static void
test_peer_vanishes (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  link_end_send_fill (&pair->client, 10, 1);
  wait_until (pair->client.n_drained == 1);
  link_end_vanish (&pair->client);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
}

static void
test_peer_closes_while_nobody_reads (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  for (guint i = 0; i < 20; i++)
    link_end_send_fill (&pair->client, 1000, (guint8) i);
  chat_link_finish (pair->client.link);
  wait_until (pair->server.link->peer_gone);
  wait_until_idle ();
  /* Nothing is lost, and the loop does not run hot. */
  g_assert_cmpuint (pair->server.n_closed, ==, 0);
  g_assert_false (pair->server.link->client.watched);

  chat_link_set_reading (pair->server.link, TRUE);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  g_assert_cmpuint (pair->server.frames->len, ==, 20);
  for (guint i = 0; i < 20; i++)
    link_end_assert_fill (&pair->server, i, 1000, (guint8) i);
}

static void
test_finish_after_the_peer_is_gone (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  chat_link_finish (pair->client.link);
  wait_until (pair->server.link->peer_gone);
  link_end_send_fill (&pair->server, 10, 1);
  chat_link_finish (pair->server.link);
  link_end_assert_closed (&pair->server, CHAT_LINK_ERROR_CLOSED);
  link_end_assert_closed (&pair->client, CHAT_LINK_ERROR_CLOSED);
}

/* Our own end is full and not reading, as while a history is sent; then the peer dies. Nobody but
 * the link can notice. */
static void
test_peer_vanishes_with_a_queue (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  chat_link_set_reading (pair->client.link, FALSE);
  for (guint i = 0; i < 32; i++)
    link_end_send_fill (&pair->server, 64 * 1024, 1);
  wait_until_idle ();
  g_assert_cmpuint (chat_link_get_queued (pair->server.link), >, 0);
  link_end_vanish (&pair->client);
  wait_until (pair->server.n_closed == 1);
}

static void
half_close (LinkPair *pair)
{
  g_autoptr (GError) error = NULL;

  /* It says that it is done, stays, and reads no more. */
  chat_link_set_reading (pair->client.link, FALSE);
  g_socket_shutdown (g_socket_connection_get_socket (pair->client.connection), FALSE, TRUE, &error);
  g_assert_no_error (error);
}

static void
test_half_closed_with_a_queue (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  chat_link_set_reading (pair->client.link, FALSE);
  for (guint i = 0; i < 32; i++)
    link_end_send_fill (&pair->server, 64 * 1024, 1);
  wait_until_idle ();
  g_assert_cmpuint (chat_link_get_queued (pair->server.link), >, 0);
  half_close (pair);
  wait_until (pair->server.n_closed == 1);
}

static void
test_queue_for_a_half_closed (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  half_close (pair);
  wait_until (pair->server.link->peer_gone);
  /* In one frame, of which the kernel takes only a part. */
  link_end_send_fill (&pair->server, CHAT_MAX_FRAME, 1);
  wait_until (pair->server.n_closed == 1);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, LinkPair, NULL, link_pair_set_up, func, link_pair_tear_down)
#define add_narrow_test(path, func)                                                                \
  g_test_add (path, LinkPair, NULL, link_pair_set_up_narrow, func, link_pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/link-end/finish/all", test_finish_delivers_all);
  add_narrow_test ("/link-end/finish/all-narrow", test_finish_delivers_all);
  add_narrow_test ("/link-end/finish/peer-sends", test_finish_while_the_peer_sends);
  add_test ("/link-end/finish/both", test_both_finish);
  add_narrow_test ("/link-end/finish/deadline", test_finish_ends_in_time);
  add_test ("/link-end/reason", test_reason_is_told);
  add_test ("/link-end/inside/opened", test_close_inside_opened);
  add_test ("/link-end/inside/frame", test_close_inside_frame);
  add_test ("/link-end/inside/frame-finish", test_finish_inside_frame);
  add_test ("/link-end/inside/held-frame", test_close_inside_held_frame);
  add_test ("/link-end/inside/drained", test_close_inside_drained);
  add_test ("/link-end/inside/violated", test_close_inside_violated);
  add_test ("/link-end/inside/violated-finish", test_finish_inside_violated);
  add_test ("/link-end/inside/unref", test_unref_inside);
  add_test ("/link-end/inside/unref-closed", test_unref_inside_closed);
  add_test ("/link-end/gone/vanished", test_peer_vanishes);
  add_test ("/link-end/gone/nobody-reads", test_peer_closes_while_nobody_reads);
  add_test ("/link-end/gone/finish", test_finish_after_the_peer_is_gone);
  add_narrow_test ("/link-end/gone/queue", test_peer_vanishes_with_a_queue);
  add_narrow_test ("/link-end/gone/half-closed", test_half_closed_with_a_queue);
  add_narrow_test ("/link-end/gone/half-closed-first", test_queue_for_a_half_closed);

  return g_test_run ();
}
