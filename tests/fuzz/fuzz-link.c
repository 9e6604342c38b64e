/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-link.h"

#include "fuzz-keys.h"

#include <sys/socket.h>
#include <unistd.h>

static ChatCredentials *
get_credentials (void)
{
  static ChatCredentials *credentials;

  if (credentials == NULL)
    credentials = chat_credentials_new (fuzz_get_private_key (), NULL);

  return credentials;
}

ChatLink *
fuzz_link_new (ChatPoller *poller, ChatPublicKey *server_key)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  close (ends[1]);
  socket = g_socket_new_from_fd (ends[0], NULL);
  g_assert_nonnull (socket);
  connection = g_socket_connection_factory_create_connection (socket);

  return server_key != NULL
             ? chat_link_new_client (poller, connection, get_credentials (), server_key)
             : chat_link_new_server (poller, connection, get_credentials ());
}

void
fuzz_run_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
