/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link-pair.h"

#include "chat-limits.h"
#include "jose-keys.h"

#include <sys/socket.h>

static void
run_hook (LinkEnd *self, LinkEndFunc hook)
{
  if (hook != NULL)
    hook (self);
}

static void
opened_cb (ChatLink *link, LinkEnd *self)
{
  self->n_opened++;
  run_hook (self, self->on_opened);
}

static void
frame_cb (ChatLink *link, GBytes *frame, LinkEnd *self)
{
  g_assert_cmpuint (self->n_closed, ==, 0);
  g_ptr_array_add (self->frames, g_bytes_ref (frame));
  run_hook (self, self->on_frame);
}

static void
violated_cb (ChatLink *link, const GError *error, LinkEnd *self)
{
  self->n_violated++;
  self->reason = g_error_copy (error);
  run_hook (self, self->on_violated);
}

static void
drained_cb (ChatLink *link, LinkEnd *self)
{
  self->n_drained++;
  run_hook (self, self->on_drained);
}

static void
closed_cb (ChatLink *link, const GError *reason, LinkEnd *self)
{
  self->n_closed++;
  g_clear_error (&self->reason);
  self->reason = g_error_copy (reason);
  run_hook (self, self->on_closed);
}

static void
end_set_link (LinkEnd *self, ChatLink *link)
{
  self->link = link;
  g_signal_connect (link, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (link, "frame", G_CALLBACK (frame_cb), self);
  g_signal_connect (link, "violated", G_CALLBACK (violated_cb), self);
  g_signal_connect (link, "drained", G_CALLBACK (drained_cb), self);
  g_signal_connect (link, "closed", G_CALLBACK (closed_cb), self);
}

static void
end_init (LinkEnd *self, GSocket *socket)
{
  self->connection = g_socket_connection_factory_create_connection (socket);
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static GSocket *
new_socket (gboolean narrow)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  if (narrow)
    {
      g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, 4096, &error);
      g_assert_no_error (error);
      g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4096, &error);
      g_assert_no_error (error);
    }
  return socket;
}

static void
set_up (LinkPair *self, gboolean narrow)
{
  g_autoptr (GSocket) listener = new_socket (narrow);
  g_autoptr (GSocket) near = new_socket (narrow);
  g_autoptr (GSocket) far = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_bind (listener, any_port, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (listener, &error);
  g_assert_no_error (error);
  address = g_socket_get_local_address (listener, &error);
  g_assert_no_error (error);
  g_socket_connect (near, address, NULL, &error);
  g_assert_no_error (error);
  far = g_socket_accept (listener, NULL, &error);
  g_assert_no_error (error);

  end_init (&self->client, near);
  end_init (&self->server, far);
  self->poller = chat_poller_new (NULL, &error);
  g_assert_no_error (error);
}

void
link_pair_set_up (LinkPair *self, gconstpointer data)
{
  set_up (self, FALSE);
}

void
link_pair_set_up_narrow (LinkPair *self, gconstpointer data)
{
  set_up (self, TRUE);
}

static void
end_clear (LinkEnd *self)
{
  gpointer weak = NULL;

  if (self->link != NULL)
    {
      chat_link_close (self->link, NULL);
      g_assert_cmpuint (self->n_closed, ==, 1);
      g_signal_handlers_disconnect_by_data (self->link, self);
      g_set_weak_pointer (&weak, self->link);
      g_clear_object (&self->link);
      /* A handshake step may still hold it. */
      wait_until (weak == NULL);
    }
  g_assert_finalize_object (self->connection);
  g_ptr_array_unref (self->frames);
  g_clear_error (&self->reason);
}

void
link_pair_tear_down (LinkPair *self, gconstpointer data)
{
  end_clear (&self->client);
  end_clear (&self->server);
  g_assert_finalize_object (self->poller);
}

ChatPublicKey *
link_pair_get_key (guint n)
{
  return test_public_key (n);
}

ChatCredentials *
link_pair_get_credentials (guint n)
{
  static ChatCredentials *credentials[3];
  g_autoptr (GError) error = NULL;

  if (credentials[n] == NULL)
    credentials[n] = chat_credentials_new (test_key (n), &error);
  g_assert_no_error (error);
  return credentials[n];
}

void
link_pair_add_server (LinkPair *self)
{
  end_set_link (&self->server, chat_link_new_server (self->poller, self->server.connection,
                                                     link_pair_get_credentials (2)));
}

void
link_pair_add_client (LinkPair *self, ChatPublicKey *expected)
{
  end_set_link (&self->client, chat_link_new_client (self->poller, self->client.connection,
                                                     link_pair_get_credentials (0), expected));
}

void
link_pair_open (LinkPair *self)
{
  link_pair_add_server (self);
  link_pair_add_client (self, test_public_key (2));
  chat_link_set_max_frame (self->server.link, CHAT_MAX_FRAME);
  chat_link_set_max_frame (self->client.link, CHAT_MAX_FRAME);
  chat_link_start (self->server.link);
  chat_link_start (self->client.link);
  wait_until (self->server.n_opened == 1 && self->client.n_opened == 1);
}

void
link_end_send_fill (LinkEnd *self, gsize size, guint8 fill)
{
  g_autofree char *payload = g_malloc (size);

  memset (payload, fill, size);
  chat_link_send (self->link, payload, size);
}

void
link_end_assert_fill (LinkEnd *self, guint frame, gsize size, guint8 fill)
{
  gsize found_size;
  const guint8 *found;

  g_assert_cmpuint (frame, <, self->frames->len);
  found = g_bytes_get_data (g_ptr_array_index (self->frames, frame), &found_size);
  g_assert_cmpuint (found_size, ==, size);
  for (gsize i = 0; i < size; i++)
    if (found[i] != fill)
      g_error ("byte %" G_GSIZE_FORMAT " of frame %u is another", i, frame);
}

void
link_end_write_raw (LinkEnd *self, gconstpointer data, gsize size)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (stream, data, size, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
link_end_assert_closed (LinkEnd *self, ChatLinkError code)
{
  wait_until (self->n_closed == 1);
  g_assert_error (self->reason, CHAT_LINK_ERROR, (int) code);
  g_assert_cmpint (chat_link_get_state (self->link), ==, CHAT_LINK_CLOSED);
}

void
link_end_vanish (LinkEnd *self)
{
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
}
