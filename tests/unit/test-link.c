/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-link.h"

#include "chat-handshake.h"
#include "chat-limits.h"
#include "chat-link-private.h"
#include "link-pair.h"

#define RECORD_SIZE 16384

/* Frames */

static void
test_both_keys_are_known (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  g_assert_cmpint (chat_link_get_state (pair->server.link), ==, CHAT_LINK_OPEN);
  g_assert_cmpint (chat_link_get_state (pair->client.link), ==, CHAT_LINK_OPEN);
  g_assert_true (
      chat_public_key_equal (chat_link_get_peer_key (pair->server.link), link_pair_get_key (0)));
  g_assert_true (
      chat_public_key_equal (chat_link_get_peer_key (pair->client.link), link_pair_get_key (2)));
  g_assert_true (g_str_has_prefix (chat_link_get_address (pair->server.link), "127.0.0.1:"));
}

static void
test_frames_of_all_sizes (LinkPair *pair, gconstpointer data)
{
  static const gsize sizes[] = { 1,     2,     100,   16379,         16380,          16381,
                                 16384, 16385, 65536, 2 * 16384 - 4, CHAT_MAX_FRAME, 3 };

  link_pair_open (pair);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      link_end_send_fill (&pair->server, sizes[i], (guint8) i);
      link_end_send_fill (&pair->client, sizes[i], (guint8) (100 + i));
    }
  wait_until (pair->server.frames->len == G_N_ELEMENTS (sizes)
              && pair->client.frames->len == G_N_ELEMENTS (sizes));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      link_end_assert_fill (&pair->client, i, sizes[i], (guint8) i);
      link_end_assert_fill (&pair->server, i, sizes[i], (guint8) (100 + i));
    }
  g_assert_cmpuint (chat_link_get_queued (pair->server.link), ==, 0);
}

static void
release_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
test_frame_in_pieces (LinkPair *pair, gconstpointer data)
{
  const GOutputVector pieces[] = { { "one ", 4 }, { "", 0 }, { "frame", 5 } };
  gboolean released = FALSE;
  GBytes *frame;

  link_pair_open (pair);
  chat_link_send_shared (pair->client.link, pieces, G_N_ELEMENTS (pieces), &released, release_cb);
  g_assert_false (released);
  wait_until (pair->server.frames->len == 1);
  frame = g_ptr_array_index (pair->server.frames, 0);
  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "one frame", 9);
  g_assert_true (released);
}

static void
test_turn_by_turn (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  for (guint i = 0; i < 50; i++)
    {
      link_end_send_fill (&pair->client, 10, (guint8) i);
      wait_until (pair->server.frames->len == i + 1);
      link_end_send_fill (&pair->server, 10, (guint8) i);
      wait_until (pair->client.frames->len == i + 1);
      link_end_assert_fill (&pair->client, i, 10, (guint8) i);
    }
}

static void
test_dropped_where_it_is_not_open (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  link_end_send_fill (&pair->client, 10, 1);
  chat_link_start (pair->client.link);
  link_end_send_fill (&pair->client, 10, 2);
  g_assert_cmpuint (chat_link_get_queued (pair->client.link), ==, 0);
  chat_link_start (pair->server.link);
  wait_until (pair->server.n_opened == 1 && pair->client.n_opened == 1);

  link_end_send_fill (&pair->client, 10, 3);
  chat_link_finish (pair->client.link);
  link_end_send_fill (&pair->client, 10, 4);
  wait_until (pair->server.n_closed == 1);
  link_end_send_fill (&pair->server, 10, 5);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
  link_end_assert_fill (&pair->server, 0, 10, 3);
}

static void
test_limit_of_frames (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_max_frame (pair->server.link, 100);
  link_end_send_fill (&pair->client, 100, 1);
  link_end_send_fill (&pair->client, 101, 2);
  link_end_send_fill (&pair->client, 1, 3);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
  g_assert_cmpuint (pair->server.n_violated, ==, 1);
  g_assert_error (pair->server.reason, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_LARGE);
}

static void
test_limit_at_first (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  wait_until (pair->server.n_opened == 1 && pair->client.n_opened == 1);
  link_end_send_fill (&pair->client, CHAT_MAX_FRAME_BEFORE_HELLO, 1);
  link_end_send_fill (&pair->client, CHAT_MAX_FRAME_BEFORE_HELLO + 1, 2);
  wait_until (pair->server.n_closed == 1);
  g_assert_cmpuint (pair->server.frames->len, ==, 1);
  g_assert_error (pair->server.reason, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_TOO_LARGE);
}

/* Records, seen by a client of bare GnuTLS */

static gnutls_session_t
open_bare_client (LinkPair *pair)
{
  GSocket *socket = g_socket_connection_get_socket (pair->client.connection);
  gnutls_session_t session;
  int code = GNUTLS_E_AGAIN;

  g_socket_set_blocking (socket, FALSE);
  session = chat_handshake_new_session (g_socket_get_fd (socket), FALSE,
                                        chat_credentials_get (link_pair_get_credentials (0)));
  link_pair_add_server (pair);
  chat_link_start (pair->server.link);
  wait_until ((code = gnutls_handshake (session)) != GNUTLS_E_AGAIN);
  g_assert_cmpint (code, ==, GNUTLS_E_SUCCESS);
  wait_until (pair->server.n_opened == 1);
  return session;
}

/* Reads until so many bytes have come, and says in how many records. */
static guint
count_records (gnutls_session_t session, gsize size)
{
  guint8 record[RECORD_SIZE];
  guint n_records = 0;

  while (size > 0)
    {
      gssize n = 0;

      wait_until ((n = gnutls_record_recv (session, record, sizeof record)) != GNUTLS_E_AGAIN);
      g_assert_cmpint (n, >, 0);
      g_assert_cmpint (n, <=, size);
      size -= (gsize) n;
      n_records++;
    }

  return n_records;
}

static void
test_few_records (LinkPair *pair, gconstpointer data)
{
  gnutls_session_t session = open_bare_client (pair);

  /* All of a turn in one record. */
  for (guint i = 0; i < 100; i++)
    link_end_send_fill (&pair->server, 96, 1);
  g_assert_cmpuint (count_records (session, 100 * 100), ==, 1);

  /* Or in full ones. */
  for (guint i = 0; i < 1000; i++)
    link_end_send_fill (&pair->server, 96, 2);
  g_assert_cmpuint (count_records (session, 1000 * 100), ==,
                    (1000 * 100 + RECORD_SIZE - 1) / RECORD_SIZE);

  link_end_send_fill (&pair->server, RECORD_SIZE - 4, 3);
  g_assert_cmpuint (count_records (session, RECORD_SIZE), ==, 1);

  /* What is sent in another turn does not wait for company. */
  link_end_send_fill (&pair->server, 96, 4);
  g_assert_cmpuint (count_records (session, 100), ==, 1);
  gnutls_deinit (session);
}

static void
test_much_leaves_ahead (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  /* Much that is queued in one turn does not pile up. */
  for (guint i = 0; i < 40; i++)
    {
      link_end_send_fill (&pair->server, 40000, 1);
      g_assert_cmpuint (chat_link_get_queued (pair->server.link), <, 300000);
    }
  wait_until (pair->client.frames->len == 40);
}

/* Reading and not */

static void
test_not_reading (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  chat_link_set_reading (pair->server.link, FALSE);
  for (guint i = 0; i < 20; i++)
    link_end_send_fill (&pair->client, 5000, (guint8) i);
  wait_until (pair->client.n_drained > 0 && chat_link_get_queued (pair->client.link) == 0);
  /* The other direction is not concerned. */
  link_end_send_fill (&pair->server, 10, 1);
  wait_until (pair->client.frames->len == 1);
  wait_until_idle ();
  g_assert_cmpuint (pair->server.frames->len, ==, 0);

  chat_link_set_reading (pair->server.link, TRUE);
  wait_until (pair->server.frames->len == 20);
  for (guint i = 0; i < 20; i++)
    link_end_assert_fill (&pair->server, i, 5000, (guint8) i);
}

static void
stop_reading (LinkEnd *end)
{
  chat_link_set_reading (end->link, FALSE);
}

static void
test_one_frame_at_a_time (LinkPair *pair, gconstpointer data)
{
  /* They come in one record; a large one at the end begins there and comes in two. */
  gsize last_size = GPOINTER_TO_SIZE (data);

  link_pair_open (pair);
  pair->server.on_frame = stop_reading;
  for (guint i = 0; i < 20; i++)
    link_end_send_fill (&pair->client, i < 19 ? 10 : last_size, (guint8) i);

  for (guint i = 0; i < 20; i++)
    {
      wait_until (pair->server.frames->len == i + 1);
      wait_until_idle ();
      g_assert_cmpuint (pair->server.frames->len, ==, i + 1);
      link_end_assert_fill (&pair->server, i, i < 19 ? 10 : last_size, (guint8) i);
      chat_link_set_reading (pair->server.link, TRUE);
    }
}

static void
stop_and_go (LinkEnd *end)
{
  chat_link_set_reading (end->link, FALSE);
  chat_link_set_reading (end->link, TRUE);
}

static void
test_stop_and_go_inside (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_frame = stop_and_go;
  for (guint i = 0; i < 200; i++)
    link_end_send_fill (&pair->client, 300, (guint8) i);
  wait_until (pair->server.frames->len == 200);
  for (guint i = 0; i < 200; i++)
    link_end_assert_fill (&pair->server, i, 300, (guint8) i);
}

static void
test_not_reading_from_the_start (LinkPair *pair, gconstpointer data)
{
  link_pair_add_server (pair);
  link_pair_add_client (pair, link_pair_get_key (2));
  chat_link_set_reading (pair->server.link, FALSE);
  chat_link_start (pair->server.link);
  chat_link_start (pair->client.link);
  wait_until (pair->server.n_opened == 1 && pair->client.n_opened == 1);
  link_end_send_fill (&pair->client, 10, 1);
  wait_until (pair->client.n_drained == 1);
  wait_until_idle ();
  g_assert_cmpuint (pair->server.frames->len, ==, 0);
  chat_link_set_reading (pair->server.link, TRUE);
  wait_until (pair->server.frames->len == 1);
}

/* Slow readers */

static void
test_slow_reader (LinkPair *pair, gconstpointer data)
{
  const guint n_frames = 64;
  const gsize size = 64 * 1024;
  gsize queued, least = G_MAXSIZE;

  link_pair_open (pair);
  chat_link_set_reading (pair->client.link, FALSE);
  for (guint i = 0; i < n_frames; i++)
    link_end_send_fill (&pair->server, size, (guint8) i);
  wait_until_idle ();
  queued = chat_link_get_queued (pair->server.link);
  g_assert_cmpuint (queued, >, n_frames * size / 2);
  g_assert_cmpuint (pair->server.n_drained, ==, 0);
  g_assert_cmpuint (pair->client.frames->len, ==, 0);

  chat_link_set_reading (pair->client.link, TRUE);
  while (pair->client.frames->len < n_frames)
    {
      wait_a_little ();
      queued = chat_link_get_queued (pair->server.link);
      g_assert_cmpuint (queued, <=, least);
      least = queued;
    }
  wait_until (pair->server.n_drained == 1);
  g_assert_cmpuint (chat_link_get_queued (pair->server.link), ==, 0);
  for (guint i = 0; i < n_frames; i++)
    link_end_assert_fill (&pair->client, i, size, (guint8) i);
}

static guint n_held;

static void
release_held_cb (gpointer data)
{
  n_held--;
  g_free (data);
}

static void
send_held (ChatLink *link, gsize size, guint8 fill)
{
  guint8 *payload = g_malloc (size);
  const GOutputVector piece = { payload, size };

  memset (payload, fill, size);
  n_held++;
  chat_link_send_shared (link, &piece, 1, payload, release_held_cb);
}

static void
test_written_is_not_kept (LinkPair *pair, gconstpointer data)
{
  const gsize size = 64 * 1024;
  const guint n_frames = 400;
  guint n_sent = 0;

  /* A reader that is slow, but never so fast that the queue becomes empty. */
  link_pair_open (pair);
  while (n_sent < n_frames)
    {
      if (chat_link_get_queued (pair->server.link) < 8 * size)
        send_held (pair->server.link, size, (guint8) n_sent++);
      else
        wait_a_little ();
      g_assert_cmpuint (chat_link_get_queued (pair->server.link), >, 0);
      g_assert_cmpuint (n_held, <=, 10);
    }
  wait_until (pair->client.frames->len == n_frames);
  for (guint i = 0; i < n_frames; i++)
    link_end_assert_fill (&pair->client, i, size, (guint8) i);
  /* And an idle link holds nothing. */
  g_assert_cmpuint (n_held, ==, 0);
  g_assert_null (pair->server.link->output.first);
  g_assert_null (pair->client.link->held);
}

static void
send_another (LinkEnd *end)
{
  if (end->n_drained < 5)
    link_end_send_fill (end, 10, (guint8) end->n_drained);
}

static void
test_sent_when_drained (LinkPair *pair, gconstpointer data)
{
  link_pair_open (pair);
  pair->server.on_drained = send_another;
  link_end_send_fill (&pair->server, 10, 0);
  wait_until (pair->client.frames->len == 5);
  wait_until (pair->server.n_drained == 5);
}

#define add_test(path, func)                                                                       \
  g_test_add (path, LinkPair, NULL, link_pair_set_up, func, link_pair_tear_down)
#define add_narrow_test(path, func)                                                                \
  g_test_add (path, LinkPair, NULL, link_pair_set_up_narrow, func, link_pair_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/link/keys", test_both_keys_are_known);
  add_test ("/link/frames/sizes", test_frames_of_all_sizes);
  add_narrow_test ("/link/frames/narrow", test_frames_of_all_sizes);
  add_test ("/link/frames/pieces", test_frame_in_pieces);
  add_test ("/link/frames/turns", test_turn_by_turn);
  add_test ("/link/frames/not-open", test_dropped_where_it_is_not_open);
  add_test ("/link/frames/limit", test_limit_of_frames);
  add_test ("/link/frames/limit-at-first", test_limit_at_first);
  add_test ("/link/records/few", test_few_records);
  add_test ("/link/records/much-leaves-ahead", test_much_leaves_ahead);
  add_test ("/link/reading/off", test_not_reading);
  g_test_add ("/link/reading/one-at-a-time", LinkPair, GSIZE_TO_POINTER (10), link_pair_set_up,
              test_one_frame_at_a_time, link_pair_tear_down);
  g_test_add ("/link/reading/one-at-a-time-large", LinkPair, GSIZE_TO_POINTER (20000),
              link_pair_set_up, test_one_frame_at_a_time, link_pair_tear_down);
  add_test ("/link/reading/stop-and-go", test_stop_and_go_inside);
  add_test ("/link/reading/from-the-start", test_not_reading_from_the_start);
  add_narrow_test ("/link/slow/queue", test_slow_reader);
  add_narrow_test ("/link/slow/written-is-not-kept", test_written_is_not_kept);
  add_test ("/link/slow/drained", test_sent_when_drained);

  return g_test_run ();
}
